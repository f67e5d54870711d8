"""What a calendar file says is the same instant for whoever reads it: dateutil reads the zone's rules that stand in it,
on any day of any zone, changes of clock included."""

import io
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from sidegate.wording.appointments import Appointment, calendar_feed, local_instant

ZONES = (
    "America/New_York", "America/Los_Angeles", "America/Phoenix", "America/St_Johns", "America/Santiago",
    "Europe/Madrid", "Europe/Dublin", "Australia/Lord_Howe", "Australia/Sydney", "Africa/Casablanca",
    "Asia/Kolkata", "Pacific/Chatham", "Pacific/Auckland", "UTC",
)  # fmt: skip
ANY_DAY = st.dates(date(2024, 1, 1), date(2032, 12, 31))
ANY_TIME = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))


def appointment(day: date, clock: time | None, **fields: Any) -> Appointment:
    written = datetime(2026, 1, 1, tzinfo=UTC)
    return Appointment(
        key="k", version=3, written_at=written, date=day, summary="Mowing", arrives_from=clock, **fields
    )


def feed(zone: str, *appointments: Appointment) -> str:
    return calendar_feed(appointments, name="Greenlawn", zone=zone, host="visits.example").decode()


def rules_in(text: str, zone: str) -> Any:
    """The zone as the file itself describes it."""
    begin, end = text.index("BEGIN:VTIMEZONE"), text.index("END:VTIMEZONE") + len("END:VTIMEZONE\n")
    return tzical(io.StringIO(text[begin:end].replace("\r\n", "\n"))).get(zone)


@settings(max_examples=300, deadline=None)
@given(zone=st.sampled_from(ZONES), day=ANY_DAY, clock=ANY_TIME)
def test_the_files_own_rules_give_the_instant_that_was_meant(zone: str, day: date, clock: time) -> None:
    text = feed(zone, appointment(day, clock))
    (event,) = Calendar.from_ical(text).events
    written = event["dtstart"].dt.replace(tzinfo=None)
    there = written - rules_in(text, zone).utcoffset(written)
    meant = datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)
    assert there == meant.replace(tzinfo=None)


@settings(max_examples=200, deadline=None)
@given(zone=st.sampled_from(ZONES), day=ANY_DAY, clock=ANY_TIME)
def test_the_local_time_stays_but_where_the_clocks_skip_it(zone: str, day: date, clock: time) -> None:
    shown = local_instant(day, clock, zone)
    agreed = datetime.combine(day, clock, ZoneInfo(zone))
    exists = agreed.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == agreed.replace(
        tzinfo=None
    )
    if exists:
        assert (shown.date(), shown.time()) == (day, clock)
    else:
        assert timedelta(0) < shown.replace(tzinfo=None) - agreed.replace(tzinfo=None) <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "clock", "instant"),
    [
        (date(2026, 3, 8), time(2, 30), "2026-03-08T07:30:00+00:00"),  # skipped: 3:30
        (date(2026, 3, 8), time(3, 30), "2026-03-08T07:30:00+00:00"),
        (date(2026, 11, 1), time(1, 30), "2026-11-01T05:30:00+00:00"),  # twice: the first
        (date(2026, 3, 7), time(9), "2026-03-07T14:00:00+00:00"),
        (date(2026, 3, 9), time(9), "2026-03-09T13:00:00+00:00"),
    ],
)
def test_t18_around_the_changes_of_clock(day: date, clock: time, instant: str) -> None:
    assert local_instant(day, clock, "America/New_York").astimezone(UTC).isoformat() == instant


@settings(max_examples=100, deadline=None)
@given(days=st.lists(ANY_DAY, min_size=1, max_size=8, unique=True), zone=st.sampled_from(ZONES))
def test_without_a_time_a_visit_is_that_date_everywhere(days: list[date], zone: str) -> None:
    text = feed(zone, *(appointment(day, None) for day in days))
    assert "VTIMEZONE" not in text
    assert [event["dtstart"].dt for event in Calendar.from_ical(text).events] == days


def test_what_is_kept_reads_as_the_same() -> None:
    kept = appointment(
        date(2026, 3, 8),
        time(9),
        arrives_until=time(11),
        minutes=45,
        is_off=True,
        place="12 Palm",
        about="x",
        link="y",
    )
    assert Appointment.read(kept.kept()) == kept
