"""The set-up page as it is drawn: what was typed, what the country proposes, and a sentence for each mistake."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final, NamedTuple, Self

from babel.numbers import get_currency_symbol
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from ..actions.businesses import proposed_for
from ..actions.errors import InvalidInput
from ..actions.set_up import MOST_SERVICES, ServiceLine, SetUp
from ..models.business import EVERY_WEEKDAY
from ..wording import dates, phones, places, rhythm
from ..wording.colours import READABLE, Shades, contrast, dark_shades, light_shades
from ..wording.languages import LANGUAGES, language_name, locale_of

PLAIN: Final = (
    "name", "owner_name", "owner_email", "phone", "country", "time_zone", "currency", "language",
    "reply_promise_days", "accent",
)  # fmt: skip
OFTEN: Final = ("", "weekly", "biweekly", "monthly")
FIRST_LINES: Final = 3
OUR_GREEN: Final = "#1c6a4a"
A_MONDAY: Final = date(2024, 1, 1)
ONLY_DRAW: Final = ("country", "line", "look")


class Choice(NamedTuple):
    """One thing to choose, as parts/fields.html and parts/choices.html draw it."""

    value: str
    label: str


def _place_on_the_page(error: tuple[str, str]) -> int:
    """Plain fields come first, and the code before them; the others keep their order."""
    fields = ("code", *PLAIN)
    return fields.index(error[0]) if error[0] in fields else len(fields)


@dataclass
class SetUpForm:
    """The values by their fields' names, and the mistakes."""

    values: dict[str, str]
    working_days: list[str]
    services: list[ServiceLine]
    then: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """As it was sent; else as it stands there at first."""
        if request.method != "POST":
            return cls(
                _first_values(request), [str(day) for day in EVERY_WEEKDAY], [ServiceLine()] * FIRST_LINES
            )
        posted = request.POST
        if any(len(values) > 1 for name, values in posted.lists() if name != "working_days"):
            raise BadRequest("repeated field")
        form = cls(
            {name: posted.get(name, "") for name in PLAIN},
            posted.getlist("working_days")[:7],
            _lines(request),
            then=posted.get("then", ""),
        )
        form._press()
        return form

    @property
    def only_draws(self) -> bool:
        return self.then in ONLY_DRAW

    def _press(self) -> None:
        if self.then == "country":
            self.values |= _proposed(self.values["country"])
        elif self.then == "line" and len(self.services) < MOST_SERVICES:
            self.services.append(ServiceLine())

    def typed(self, logo: str) -> SetUp:
        return SetUp(**self.values, working_days=self.working_days, services=self.services, logo=logo)

    def refuse(self, name: str, sentence: str) -> None:
        self.errors[name] = sentence

    def refuse_all(self, refused: InvalidInput) -> None:
        for name, sentence in refused.errors.items():
            self.errors.setdefault("name" if name == "address" else name, str(sentence))
        self.errors = dict(sorted(self.errors.items(), key=_place_on_the_page))

    # What the page shows beside the fields.

    @cached_property
    def reads(self) -> str:
        return get_language() or "en"

    def countries(self) -> list[tuple[str, str]]:
        return places.countries(self.reads)

    def zones(self) -> list[tuple[str, list[Choice]]]:
        """The country's own, then those of elsewhere."""
        country = self.values["country"]
        here = places.zones_of(country) if country in phones.countries() else frozenset()
        groups = (
            (_("In this country"), [zone for zone in places.time_zones() if zone in here]),
            (_("Elsewhere"), [zone for zone in places.time_zones() if zone not in here]),
        )
        return [
            (name, [Choice(zone, zone.replace("_", " ")) for zone in zones])
            for name, zones in groups
            if zones
        ]

    def currencies(self) -> list[tuple[str, str]]:
        return places.currencies(self.reads)

    def languages(self) -> list[tuple[str, str]]:
        return [(code, language_name(code, read_in=self.reads)) for code in LANGUAGES]

    def place(self) -> str:
        """What holds for the country, in few words: "New York · USD · English"."""
        zone = self.values["time_zone"].rpartition("/")[2].replace("_", " ")
        language = language_name(self.values["language"], read_in=self.reads) if self._speaks() else ""
        return " · ".join(filter(None, (zone, self.values["currency"], language)))

    def _speaks(self) -> bool:
        return self.values["language"] in LANGUAGES

    def place_is_open(self) -> bool:
        """Whether the three stand open: nothing is proposed for one, or one is wrong."""
        names = ("time_zone", "currency", "language")
        return any(name in self.errors or not self.values[name] for name in names)

    def currency_sign(self) -> str:
        """As it is written in the country."""
        currency, country = self.values["currency"], self.values["country"]
        if currency not in dict(self.currencies()):
            return "¤"
        return str(get_currency_symbol(currency, locale=locale_of(self.reads, country[:2])))

    def weekdays(self) -> list[tuple[str, str]]:
        return [
            (str(n), dates.weekday(A_MONDAY + timedelta(days=n), self.reads, short=True)) for n in range(7)
        ]

    def promises(self) -> list[Choice]:
        return [
            Choice("0", _("Same day")),
            Choice("1", _("1 day")),
            Choice("2", _("2 days")),
            Choice("3", _("3 days")),
        ]

    def frequencies(self) -> list[tuple[str, str]]:
        return [(value, _capitalised(rhythm.how_often(value))) for value in OFTEN]

    def can_have_more_lines(self) -> bool:
        return len(self.services) < MOST_SERVICES

    def is_hard_to_read(self) -> bool:
        return contrast(self._accent(), "#ffffff") < READABLE

    def by_day(self) -> Shades:
        return light_shades(self._accent())

    def by_night(self) -> Shades:
        return dark_shades(self._accent())

    def _accent(self) -> str:
        typed = self.values["accent"].lower()
        is_colour = len(typed) == 7 and typed[0] == "#" and set(typed[1:]) <= set("0123456789abcdef")
        return typed if is_colour else OUR_GREEN


def _lines(request: HttpRequest) -> list[ServiceLine]:
    """As many as the page had."""
    written = request.POST.get("lines", "")
    count = int(written) if written.isascii() and written.isdigit() and len(written) < 4 else FIRST_LINES
    return [
        ServiceLine(
            *(request.POST.get(f"service_{number}_{part}", "") for part in ("name", "price", "often"))
        )
        for number in range(1, min(max(count, 1), MOST_SERVICES) + 1)
    ]


def _first_values(request: HttpRequest) -> dict[str, str]:
    country = country_of_browser(request)
    fixed: dict[str, Any] = {"country": country, "reply_promise_days": "1", "accent": OUR_GREEN}
    return {**dict.fromkeys(PLAIN, ""), **fixed, **_proposed(country)}


def _proposed(country: str) -> dict[str, str]:
    return proposed_for(country)._asdict()


def country_of_browser(request: HttpRequest) -> str:
    """The first country among the browser's languages ("es-MX"), else the United States."""
    for language, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        region = language.rpartition("-")[2].upper()
        if "-" in language and region in phones.countries():
            return region
    return "US"


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]
