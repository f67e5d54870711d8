"""What is typed on the set-up page, and the sentence for each mistake."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from babel.numbers import get_currency_name, list_currencies
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ...wording.languages import LANGUAGES, locale_of
from ...wording.money import MOST_MINOR, minor_units, typed_amount
from ...wording.phones import countries, stored_phone
from ...wording.typed import clean_line
from ..businesses import LONGEST_NAME, NewBusiness, check_new_business, proposed_for
from ..errors import InvalidInput
from ..services import ServiceDetails

MOST_SERVICES: Final = 30
LONGEST_EMAIL, LONGEST_PHONE, LONGEST_AMOUNT = 254, 40, 20
LONGEST_PROMISE: Final = 30  # working days
AN_AMOUNT: Final = 9550  # minor units, to show how one is written
SPARE_ADDRESS: Final = "business"
FREQUENCIES: Final = ("", "weekly", "biweekly", "monthly")


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A line of the first services, as typed; one with nothing typed in it is left out."""

    name: str = ""
    price: str = ""
    frequency: str = ""


@dataclass(frozen=True, slots=True)
class SetUp:
    """What was typed on the set-up page, all of it words; `logo` is a prepared one's name."""

    name: str = ""
    owner_name: str = ""
    owner_email: str = ""
    phone: str = ""
    country: str = ""
    time_zone: str = ""
    currency: str = ""
    language: str = ""
    working_days: Sequence[str] = ()
    reply_promise_days: str = ""
    services: Sequence[ServiceLine] = ()
    accent: str = ""
    logo: str = ""


@dataclass(slots=True)
class Checked:
    """Ready to be stored."""

    business: NewBusiness
    services: list[ServiceDetails] = field(default_factory=list)


def check(typed: SetUp) -> Checked:
    """Raises InvalidInput with one sentence for each field that is wrong: `service_1_price` is the first line's."""
    return _Check(typed).checked()


class _Check:
    def __init__(self, typed: SetUp) -> None:
        self.typed, self.errors = typed, dict[str, str]()
        self.country = typed.country if typed.country in countries() else ""
        proposed = proposed_for(self.country)
        self.currency = typed.currency if typed.currency in list_currencies() else proposed.currency
        self.language = typed.language if typed.language in LANGUAGES else proposed.language

    def checked(self) -> Checked:
        email = self._email()
        business = NewBusiness(
            name=self._line("name", self.typed.name, missing=_("What is the business called?")),
            owner_name=self._line("owner_name", self.typed.owner_name, missing=_("What is your name?")),
            owner_email=email,
            country=self.typed.country,
            time_zone=self.typed.time_zone,
            currency=self.typed.currency,
            language=self.typed.language,
            owner_language=get_language() or "",
            spare_address=SPARE_ADDRESS,
            columns={**self._columns(), "email": email},
        )
        services = self._services()
        self._ask_of_new_business(business)
        if self.errors:
            raise InvalidInput(self.errors)
        return Checked(business, services)

    def _ask_of_new_business(self, business: NewBusiness) -> None:
        try:
            check_new_business(business)
        except InvalidInput as refused:
            for name, sentence in refused.errors.items():
                self.errors.setdefault("owner_email" if name == "owner" else name, sentence)

    def _columns(self) -> dict[str, Any]:
        return {
            "phone": self._phone(),
            "working_days": self._working_days(),
            "reply_promise_days": self._reply_promise(),
            "accent": self._accent(),
            "logo_name": self.typed.logo,
        }

    def _line(self, name: str, typed: str, *, missing: str = "", most: int = LONGEST_NAME) -> str:
        line = clean_line(typed)
        if missing and not line:
            self.errors[name] = missing
        elif len(line) > most:
            said = {"most": f"{most:,}", "count": f"{len(line):,}"}
            self.errors[name] = _("This can have up to %(most)s characters; it has %(count)s.") % said
        return line

    def _email(self) -> str:
        missing = _("The email is missing. You sign in with it.")
        email = self._line("owner_email", self.typed.owner_email, missing=missing, most=LONGEST_EMAIL).lower()
        try:
            validate_email(email)
        except ValidationError:
            text = _("That isn't a whole email address. It looks like maria@example.com.")
            self.errors.setdefault("owner_email", text)
        return email

    def _phone(self) -> str:
        """As typed: clients read it."""
        phone = self._line("phone", self.typed.phone, most=LONGEST_PHONE)
        if phone and "phone" not in self.errors:
            try:
                stored_phone(phone, self.country or "US")
            except ValueError:
                text = _("That isn't a phone number. Write it as you dial it, with the area code.")
                self.errors["phone"] = text
        return phone

    def _working_days(self) -> list[int]:
        days = sorted({int(day) for day in self.typed.working_days if re.fullmatch("[0-6]", day)})
        if not days:
            self.errors["working_days"] = _("Choose at least one day.")
        return days

    def _reply_promise(self) -> int:
        typed = clean_line(self.typed.reply_promise_days)
        if re.fullmatch("[0-9]{1,2}", typed) and int(typed) <= LONGEST_PROMISE:
            return int(typed)
        said = {"least": 0, "most": LONGEST_PROMISE}
        text = _("Write a whole number from %(least)s to %(most)s.")
        self.errors["reply_promise_days"] = text % said
        return 0

    def _accent(self) -> str:
        accent = self.typed.accent.strip().lower()
        if not re.fullmatch(r"#[0-9a-f]{6}", accent):
            self.errors["accent"] = _("Write a colour such as #1c6a4a.")
        return accent

    def _services(self) -> list[ServiceDetails]:
        """One at least: without any, no client could ask for anything."""
        numbered = enumerate(self.typed.services[:MOST_SERVICES], 1)
        found = [
            self._service(number, line)
            for number, line in numbered
            if line.name.strip() or line.price.strip()
        ]
        if not found:
            self.errors["service_1_name"] = _("Write at least one service, such as Mowing.")
        return found

    def _service(self, number: int, line: ServiceLine) -> ServiceDetails:
        name = self._line(f"service_{number}_name", line.name, missing=_("What is it called?"))
        frequency = line.frequency if line.frequency in FREQUENCIES else ""
        price = self._price(f"service_{number}_price", line.price)
        return ServiceDetails(names={self.language: name}, price_minor=price, frequency=frequency)

    def _price(self, field: str, typed: str) -> int | None:
        """None where it is empty: on request."""
        line = self._line(field, typed, most=LONGEST_AMOUNT)
        if not line or field in self.errors:
            return None
        try:
            minor = minor_units(line, self.currency, get_language() or "en", self.country)
        except ValueError:
            self.errors[field] = self._amount_words()
            return None
        if minor > MOST_MINOR:
            self.errors[field] = _("That is more than we can take. Check the amount.")
        return minor

    def _amount_words(self) -> str:
        text = _("Write an amount in %(currency)s, such as %(example)s.")
        locale = locale_of(get_language() or "en")
        name = get_currency_name(self.currency, count=2, locale=locale)
        return text % {"currency": name, "example": typed_amount(AN_AMOUNT, self.currency)}
