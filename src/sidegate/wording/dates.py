"""Dates in words: "Tue, Mar 3" in English, "martes 3 de marzo" in Spanish, in each country's manner."""

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_interval, format_skeleton, format_time

from .languages import locale_of

# CLDR writes a comma and short names here; people who read Spanish write neither in a sentence.
_DAY = {"es": "EEEE d 'de' MMMM"}
_DAY_AND_YEAR = {"es": "EEEE d 'de' MMMM 'de' y"}
_SHORT_DAY = {"es": "d MMM"}
# On a card there is little room; the short weekday alone would read "mar 3 mar".
_BRIEF_DAY = {"es": "EEEE d MMM"}
_BRIEF_DAY_AND_YEAR = {"es": "EEEE d MMM y"}
_BRIEF_START = {"es": "EEE d"}
_BRIEF_END = {"es": "EEE d MMM"}


@lru_cache(maxsize=4096)
def day(value: date, language: str, country: str = "", *, today: date | None = None) -> str:
    """A date with its weekday; the year is added where it is not today's."""
    return _with_weekday(value, language, country, today, _DAY, _DAY_AND_YEAR)


@lru_cache(maxsize=4096)
def brief_day(value: date, language: str, country: str = "", *, today: date | None = None) -> str:
    """As `day`, for a card: "Tue, Mar 3", "martes 3 mar"."""
    return _with_weekday(value, language, country, today, _BRIEF_DAY, _BRIEF_DAY_AND_YEAR)


@lru_cache(maxsize=4096)
def short_day(value: date, language: str, country: str = "") -> str:
    """A date without its weekday: "Mar 3", "3 mar"."""
    return _formatted(value, language, country, _SHORT_DAY, "MMMd")


@lru_cache(maxsize=512)
def weekday(value: date, language: str, *, short: bool = False) -> str:
    """The weekday's name: "Tuesday", or "Tue"."""
    return str(format_date(value, "EEE" if short else "EEEE", locale=locale_of(language)))


@lru_cache(maxsize=64)
def month(value: date, language: str) -> str:
    """The month's short name: "Mar"."""
    return str(format_date(value, "LLL", locale=locale_of(language)))


def _with_weekday(
    value: date,
    language: str,
    country: str,
    today: date | None,
    plain: dict[str, str],
    with_year: dict[str, str],
) -> str:
    if today is not None and value.year != today.year:
        return _formatted(value, language, country, with_year, "yMMMEd")
    return _formatted(value, language, country, plain, "MMMEd")


def _formatted(value: date, language: str, country: str, patterns: dict[str, str], skeleton: str) -> str:
    locale = locale_of(language, country)
    if language in patterns:
        return str(format_date(value, patterns[language], locale=locale))
    return str(format_skeleton(skeleton, value, locale=locale))


def clock(value: time, language: str, country: str = "") -> str:
    """A time of day: "2:00 PM", "14:00"."""
    return str(format_time(value, "short", locale=locale_of(language, country)))


@lru_cache(maxsize=512)
def times(first: time, last: time, language: str, country: str = "") -> str:
    """Two times of a day, by the country's clock: "8:00 – 10:00 AM", "8:00–10:00"."""
    locale = locale_of(language, country)
    skeleton = "hm" if "h" in str(locale.time_formats["short"]) else "Hm"
    return str(format_interval(first, last, skeleton=skeleton, locale=locale))


def range_pattern(language: str) -> str:
    """How two dates stand together in a sentence, with {start} and {end}."""
    return "del {start} al {end}" if language == "es" else "{start} – {end}"


@lru_cache(maxsize=4096)
def window(start: date, end: date, language: str, country: str = "") -> str:
    """Two dates in words: "Tue, Mar 3 – Thu, Mar 5", "del martes 3 al jueves 5 de marzo"."""
    if start == end:
        return day(start, language, country)
    first = day(start, language, country)
    if language == "es" and (start.year, start.month) == (end.year, end.month):
        first = str(format_date(start, "EEEE d", locale=locale_of(language)))
    return range_pattern(language).format(start=first, end=day(end, language, country))


@lru_cache(maxsize=4096)
def brief_window(start: date, end: date, language: str, country: str = "") -> str:
    """As `window`, for a card: "Tue, Mar 3 – Thu, Mar 5", "mar 3 – jue 5 mar"."""
    if start == end:
        return brief_day(start, language, country)
    same_month = (start.year, start.month) == (end.year, end.month)
    first = _BRIEF_START if same_month else _BRIEF_END
    return " – ".join(
        _formatted(day, language, country, patterns, "MMMEd")
        for day, patterns in ((start, first), (end, _BRIEF_END))
    )


@lru_cache(maxsize=4096)
def short_window(start: date, end: date, language: str, country: str = "") -> str:
    """Two dates in little room: "Mar 3–5", "3–5 mar", "Mar 30 – Apr 2"."""
    if start == end:
        return short_day(start, language, country)
    if (start.year, start.month) != (end.year, end.month):
        return f"{short_day(start, language, country)} – {short_day(end, language, country)}"
    first, last = str(start.day), str(end.day)
    written = short_day(end, language, country)
    return written.replace(last, f"{first}–{last}", 1)


def moment(value: datetime, zone: str, language: str, country: str = "", *, today: date) -> str:
    """An instant as the business's clock shows it: "3:42 PM" today, "Mar 3, 3:42 PM" otherwise."""
    local = value.astimezone(ZoneInfo(zone))
    clock = str(format_time(local.timetz(), "short", locale=locale_of(language, country)))
    if local.date() == today:
        return clock
    return f"{brief_day(local.date(), language, country, today=today)}, {clock}"
