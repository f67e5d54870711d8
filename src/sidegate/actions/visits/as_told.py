"""Visits as their clients know them: a move or a skip that may still be undone is not told yet (DESIGN rule 16)."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F

from ...models import BookingRequest, Client, Visit
from ...models.visit import VisitQuerySet

LONGEST_UNDO = timedelta(seconds=600)
FIELDS = ("date", "part_of_day", "arrives_from", "arrives_until", "status", "version")

CHANGES = (
    BookingRequest.Outcome.VISIT_MOVED,
    BookingRequest.Outcome.VISIT_SKIPPED,
    BookingRequest.Outcome.PLAN_CHANGED,
)


@dataclass(slots=True)
class Untold:
    """What no client has been told yet: visits that changed, with their fields as they were; those that a changed
    plan made; and, by client, those that went with it, as they were."""

    changed: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    made: set[UUID] = field(default_factory=set)
    gone: dict[UUID, list[Visit]] = field(default_factory=lambda: defaultdict(list))

    def __bool__(self) -> bool:
        return bool(self.changed or self.made or self.gone)

    @property
    def keys(self) -> set[UUID]:
        return self.made.union(self.changed)


def as_it_was(visit: Visit) -> dict[str, Any]:
    """What a decision may change of a visit, to be kept in its Event."""
    return plain({name: getattr(visit, name) for name in FIELDS})


def plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as an Event keeps them."""
    return {name: _as_text(value) for name, value in fields.items()}


def _as_text(value: Any) -> Any:
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def columns(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The values again."""
    return {name: _READ[name](value) if value and name in _READ else value for name, value in kept.items()}


_READ: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("rule_start", "date", "occurrence_date"), date.fromisoformat),
    **dict.fromkeys(("arrives_from", "arrives_until"), time.fromisoformat),
    **dict.fromkeys(("id", "technician_id"), UUID),
    "created_at": datetime.fromisoformat,
}


def untold_changes(business_id: UUID, now: datetime) -> Untold:
    """What decisions did that may still be undone. One statement."""
    rows = BookingRequest.objects.filter(
        business=business_id,
        decided_at__gt=now - LONGEST_UNDO,
        undo_until__gt=now,
        outcome__in=CHANGES,
        events__decision_no=F("decision_no"),
    )
    untold = Untold()
    for client_id, visit_id, data in rows.values_list("client_id", "about_visit_id", "events__data"):
        if "plan_was" in data:
            untold.made |= {UUID(key) for key in data["made"]}
            untold.gone[client_id] += visits_that_went(business_id, data)
        elif visit_id:
            untold.changed[visit_id] = columns(data["was"])
    return untold


def visits_that_went(business_id: UUID, data: Mapping[str, Any]) -> list[Visit]:
    """Those that a changed plan took off the schedule, as its Event keeps them; not stored."""
    agreement = UUID(data["client_service"])
    return [
        Visit(business_id=business_id, client_service_id=agreement, **columns(kept)) for kept in data["gone"]
    ]


def as_told(visit: Visit, untold: Untold) -> Visit:
    for name, value in untold.changed.get(visit.pk, {}).items():
        setattr(visit, name, value)
    return visit


def upcoming_as_told(
    visits: VisitQuerySet, client: Client, today: date, now: datetime, most: int
) -> list[Visit]:
    """The first coming ones of these visits of hers, in order, without those whose making may still be undone. Two
    statements, some more while a change may be undone."""
    untold = untold_changes(client.business_id, now)
    settled = visits.settled(now)
    rows = settled.upcoming(today).exclude(pk__in=untold.keys) if untold.keys else settled.upcoming(today)
    found = list(rows.order_by("date", "id")[:most])
    if untold:
        found += [as_told(visit, untold) for visit in settled.filter(pk__in=untold.changed)]
        found += [visit for visit in untold.gone[client.pk] if visit.date >= today]
        found.sort(key=lambda visit: (visit.date, visit.pk))
    return found[:most]


def known_visit(visits: VisitQuerySet, visit_id: UUID, business_id: UUID, now: datetime) -> Visit | None:
    """One of them as its client knows it; None where she knows none of that key, or it has just gone. Two
    statements."""
    found = visits.settled(now).filter(pk=visit_id).first()
    untold = untold_changes(business_id, now) if found else Untold()
    return as_told(found, untold) if found and visit_id not in untold.made else None
