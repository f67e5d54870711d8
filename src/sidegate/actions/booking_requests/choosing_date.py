"""On which day an approval puts its visit: the owner's choice, or the first of the window that will do (rule 10)."""

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from ...models.business import WorkingCalendar
from ...models.recurrence import Recurrence
from ..visits import Room
from .choices import Choices
from .facts import RequestFacts

FARTHEST_DATE = dt.timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to heed, shown and never fingerprinted: a code and the values its sentence needs."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChosenDate:
    """A date, why it is not the window's first, what to heed about it; or why there is none."""

    date: dt.date | None
    moved_because: str = ""
    warnings: tuple[Warned, ...] = ()
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Days:
    """What is known of days when one is chosen for a visit of so many minutes."""

    calendar: WorkingCalendar
    today: dt.date
    occupied: frozenset[dt.date]
    room: Room
    minutes: int

    def is_full(self, day: dt.date) -> bool:
        return self.room.is_full(day, minutes=self.minutes)

    def hindrance(self, day: dt.date) -> str:
        """Why the rules pass the day over; empty where they take it. A full day is one only where the business
        refuses them."""
        if day < self.today:
            return "past"
        if not self.calendar.is_working(day):
            return "closed"
        if day in self.occupied:
            return "occupied"
        return "full" if self.room.business.capacity_refuses and self.is_full(day) else ""


def choose_date(facts: RequestFacts, choices: Choices, days: Days) -> ChosenDate:
    """The owner's own date, else the first day of the window that is not past, is a working day, has no visit
    of that agreement and is not refused as full; none where the window has no such day: it never guesses
    (rule 10)."""
    if choices.date is not None:
        return _own_date(facts, choices.date, days, is_promised=choices.promised)
    moved_because = ""
    for ahead in range((facts.window_end - facts.window_start).days + 1):
        day = facts.window_start + dt.timedelta(days=ahead)
        hindrance = days.hindrance(day)
        if not hindrance:
            heed = (Warned("day_full", {"date": day}),) if days.is_full(day) else ()
            return ChosenDate(day, moved_because, heed)
        moved_because = moved_because or hindrance
    return ChosenDate(None, refusal="window_passed" if facts.window_end < days.today else "no_day_left")


def on_rhythm(
    chosen: ChosenDate,
    recurrence: Recurrence,
    facts: RequestFacts,
    days: Days,
    *,
    earliest: dt.date = dt.date.min,
) -> ChosenDate:
    """The chosen date, or where the rhythm passes it over, or it is too early, the next one that will do."""
    if chosen.date is None:
        return chosen
    first = recurrence.first(max(chosen.date, earliest))
    if first == chosen.date:
        return chosen
    return replace(_own_date(facts, first, days, is_promised=False), moved_because="rhythm")


def _own_date(facts: RequestFacts, asked: dt.date, days: Days, *, is_promised: bool) -> ChosenDate:
    if asked < days.today:
        return ChosenDate(None, refusal="date_past")
    if asked > days.today + FARTHEST_DATE:
        return ChosenDate(None, refusal="date_too_far")
    heed = []
    if not facts.window_start <= asked <= facts.window_end:
        heed.append(Warned("outside_window", {"date": asked}))
    if days.is_full(asked):
        if days.room.business.capacity_refuses and not is_promised:
            return ChosenDate(None, refusal="day_full")
        heed.append(Warned("day_full", {"date": asked}))
    if not days.calendar.is_working(asked):
        heed.append(Warned("closed_day", {"date": asked}))
    if asked in days.occupied:
        heed.append(Warned("day_occupied", {"date": asked}))
    return ChosenDate(asked, warnings=tuple(heed))
