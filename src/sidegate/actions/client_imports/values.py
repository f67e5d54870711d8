"""The values of a row as people write them in a spreadsheet: read, or refused with a code that says why.

Nothing is guessed: what can be read in two ways is a problem, never a choice of ours.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from babel.dates import get_day_names, get_month_names
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ...models import Business
from ...models.frequency import Frequency
from ...wording.languages import LANGUAGES, language_name
from ...wording.money import MOST_MINOR, minor_units
from ...wording.phones import stored_phone
from .columns import plain

LONGEST_EMAIL, LONGEST_PHONE = 254, 40
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2})?([.,]\d+)?( ?[AaPp]\.?[Mm]\.?)?Z?$")
_CODE = re.compile(r"\b[A-Z]{3}\b")
_SMALL_WORDS = frozenset(["de", "del", "of", "the", "st", "nd", "rd", "th"])

_FREQUENCIES = {
    Frequency.WEEKLY: "weekly|every week|each week|1x week|once a week|7 days|semanal|semanalmente|cada semana"
    "|todas las semanas|una vez por semana|cada 7 dias",
    Frequency.BIWEEKLY: "biweekly|bi weekly|every two weeks|every 2 weeks|every other week|fortnightly|14 days"
    "|2 weeks|quincenal|cada dos semanas|cada 2 semanas|cada quincena|cada 14 dias",
    Frequency.MONTHLY: "monthly|every month|each month|once a month|mensual|mensualmente|cada mes"
    "|todos los meses|una vez al mes",
    "": "once|one time|one off|single|una vez|unica|unico|una sola vez|puntual",
}  # fmt: skip
_FREQUENCY_OF = {words: str(key) for key, many in _FREQUENCIES.items() for words in many.split("|")}


class Unreadable(ValueError):
    """`code` says why a cell cannot be taken; the office has a sentence for each (office/client_import_words.py)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def email_of(typed: str) -> str:
    email = typed.strip().strip("<>").removeprefix("mailto:").lower()
    if re.search(r"[,; ]", email):
        raise Unreadable("several_emails")
    try:
        validate_email(email)
    except ValidationError as problem:
        raise Unreadable("no_email") from problem
    if len(email) > LONGEST_EMAIL:
        raise Unreadable("no_email")
    return email


def phone_of(typed: str, business: Business) -> str:
    try:
        stored = stored_phone(typed, business.country)
    except ValueError as problem:
        raise Unreadable("no_phone") from problem
    if len(stored) > LONGEST_PHONE:  # one with an extension stays as it was typed
        raise Unreadable("no_phone")
    return stored


def language_of(typed: str) -> str:
    """ "es", "es-MX", "Spanish", "español"."""
    words = plain(typed)
    found = _languages().get(words) or _languages().get(words.split(" ", 1)[0])
    if not found:
        raise Unreadable("no_language")
    return found


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    named = {plain(language_name(code, read_in=other)): code for code in LANGUAGES for other in LANGUAGES}
    return {**named, **{code: code for code in LANGUAGES}}


def frequency_of(typed: str) -> str:
    """A key of Frequency, empty for one-time."""
    words = plain(typed)
    if words not in _FREQUENCY_OF:
        raise Unreadable("no_frequency")
    return _FREQUENCY_OF[words]


def price_of(typed: str, business: Business, language: str) -> int:
    """Minor units of the business's currency; never negative."""
    try:
        minor = minor_units(typed, business.currency, language, business.country)
    except ValueError as problem:
        raise Unreadable("other_currency" if _names_a_currency(typed) else "no_amount") from problem
    if minor > MOST_MINOR:
        raise Unreadable("too_much")
    return minor


def _names_a_currency(typed: str) -> bool:
    """Of an amount that could not be read: it is another currency's, for our own sign was taken off before."""
    amount = re.sub(r"[\d.,\s]", "", typed)
    return any(unicodedata.category(sign) == "Sc" for sign in amount) or bool(_CODE.fullmatch(amount))


@dataclass(frozen=True, slots=True)
class DayNumbers:
    """A day and a month in the order in which they were written; `year` 0 where none was."""

    first: int
    second: int
    year: int = 0

    @property
    def proves(self) -> str:
        """The order that it must have been written in: "dmy", "mdy", or empty where both are possible."""
        if self.first == self.second:
            return ""
        return "dmy" if self.first > 12 else "mdy" if self.second > 12 else ""

    @property
    def is_ambiguous(self) -> bool:
        return self.first != self.second and not self.proves


def day_of(typed: str, order: str, today: date) -> date:
    """A date written in numbers, or with the month's name in English or Spanish; without a year the one to come.

    `order` is "dmy" or "mdy", or empty where nobody has said: then "3/4" is Unreadable("ambiguous_date").
    """
    bare = _without_time(typed)
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", bare):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if numbers := day_numbers(bare):
        if numbers.is_ambiguous and not order:
            raise Unreadable("ambiguous_date")
        day_first = (numbers.proves or order) == "dmy"
        day, month = (numbers.first, numbers.second) if day_first else (numbers.second, numbers.first)
        return _in_year(numbers.year, month, day, today)
    return _in_year(*_with_name_of_month(bare), today)


def day_numbers(typed: str) -> DayNumbers | None:
    """ "3/4", "03.04.2026" or "3-4-26" as its numbers; None where it is written otherwise."""
    match = re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})(?:[-/.](\d{4}|\d{2}))?\.?", _without_time(typed))
    if not match:
        return None
    year = int(match[3] or 0)
    return DayNumbers(int(match[1]), int(match[2]), year + 2000 if 0 < year < 100 else year)


def _without_time(typed: str) -> str:
    return _TIME.sub("", typed.strip()).strip()


def _with_name_of_month(typed: str) -> tuple[int, int, int]:
    """(year or 0, month, day) of "Mar 3", "Tue, March 3rd, 2026" or "3 de marzo de 2026"."""
    words = re.findall(r"[^\W\d_]+|\d+", typed)
    numbers = [int(word) for word in words if word.isdecimal() and len(word) <= 4]
    names = [plain(word) for word in words if not word.isdecimal()]
    months = [_months()[name] for name in names if name in _months()]
    known = _SMALL_WORDS | _months().keys() | _weekdays()
    if len(months) != 1 or len(numbers) not in (1, 2) or not known.issuperset(names):
        raise Unreadable("no_date")
    return (numbers[1] if len(numbers) == 2 else 0), months[0], numbers[0]


def _in_year(year: int, month: int, day: int, today: date) -> date:
    if year:
        return _date(year, month, day)
    found = _date(today.year, month, day) if (month, day) != (2, 29) else _next_leap_day(today)
    return found if found >= today else _date(today.year + 1, month, day)


def _next_leap_day(today: date) -> date:
    leap = today.year + -today.year % 4
    return _date(leap if date(leap, 2, 29) >= today else leap + 4, 2, 29)


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as problem:
        raise Unreadable("no_date") from problem


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    return {
        plain(name): number
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=language).items()
    }


@lru_cache(maxsize=1)
def _weekdays() -> frozenset[str]:
    return frozenset(
        plain(name)
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for name in get_day_names(width, locale=language).values()
    )
