"""What a form's field takes: lines, texts, amounts, phones, days. Cleaned as it comes in (wording/typed.py).

`look` says how templates/office/_field.html draws the field: "" by its widget, else "money", "checks",
"segments" or "cards".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..models import Business
from ..wording.languages import LANGUAGES, language_name
from ..wording.money import MOST_MINOR, minor_units
from ..wording.phones import stored_phone
from ..wording.typed import clean_line, clean_text
from .forms import Words
from .in_words import InWords

Pairs = Iterable[tuple[str, Words]]

CHOOSE = {"required": lazy("Choose one."), "invalid_choice": lazy("Choose one from the list.")}


class Line(forms.CharField):
    """One line of at most so many characters; `missing` is said where a needed one is empty."""

    look: ClassVar[str] = ""

    def __init__(
        self, label: Words, *, most: int = 120, missing: Words = "", hint: Words = "", needed: bool = False,
        attributes: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.most, self.attributes = most, attributes or {}
        said = {"required": missing or lazy("Please fill this in.")}
        super().__init__(label=label, required=needed, help_text=hint, error_messages=said, strip=False)

    def to_python(self, value: Any) -> str:
        typed = self.cleaned(str(value or ""))
        if len(typed) > self.most:
            said = {"most": f"{self.most:,}", "count": f"{len(typed):,}"}
            raise ValidationError(_("This can have up to %(most)s characters; it has %(count)s.") % said)
        return typed

    def cleaned(self, typed: str) -> str:
        return clean_line(typed)


class Lines(Line):
    """Several lines."""

    widget = forms.Textarea

    def cleaned(self, typed: str) -> str:
        return clean_text(typed)


class Email(Line):
    """An address in lower case, as users have theirs."""

    widget = forms.EmailInput

    def __init__(self, label: Words, **kwargs: Any) -> None:
        attributes = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(label, most=254, attributes=attributes, **kwargs)

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value)).lower()
        if typed:
            self._check(typed)
        return typed

    @staticmethod
    def _check(typed: str) -> None:
        try:
            validate_email(typed)
        except ValidationError as problem:
            text = _("That isn't a whole email address. It looks like maria@example.com.")
            raise ValidationError(text) from problem


class Phone(Line):
    """Stored as it is dialled from anywhere, or, to be read by clients, as it was typed.

    `country` (of the business) is where a number without a prefix is dialled.
    """

    country = "US"

    def __init__(self, label: Words, *, as_typed: bool = False, **kwargs: Any) -> None:
        self.as_typed = as_typed
        super().__init__(label, most=40, attributes={"inputmode": "tel", "autocomplete": "off"}, **kwargs)

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value))
        if not typed:
            return ""
        try:
            stored = stored_phone(typed, self.country)
        except ValueError as problem:
            text = _("That isn't a phone number. Write it as you dial it, with the area code.")
            raise ValidationError(text) from problem
        return typed if self.as_typed else stored


class Amount(Line):
    """Minor units of the business's currency, None where it is empty; `sign` stands before it."""

    look = "money"
    currency, language, country, sign = "USD", "en", "US", "$"

    def __init__(self, label: Words, **kwargs: Any) -> None:
        super().__init__(label, most=20, **kwargs)

    def for_business(self, business: Business) -> None:
        """Read amounts as they are written in the business's country, in the language that is active."""
        self.currency, self.country = business.currency, business.country
        words = InWords(business)
        self.language, self.sign = words.language, words.currency_sign()

    def clean(self, value: Any) -> Any:
        typed = str(super().clean(value))
        return self._minor(typed) if typed else None

    def _minor(self, typed: str) -> int:
        try:
            minor = minor_units(typed, self.currency, self.language, self.country)
        except ValueError as problem:
            raise ValidationError(_("Write an amount such as 95 or 95.50.")) from problem
        if minor > MOST_MINOR:
            raise ValidationError(_("That is more than we can take. Check the amount."))
        return minor


class Number(Line):
    """A whole number between two others; None where it is empty and may be."""

    def __init__(self, label: Words, *, least: int, most: int, needed: bool = True, **kwargs: Any) -> None:
        self.between = (least, most)
        super().__init__(label, most=12, needed=needed, attributes={"inputmode": "numeric"}, **kwargs)

    def clean(self, value: Any) -> Any:
        typed = str(super().clean(value))
        if not typed and not self.required:
            return None
        least, most = self.between
        if not (typed.isascii() and typed.isdigit() and least <= int(typed) <= most):
            said = {"least": least, "most": most}
            raise ValidationError(_("Write a whole number from %(least)s to %(most)s.") % said)
        return int(typed)


class Day(forms.DateField):
    """A calendar date from the browser's own picker."""

    look: ClassVar[str] = ""
    widget = forms.DateInput(attrs={"type": "date"})

    def __init__(self, label: Words, *, missing: Words = "", hint: Words = "", needed: bool = True) -> None:
        self.attributes: dict[str, str] = {}
        said = {
            "required": missing or lazy("Choose a day."),
            "invalid": lazy("That is no day of the calendar. Choose one."),
        }
        super().__init__(
            label=label, required=needed, help_text=hint, error_messages=said, input_formats=["%Y-%m-%d"]
        )


class Clock(forms.TimeField):
    """A time of day, in the business's own zone."""

    look: ClassVar[str] = ""
    widget = forms.TimeInput(attrs={"type": "time"})

    def __init__(self, label: Words, *, hint: Words = "") -> None:
        self.attributes = {"type": "time"}
        said = {"invalid": lazy("Write a time such as 08:30.")}
        super().__init__(
            label=label,
            required=False,
            help_text=hint,
            error_messages=said,
            input_formats=["%H:%M", "%H:%M:%S"],
        )


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose, as parts/choices.html draws it."""

    value: str
    label: str
    hint: str = ""
    price: str = ""


class Choice(forms.ChoiceField):
    """One of a few; what may be chosen is often set later, with Form.offer."""

    def __init__(
        self, label: Words, choices: Any = (), *, look: str = "", missing: Words = "", hint: Words = "",
        needed: bool = True,
    ) -> None:  # fmt: skip
        self.look, self.attributes = look, dict[str, str]()
        said = {**CHOOSE, **({"required": missing} if missing else {})}
        super().__init__(label=label, choices=choices, required=needed, help_text=hint, error_messages=said)

    def options(self) -> list[Option]:
        return [Option(str(value), str(label)) for value, label in cast(Pairs, self.choices)]


class Choices(forms.MultipleChoiceField):
    """Any of a few, drawn as chips to tick."""

    look = "checks"

    def __init__(self, label: Words, choices: Any = (), *, missing: Words = "", hint: Words = "") -> None:
        self.attributes: dict[str, str] = {}
        said = {**CHOOSE, **({"required": missing} if missing else {})}
        super().__init__(
            label=label, choices=choices, required=bool(missing), help_text=hint, error_messages=said
        )


class Tick(forms.BooleanField):
    """Yes where it is ticked."""

    look: ClassVar[str] = ""

    def __init__(self, label: Words, *, hint: Words = "") -> None:
        self.attributes: dict[str, str] = {}
        super().__init__(label=label, required=False, help_text=hint)


class Tags(Line):
    """A few short words, written with commas between them."""

    def __init__(self, label: Words, **kwargs: Any) -> None:
        super().__init__(label, most=300, **kwargs)

    def clean(self, value: Any) -> Any:
        typed = (clean_line(tag) for tag in str(super().clean(value)).split(","))
        return tuple(dict.fromkeys(tag for tag in typed if tag))


def language_choices(*, read_in: str) -> list[tuple[str, Words]]:
    return [(code, language_name(code, read_in=read_in)) for code in LANGUAGES]
