"""The rhythm of a recurring service, against dateutil as the reference: the whole rule, from its first day."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from sidegate.models.client_service import ClientService
from sidegate.models.recurrence import Recurrence, weekday_ordinals

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
WEEKDAYS = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))
RECURRENCES = st.one_of(
    st.builds(Recurrence, st.sampled_from(["weekly", "biweekly"]), WEEKDAYS),
    st.builds(lambda day: Recurrence("monthly", month_day=day), st.integers(1, 31)),
    st.builds(
        lambda weekday, ordinal: Recurrence("monthly", (weekday,), ordinal=ordinal),
        st.integers(0, 6),
        st.sampled_from([1, 2, 3, 4, -1]),
    ),
)


def reference(rule: str, start: date, first: date, last: date) -> list[date]:
    """All dates of the rule from its start on, walked through one after the other."""
    found = rrulestr(rule, dtstart=midnight(start))
    return [moment.date() for moment in found.between(midnight(first), midnight(last), inc=True)]


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())


@given(RECURRENCES, DAYS, st.integers(-400, 1500), st.integers(0, 120))
def test_its_dates_are_those_of_the_rule_walked_from_its_start(
    recurrence: Recurrence, start: date, ahead: int, length: int
) -> None:
    first = start + timedelta(days=ahead)
    last = first + timedelta(days=length)
    assert list(recurrence.dates(start, first, last)) == reference(recurrence.rule, start, first, last)


@given(RECURRENCES, DAYS, st.integers(-100, 1000))
def test_the_next_date_is_the_first_one_after_the_day(
    recurrence: Recurrence, start: date, ahead: int
) -> None:
    day = start + timedelta(days=ahead)
    following = recurrence.next_date(start, day)
    assert following > day
    assert reference(recurrence.rule, start, day + timedelta(days=1), following) == [following]


@given(RECURRENCES)
def test_a_rule_is_read_as_it_was_written(recurrence: Recurrence) -> None:
    assert Recurrence.of(recurrence.rule) == recurrence


@given(RECURRENCES, DAYS)
def test_counted_from_its_first_day_it_comes_on_that_day(recurrence: Recurrence, start: date) -> None:
    first = recurrence.first(start)
    assert recurrence.dates(first, first, first) == (first,)
    assert start <= first <= start + timedelta(days=62)


@given(RECURRENCES, DAYS, DAYS, st.none() | st.integers(0, 60), st.none() | st.integers(0, 400))
def test_no_date_lies_in_a_pause_or_after_the_end(
    recurrence: Recurrence, start: date, paused_from: date, paused_for: int | None, ends_after: int | None
) -> None:
    paused_until = None if paused_for is None else paused_from + timedelta(days=paused_for)
    ends_on = None if ends_after is None else start + timedelta(days=ends_after)
    agreement = ClientService(
        rule=recurrence.rule,
        rule_start=start,
        start_date=start,
        ends_on=ends_on,
        paused_from=paused_from,
        paused_until=paused_until,
    )
    last = start + timedelta(days=500)
    expected = [
        day
        for day in reference(recurrence.rule, start, start, min(last, ends_on or last))
        if not (paused_from <= day and (paused_until is None or day <= paused_until))
    ]
    assert agreement.occurrences(start, last) == expected
    following = agreement.occurrence_after(start)
    later = [day for day in expected if day > start]
    if later:
        assert following == later[0]
    elif following is not None:
        assert following > last


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (date(2027, 1, 31), ["02-28", "03-31", "04-30"]),
        (date(2027, 1, 30), ["02-28", "03-30", "04-30"]),
        (date(2027, 1, 29), ["02-28", "03-29", "04-29"]),
        (date(2028, 1, 29), ["02-29", "03-29", "04-29"]),
        (date(2028, 1, 31), ["02-29", "03-31", "04-30"]),
        (date(2027, 1, 28), ["02-28", "03-28", "04-28"]),
    ],
)
def test_a_day_that_a_short_month_lacks_is_its_last(start: date, expected: list[str]) -> None:
    monthly = Recurrence.counted_from(start, "monthly")
    found = monthly.dates(start, start + timedelta(days=1), date(start.year, 4, 30))
    assert [f"{day:%m-%d}" for day in found] == expected


def test_every_two_weeks_goes_on_over_the_turn_of_a_year_with_53_weeks() -> None:
    start = date(2026, 12, 21)  # the week before week 53
    found = Recurrence.counted_from(start, "biweekly").dates(start, start, date(2027, 2, 1))
    assert [(b - a).days for a, b in pairwise(found)] == [14, 14, 14]


def test_every_two_weeks_on_monday_begun_on_a_wednesday_comes_the_next_monday() -> None:
    mondays = Recurrence("biweekly", (0,))
    first = mondays.first(date(2026, 3, 4))
    assert mondays.dates(first, first, date(2026, 3, 31)) == (date(2026, 3, 9), date(2026, 3, 23))


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=DAILY",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO",
        "FREQ=MONTHLY;BYDAY=5TU",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "RRULE:FREQ=WEEKLY;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=MO\nEXDATE:20260302",
        "FREQ=WEEKLY;BYDAY=MO,MO",
    ],
)
def test_a_rule_that_is_not_ours_is_refused(rule: str) -> None:
    with pytest.raises(ValueError):
        Recurrence.of(rule)


@pytest.mark.parametrize(
    "fields",
    [
        {"frequency": "weekly"},
        {"frequency": "weekly", "weekdays": (7,)},
        {"frequency": "weekly", "weekdays": (1,), "month_day": 3},
        {"frequency": "monthly"},
        {"frequency": "monthly", "month_day": 0},
        {"frequency": "monthly", "weekdays": (1, 2), "ordinal": 1},
        {"frequency": "monthly", "weekdays": (1,), "ordinal": 5},
        {"frequency": "daily", "weekdays": (1,)},
    ],
)
def test_a_rhythm_that_says_too_little_or_too_much_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no recurrence"):
        Recurrence(**fields)  # type: ignore[arg-type]


@given(DAYS)
def test_a_day_can_be_meant_as_this_or_that_weekday_of_its_month(day: date) -> None:
    for ordinal in weekday_ordinals(day):
        by_weekday = Recurrence("monthly", (day.weekday(),), ordinal=ordinal)
        assert by_weekday.dates(day, day, day) == (day,)
