"""Visits as calendar programs read them: iCalendar (RFC 5545), written by the icalendar library.

Arrival times are local, with the zone's own rules beside them; a time that the clocks skip is the one an hour later,
of one they show twice the first is meant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time
from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vDuration,
    vText,
)

from .languages import locale_of
from .typed import clean_line, clean_text

PRODUCT = "-//Sidegate//Visits//EN"
READ_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Appointment:
    """One visit. `key` is its id, which never changes; `version` grows with each change; without an arrival window
    it takes up the day. `is_off` where it was cancelled or skipped."""

    key: str
    version: int
    written_at: datetime
    date: date
    summary: str
    arrives_from: time | None = None
    arrives_until: time | None = None
    minutes: int = 60
    is_off: bool = False
    place: str = ""
    about: str = ""
    link: str = ""

    def kept(self) -> dict[str, Any]:
        """As plain values, of which `read` makes the same again."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        clocks = {name: getattr(self, name) and getattr(self, name).isoformat() for name in _CLOCKS}
        return {**plain, **clocks, "date": self.date.isoformat(), "at": self.written_at.isoformat()}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Appointment":
        """Raises KeyError or ValueError of what `kept` did not write."""
        clocks: dict[str, Any] = {name: kept[name] and time.fromisoformat(kept[name]) for name in _CLOCKS}
        at, day = datetime.fromisoformat(kept["at"]), date.fromisoformat(kept["date"])
        return cls(**{name: kept[name] for name in _PLAIN}, **clocks, date=day, written_at=at)

    def begins(self, zone: str) -> datetime | None:
        """The beginning of its arrival window; None where it has none."""
        return local_instant(self.date, self.arrives_from, zone) if self.arrives_from else None


_PLAIN = ("key", "version", "summary", "minutes", "is_off", "place", "about", "link")
_CLOCKS = ("arrives_from", "arrives_until")


@dataclass(frozen=True, slots=True)
class Organizer:
    """Whose visits they are, for a mail that carries them."""

    name: str
    email: str


def local_instant(day: date, clock: time, zone: str) -> datetime:
    """That time of that day in the zone; where the clocks skip it the time an hour later, where they show it twice
    the first."""
    there = datetime.combine(day, clock, ZoneInfo(zone))
    return there.astimezone(UTC).astimezone(there.tzinfo)


def clock(value: time, language: str, country: str = "") -> str:
    """ "9:00 AM", "9:00"."""
    return str(format_time(value, "short", locale=locale_of(language, country)))


def calendar_feed(appointments: Sequence[Appointment], *, name: str, zone: str, host: str) -> bytes:
    """What a subscribed calendar reads: all of them, those called off as such."""
    calendar = _calendar(appointments, zone=zone, host=host)
    calendar.add("x-wr-calname", clean_line(name))
    calendar.add("x-wr-timezone", zone)
    calendar.add("refresh-interval", vDuration(READ_AGAIN), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", vText("PT1H"))
    return bytes(calendar.to_ical())


def calendar_file(
    appointments: Sequence[Appointment], *, zone: str, host: str, organizer: Organizer
) -> bytes:
    """What a mail carries: the same visits under the same keys, to be put into a calendar, or updated there."""
    calendar = _calendar(appointments, zone=zone, host=host, organizer=organizer)
    calendar.add("method", "PUBLISH")
    return bytes(calendar.to_ical())


def _calendar(
    appointments: Sequence[Appointment], *, zone: str, host: str, organizer: Organizer | None = None
) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if timed := [appointment.date for appointment in appointments if appointment.arrives_from]:
        calendar.add_component(_zone_rules(zone, min(timed).year, max(timed).year))
    for appointment in appointments:
        calendar.add_component(_event(appointment, zone, host, organizer))
    return calendar


def _event(appointment: Appointment, zone: str, host: str, organizer: Organizer | None) -> Event:
    event = Event()
    event.add("uid", f"{appointment.key}@{host}")
    event.add("sequence", appointment.version)
    # Without a method both mean when the visit was last written (RFC 5545, 3.8.7.2).
    event.add("dtstamp", appointment.written_at)
    event.add("last-modified", appointment.written_at)
    event.add("summary", clean_line(appointment.summary))
    for name, text in (("location", appointment.place), ("description", appointment.about)):
        if text:
            event.add(name, clean_text(text))
    if appointment.link:
        event.add("url", appointment.link)
    event.add("status", "CANCELLED" if appointment.is_off else "CONFIRMED")
    if organizer:
        event.add("organizer", _address(organizer))
    _add_time(event, appointment, zone)
    return event


def _add_time(event: Event, appointment: Appointment, zone: str) -> None:
    begins = appointment.begins(zone)
    if begins is None:
        event.add("dtstart", appointment.date)
        event.add("dtend", appointment.date + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        return
    event.add("dtstart", begins)
    event.add("duration", timedelta(minutes=appointment.minutes or 1))
    event.add("transp", "TRANSPARENT" if appointment.is_off else "OPAQUE")


def _address(organizer: Organizer) -> vCalAddress:
    address = vCalAddress(f"mailto:{organizer.email}")
    address.params["cn"] = vText(clean_line(organizer.name).replace('"', "'"))
    return address


@lru_cache(maxsize=256)
def _zone_rules(zone: str, first_year: int, last_year: int) -> Timezone:
    """The zone's changes of clock in those years, and the one before and after.

    The library's own search for them goes in steps that miss a short summer or winter time, such as Morocco's.
    """
    there = ZoneInfo(zone)
    instant = datetime(first_year - 1, 1, 1, tzinfo=UTC)
    end = datetime(last_year + 2, 1, 1, tzinfo=UTC)
    rules = Timezone()
    rules.add("tzid", zone)
    offset = _offset(instant, there)
    rules.add_component(_clock_from(instant, there, offset))
    while instant < end:
        following = instant + timedelta(days=1)
        if _offset(following, there) != offset:
            rules.add_component(_clock_from(_change_between(instant, following, there), there, offset))
            offset = _offset(following, there)
        instant = following
    return rules


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the clock changes, to the second."""
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if _offset(middle, zone) == _offset(before, zone):
            before = middle
        else:
            after = middle
    return after


def _clock_from(instant: datetime, zone: ZoneInfo, offset: timedelta) -> TimezoneStandard | TimezoneDaylight:
    """What clocks show from then on; dated by the clock that ends, which had that offset (RFC 5545, 3.6.5)."""
    shown = instant.astimezone(zone)
    part = TimezoneDaylight() if shown.dst() else TimezoneStandard()
    part.add("dtstart", instant.replace(tzinfo=None) + offset)
    part.add("tzoffsetfrom", offset)
    part.add("tzoffsetto", _offset(instant, zone))
    part.add("tzname", shown.tzname() or zone.key)
    return part
