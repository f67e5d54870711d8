"""A new business: its address, what its country proposes, and the owner who may open its office."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global
from babel.languages import get_official_languages
from babel.numbers import get_territory_currencies, list_currencies
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ..models import Business, Membership, User
from ..models.business import RESERVED_ADDRESSES
from ..wording.languages import LANGUAGES, choose_language
from ..wording.phones import countries
from ..wording.typed import clean_line
from .errors import InvalidInput

LONGEST_NAME: Final = 120
LONGEST_ADDRESS: Final = 50  # leaves room for a number in the column's 60
TRIES: Final = 20

# Where a country has several time zones: the one in which most of its people live.
MAIN_TIME_ZONES: Final = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
}


@dataclass(frozen=True, slots=True)
class NewBusiness:
    """What is typed for a new business; what is left empty, its country proposes.

    `spare_address` is taken where the name has no letter that an address can hold. `columns` are further ones of the
    business, checked already.
    """

    name: str
    owner_email: str
    owner_name: str = ""
    address: str = ""
    country: str = "US"
    time_zone: str = ""
    currency: str = ""
    language: str = ""
    owner_language: str = ""
    spare_address: str = ""
    columns: Mapping[str, Any] = field(default_factory=dict)


class Founded(NamedTuple):
    """A business that was just made. Its owner may have had a sign-in before: then she is not new here."""

    business: Business
    owner: User
    is_new_owner: bool


def new_business(typed: NewBusiness) -> tuple[Business, User]:
    """As `found_business`, for whoever knows the owner."""
    return found_business(typed)[:2]


def found_business(typed: NewBusiness) -> Founded:
    """Make the business and let its owner in; someone who has a sign-in already keeps it.

    The address is made from the name, with a number where it is taken. Raises InvalidInput.
    """
    checked = _Check(typed)
    for number in range(1, TRIES + 1):
        slug = checked.slug(number)
        if slug in RESERVED_ADDRESSES or Business.objects.filter(slug=slug).exists():
            continue
        try:
            with transaction.atomic():
                return _store(checked, slug)
        except IntegrityError:
            continue  # someone took the same address, or made the same person, in this moment
    raise InvalidInput({"address": _("This address is taken many times over. Choose another.")})


def check_new_business(typed: NewBusiness) -> None:
    """Raises InvalidInput with all that `found_business` would refuse."""
    _Check(typed)


def _store(checked: "_Check", slug: str) -> Founded:
    business = Business.objects.create(slug=slug, **checked.columns)
    owner = User.objects.filter(email__iexact=checked.email).first()
    is_new = owner is None
    if owner is None:
        language = checked.typed.owner_language or checked.columns["default_language"]
        owner = User.objects.create_user(checked.email, name=checked.owner_name, language=language)
    Membership.objects.create(business=business, user=owner, role=Membership.Role.OWNER)
    return Founded(business, owner, is_new)


class _Check:
    """One walk through what was typed; raises InvalidInput with a sentence for each thing that is wrong."""

    def __init__(self, typed: NewBusiness) -> None:
        self.errors: dict[str, str] = {}
        self.typed = typed
        self.email = self._email()
        self.owner_name = clean_line(typed.owner_name)[:LONGEST_NAME]
        name = self._name()
        self.address = self._address(name)
        country = self._country()
        self.columns = {
            "name": name,
            "country": country,
            "time_zone": self._time_zone(country),
            "currency": self._currency(country),
            "default_language": self._language(country),
            **typed.columns,
        }
        if self.errors:
            raise InvalidInput(self.errors)

    def slug(self, number: int) -> str:
        return self.address if number == 1 else f"{self.address}-{number}"

    def _name(self) -> str:
        name = clean_line(self.typed.name)
        if not name:
            self.errors["name"] = _("The business needs a name.")
        elif len(name) > LONGEST_NAME:
            self.errors["name"] = _("The name can have up to %(most)s characters.") % {"most": LONGEST_NAME}
        return name

    def _address(self, name: str) -> str:
        """The business's first word in every address; a chosen one is taken as typed, or refused."""
        chosen = self.typed.address.lower()
        if chosen:
            if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", chosen) or len(chosen) > LONGEST_ADDRESS:
                self.errors["address"] = _("An address is made of a–z, 0–9 and single hyphens between them.")
            elif chosen in RESERVED_ADDRESSES or Business.objects.filter(slug=chosen).exists():
                self.errors["address"] = _("The address %(address)s is taken.") % {"address": chosen}
            return chosen
        made = slugify(name)[:LONGEST_ADDRESS].replace("_", "-").strip("-") or self.typed.spare_address
        if name and not made:
            self.errors["address"] = _("Choose an address in a–z and 0–9 for this name.")
        return made

    def _email(self) -> str:
        email = self.typed.owner_email.strip().lower()
        try:
            validate_email(email)
        except ValidationError:
            self.errors["owner"] = _("%(typed)s is no email address.") % {"typed": email or '""'}
        if User.objects.filter(email__iexact=email, is_active=False).exists():
            self.errors["owner"] = _("%(email)s belongs to someone who may not sign in.") % {"email": email}
        return email

    def _country(self) -> str:
        country = self.typed.country.upper()
        if country not in countries():
            text = _("%(typed)s is no country; give its two letters, such as US.")
            self.errors["country"] = text % {"typed": self.typed.country}
        return country

    def _time_zone(self, country: str) -> str:
        chosen = self.typed.time_zone or proposed_for(country).time_zone
        if not chosen and "country" not in self.errors:
            text = _("%(country)s has several time zones; choose one.")
            self.errors["time_zone"] = text % {"country": country}
        elif chosen and not _is_time_zone(chosen):
            text = _("%(typed)s is no time zone; one looks like America/New_York.")
            self.errors["time_zone"] = text % {"typed": chosen}
        return chosen

    def _currency(self, country: str) -> str:
        chosen = (self.typed.currency or proposed_for(country).currency).upper()
        if chosen not in list_currencies():
            text = _("%(typed)s is no currency; one looks like USD.")
            self.errors["currency"] = text % {"typed": chosen}
        return chosen

    def _language(self, country: str) -> str:
        chosen = self.typed.language
        if chosen and chosen not in LANGUAGES:
            text = _("%(typed)s is no language of Sidegate's; it speaks %(known)s.")
            self.errors["language"] = text % {"typed": chosen, "known": ", ".join(LANGUAGES)}
        return chosen or proposed_for(country).language


class Proposal(NamedTuple):
    """What a country proposes for a business in it; the time zone is empty where we cannot tell."""

    time_zone: str
    currency: str
    language: str


def proposed_for(country: str) -> Proposal:
    """The country in two capital letters; what is no country proposes a business in English, paid in dollars."""
    if country not in countries():
        return Proposal("", "USD", choose_language())
    currency = next(iter(get_territory_currencies(country)), "USD")
    language = choose_language(*get_official_languages(country, de_facto=True))
    return Proposal(main_time_zone(country), currency, language)


def main_time_zone(country: str) -> str:
    """The country's time zone, or the one of most of its people; empty where we cannot tell."""
    if country in MAIN_TIME_ZONES:
        return MAIN_TIME_ZONES[country]
    zones = [zone for zone, territory in get_global("zone_territories").items() if territory == country]
    return zones[0] if len(zones) == 1 else ""


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
