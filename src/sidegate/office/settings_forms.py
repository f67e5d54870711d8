"""What an owner types about her business."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..actions.errors import InvalidInput
from ..actions.logos import change_look, prepare_logo
from ..actions.messages import BuiltIn, validate_words
from ..actions.settings import has_prices
from ..models import Business
from ..wording.languages import LANGUAGES
from ..wording.places import countries, currencies, time_zones
from .fields import Choice, Choices, Day, Email, Line, Lines, Number, Phone, Tick, language_choices
from .forms import Form
from .in_words import InWords

MONDAY_FIRST = range(7)

MINUTES = 60


class BusinessForm(Form):
    """Who the business is, and where: country and zone say how dates and money are written."""

    name = Line(lazy("Name"), needed=True, missing=lazy("What is the business called?"))
    phone = Phone(lazy("Phone"), as_typed=True, hint=lazy("Clients read it at the end of every message."))
    email = Email(lazy("Email"), hint=lazy("Answers to messages come here."))
    default_language = Choice(lazy("Language"), hint=lazy("For clients who were not asked yet."))
    country = Choice(lazy("Country"), hint=lazy("Dates, money and phone numbers are written its way."))
    time_zone = Choice(lazy("Time zone"))
    currency = Choice(lazy("Currency"))

    def __init__(self, request: HttpRequest, business: Business) -> None:
        words = InWords(business)
        super().__init__(request, _values(business, self.base_fields))
        self.fields["phone"].country = business.country  # type: ignore[attr-defined]
        self.offer("default_language", language_choices(read_in=words.language))
        self.offer("country", countries(words.language))
        self.offer("time_zone", [(zone, zone.replace("_", " ")) for zone in time_zones()])
        self.offer("currency", currencies(words.language))
        if has_prices(business):
            self.fields["currency"].disabled = True
            self.fields["currency"].help_text = _("It stays: something has a price already.")


class WorkingDaysForm(Form):
    """The weekdays on which visits take place."""

    working_days = Choices(lazy("Working days"), missing=lazy("Choose at least one day."))

    def __init__(self, request: HttpRequest, business: Business) -> None:
        super().__init__(request, {"working_days": [str(day) for day in business.working_days]})
        words = InWords(business)
        monday = words.today.fromordinal(words.today.toordinal() - words.today.weekday())
        days = [(str(n), words.weekday(monday.fromordinal(monday.toordinal() + n))) for n in MONDAY_FIRST]
        self.fields["working_days"].choices = days  # type: ignore[attr-defined]

    def changes(self) -> dict[str, Any]:
        return {"working_days": sorted(int(day) for day in self.cleaned_data["working_days"])}


class ClosedDaysForm(Form):
    """A holiday: one day, or from one to another."""

    saying = lazy("Add closed days")

    first = Day(lazy("First day closed"))
    last = Day(lazy("Last day closed"), needed=False, hint=lazy("Empty for a single day."))

    def clean_first(self) -> Any:
        first = self.cleaned_data["first"]
        if not 2000 < first.year < 2200:
            raise ValidationError(_("Check the year."))
        return first

    def days(self) -> dict[str, Any]:
        first = self.cleaned_data["first"]
        return {"first": first, "last": self.cleaned_data["last"] or first}


class RequestsForm(Form):
    """What clients are promised, and what they are shown."""

    reply_promise_days = Number(
        lazy("Working days until you answer"), least=0, most=30, hint=lazy("Clients read it when they ask.")
    )
    lead_days = Number(
        lazy("Days ahead that clients have to ask"),
        least=0,
        most=60,
        hint=lazy("0: they may ask for today."),
    )
    cut_off_hour = Choice(
        lazy("A day ends for new requests"),
        needed=False,
        hint=lazy("After that hour the days ahead are counted from tomorrow."),
    )
    lead_words_en = Lines("", most=300, hint=lazy("In your own words. Clients read it beside the dates."))
    lead_words_es = Lines("", most=300, hint=lazy("In your own words. Clients read it beside the dates."))
    undo_seconds = Number(
        lazy("Seconds in which a decision can be undone"),
        least=0,
        most=600,
        hint=lazy("Messages wait that long."),
    )
    shows_prices = Tick(
        lazy("Show prices in the portal"), hint=lazy("Else clients read that you confirm the price.")
    )

    def __init__(self, request: HttpRequest, business: Business) -> None:
        known = {name: getattr(business, name, "") for name in self.base_fields}
        words = {f"lead_words_{code}": business.lead_words.get(code, "") for code in LANGUAGES}
        hour = business.cut_off_hour
        super().__init__(request, known | words | {"cut_off_hour": "" if hour is None else str(hour)})
        said = InWords(business)
        hours = [(str(hour), said.hour(hour)) for hour in range(24)]
        self.offer("cut_off_hour", [("", _("Never")), *hours])
        for code in LANGUAGES:
            label = _("Why so far ahead, in %(language)s") % {"language": said.language_name(code)}
            self.fields[f"lead_words_{code}"].label = label

    def changes(self) -> dict[str, Any]:
        typed = dict(self.cleaned_data)
        words = {code: typed.pop(f"lead_words_{code}") for code in LANGUAGES}
        hour = typed["cut_off_hour"]
        return typed | {
            "lead_words": {code: text for code, text in words.items() if text},
            "cut_off_hour": int(hour) if hour else None,
        }


class ScheduleForm(Form):
    """How far ahead the visits of recurring services stand, and what a day holds."""

    horizon_weeks = Number(
        lazy("Weeks ahead"), least=1, most=26,
        hint=lazy("So far ahead the visits of services that repeat stand on the schedule."),
    )  # fmt: skip

    capacity_visits = Number(
        lazy("Visits a day"), least=1, most=1000, needed=False, hint=lazy("Empty: no bound.")
    )
    capacity_hours = Number(
        lazy("Hours of work a day"), least=1, most=1000, needed=False,
        hint=lazy("Of everyone together, by how long your services take. Empty: no bound."),
    )  # fmt: skip
    capacity_refuses = Tick(
        lazy("Refuse more than that"),
        hint=lazy("Else you are warned, and may go beyond it. Clients read which days look good either way."),
    )

    def __init__(self, request: HttpRequest, business: Business) -> None:
        minutes = business.capacity_minutes
        known = {name: getattr(business, name) for name in self.base_fields if name != "capacity_hours"}
        super().__init__(request, known | {"capacity_hours": minutes // MINUTES if minutes else None})

    def changes(self) -> dict[str, Any]:
        typed = dict(self.cleaned_data)
        hours = typed.pop("capacity_hours")
        return typed | {"capacity_minutes": hours * MINUTES if hours else None}


class LookForm(Form):
    """The business's colour, made darker or lighter where it could not be read (wording/colours.py), and its logo,
    which the page draws by itself: a file is no value that could come back."""

    accent = Line(lazy("Colour"), most=7, needed=True, attributes={"type": "color"})

    def __init__(self, request: HttpRequest, business: Business) -> None:
        super().__init__(request, _values(business, self.base_fields))
        self.business = business
        self.file = request.FILES.get("logo") if request.method == "POST" else None
        self.removes_logo = request.method == "POST" and "no_logo" in request.POST
        self.logo_error = ""

    def save(self) -> None:
        """Raises InvalidInput for `logo`; the colour stays as it was then."""
        logo = prepare_logo(self.file, business_id=self.business.pk) if self.file else None
        if self.removes_logo and not logo:
            logo = ""
        change_look(self.business, accent=self.cleaned_data["accent"], logo=logo)

    def refuse(self, refused: InvalidInput) -> None:
        self.logo_error = str(refused.errors.get("logo", ""))
        super().refuse(refused)

    def clean_accent(self) -> str:
        typed = str(self.cleaned_data["accent"]).lower()
        if not re.fullmatch(r"#[0-9a-f]{6}", typed):
            raise ValidationError(_("Write a colour such as #1c6a4a."))
        return typed


class WordsForm(Form):
    """A business's own words for one message in one language."""

    subject = Line(lazy("Subject"), most=200, needed=True, missing=lazy("A message needs a subject."))
    text = Lines(lazy("Text"), most=20_000, needed=True, missing=lazy("A message needs a text."))

    def __init__(self, request: HttpRequest, key: str, stored: BuiltIn) -> None:
        super().__init__(request, stored._asdict())
        self.key = key

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            for problem in validate_words(self.key, found["subject"], found["text"]):
                self.add_error("text", problem)
        return found


def _values(business: Business, names: Any) -> dict[str, Any]:
    return {name: getattr(business, name) for name in names}
