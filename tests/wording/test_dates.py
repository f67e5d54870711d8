"""Dates in words: in each language's own manner, with the year only where it is not this one."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidegate.wording import dates
from sidegate.wording.languages import LANGUAGES

TUESDAY = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("language", "country", "words"),
    [
        ("en", "US", "Tue, Mar 3"),
        ("en", "GB", "Tue 3 Mar"),
        ("es", "US", "martes 3 de marzo"),
        ("es", "ES", "martes 3 de marzo"),
        ("xx", "", "Tue, Mar 3"),
    ],
)
def test_a_day_has_its_weekday_in_the_manner_of_language_and_country(
    language: str, country: str, words: str
) -> None:
    assert dates.day(TUESDAY, language, country) == words


def test_the_year_is_said_only_where_it_is_not_this_one() -> None:
    assert dates.day(TUESDAY, "en", "US", today=date(2026, 12, 31)) == "Tue, Mar 3"
    assert dates.day(TUESDAY, "en", "US", today=date(2025, 12, 31)) == "Tue, Mar 3, 2026"
    assert dates.day(TUESDAY, "es", "US", today=date(2025, 12, 31)) == "martes 3 de marzo de 2026"


@pytest.mark.parametrize(
    ("start", "end", "english", "spanish"),
    [
        (date(2026, 3, 3), date(2026, 3, 3), "Tue, Mar 3", "martes 3 de marzo"),
        (date(2026, 3, 3), date(2026, 3, 5), "Tue, Mar 3 – Thu, Mar 5", "del martes 3 al jueves 5 de marzo"),
        (
            date(2026, 3, 30), date(2026, 4, 2),
            "Mon, Mar 30 – Thu, Apr 2", "del lunes 30 de marzo al jueves 2 de abril",
        ),
    ],
)  # fmt: skip
def test_a_window_names_both_days(start: date, end: date, english: str, spanish: str) -> None:
    assert (dates.window(start, end, "en", "US"), dates.window(start, end, "es", "US")) == (english, spanish)


@pytest.mark.parametrize(
    ("start", "end", "english", "spanish"),
    [
        (date(2026, 3, 3), date(2026, 3, 3), "Mar 3", "3 mar"),
        (date(2026, 3, 3), date(2026, 3, 13), "Mar 3–13", "3–13 mar"),
        (date(2026, 3, 30), date(2026, 4, 2), "Mar 30 – Apr 2", "30 mar – 2 abr"),
    ],
)
def test_a_window_fits_into_little_room(start: date, end: date, english: str, spanish: str) -> None:
    said = [dates.short_window(start, end, language, "US") for language in LANGUAGES]
    assert said == [english, spanish]


@given(start=st.dates(date(2020, 1, 1), date(2040, 1, 1)), length=st.integers(0, 90))
def test_any_window_names_its_first_and_last_day_of_the_month(start: date, length: int) -> None:
    end = date.fromordinal(start.toordinal() + length)
    for language in LANGUAGES:
        for words in (
            dates.window(start, end, language, "US"),
            dates.short_window(start, end, language, "US"),
        ):
            assert str(start.day) in words
            assert str(end.day) in words


def test_a_card_has_shorter_words_for_a_day_and_a_window() -> None:
    assert dates.brief_day(TUESDAY, "en", "US") == "Tue, Mar 3"
    assert dates.brief_day(TUESDAY, "es", "US") == "martes 3 mar"
    assert dates.brief_day(TUESDAY, "es", "US", today=date(2025, 1, 1)) == "martes 3 mar 2026"
    thursday, april = date(2026, 3, 5), date(2026, 4, 2)
    assert dates.brief_window(TUESDAY, thursday, "en", "US") == "Tue, Mar 3 – Thu, Mar 5"
    assert dates.brief_window(TUESDAY, thursday, "es", "US") == "mar 3 – jue 5 mar"
    assert dates.brief_window(TUESDAY, april, "es", "US") == "mar 3 mar – jue 2 abr"
    assert dates.brief_window(TUESDAY, TUESDAY, "es", "US") == "martes 3 mar"


def test_an_instant_is_told_by_the_businesss_clock() -> None:
    instant = datetime(2026, 3, 4, 3, 30, tzinfo=UTC)
    newyork = ("America/New_York", "en", "US")
    assert dates.moment(instant, *newyork, today=TUESDAY) == "10:30\u202fPM"
    assert dates.moment(instant, *newyork, today=date(2026, 3, 4)) == "Tue, Mar 3, 10:30\u202fPM"
    assert dates.moment(instant, "Pacific/Auckland", "en", "NZ", today=date(2026, 3, 4)) == "4:30\u202fpm"
