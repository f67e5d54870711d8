"""Changing a visit that is still ahead: another day tells the client, another technician does not."""

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db import transaction

from ...models import Event, Membership, User, Visit
from ..errors import Conflict
from .letters import in_calendar, moved_letter
from .record import Status, claim, record, take_client_of, tell
from .rules import must_be_a_day_to_come


@dataclass(frozen=True, slots=True)
class VisitChanges:
    """A visit as it shall be. The arrival window is two local times, or none."""

    date: date
    part_of_day: str
    technician: Membership | None
    is_charged: bool
    arrives_from: time | None = None
    arrives_until: time | None = None


AsTold = tuple[date, str, time | None, time | None]


def _as_told(when: VisitChanges | Visit) -> AsTold:
    """What a client is told of when it is: beside an arrival window the part of the day is not."""
    part = "" if when.arrives_from else when.part_of_day
    return when.date, part, when.arrives_from, when.arrives_until


def change_visit(visit: Visit, changes: VisitChanges, *, by: User, version: int) -> bool:
    """True where the day, the part of it or the arrival window changed: then the client is told (`visit.moved`).

    Raises InvalidInput for a day that cannot be, Conflict("visit_changed") where it is no longer as the
    page showed it. `visit` needs its agreement in hand, with business, client, property and service.
    """
    if _as_told(changes) == _as_told(visit):
        _staff(visit, changes, version)
        return False
    if changes.date != visit.date:
        must_be_a_day_to_come(visit.client_service.business, changes.date)
    if visit.status != Status.SCHEDULED or visit.version != version:
        raise Conflict("visit_changed")
    _move(visit, changes, by, version)
    return True


def _staff(visit: Visit, changes: VisitChanges, version: int) -> None:
    claim(
        visit,
        version=version,
        statuses=[Status.SCHEDULED],
        part_of_day=changes.part_of_day,
        technician=changes.technician,
        is_charged=changes.is_charged,
    )


def _move(visit: Visit, changes: VisitChanges, by: User, version: int) -> None:
    letter = moved_letter(
        visit, changes.date, changes.part_of_day, changes.arrives_from, changes.arrives_until
    )
    calendar = in_calendar(visit.client_service)
    data: dict[str, Any] = {
        "from": visit.date.isoformat(),
        "to": changes.date.isoformat(),
        "part_from": visit.part_of_day,
        "part_to": changes.part_of_day,
        **_arrivals(visit, changes),
        "language": letter.recipient.language,
        "not_told_because": letter.recipient.refusal,
    }
    with transaction.atomic(durable=True):
        take_client_of(visit.client_service)
        claim(
            visit,
            version=version,
            statuses=[Status.SCHEDULED],
            date=changes.date,
            part_of_day=changes.part_of_day,
            arrives_from=changes.arrives_from,
            arrives_until=changes.arrives_until,
            technician=changes.technician,
            is_charged=changes.is_charged,
        )
        data["calendar"] = calendar.kept([visit])
        event = record(visit, Event.Verb.VISIT_MOVED, by=by, was=Status.SCHEDULED, **data)
        tell(visit, letter, event)


def _arrivals(visit: Visit, changes: VisitChanges) -> dict[str, list[str]]:
    """The arrival windows before and after, where there are any: ISO times, from and until."""
    before, after = (visit.arrives_from, visit.arrives_until), (changes.arrives_from, changes.arrives_until)
    windows = {"arrival_from": before, "arrival_to": after}
    return {
        name: [at.isoformat("minutes") for at in window if at]
        for name, window in windows.items()
        if any(window)
    }
