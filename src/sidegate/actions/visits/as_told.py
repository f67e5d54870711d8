"""Visits as their clients know them: a move or a skip that may still be undone is not told yet (DESIGN rule 16)."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F

from ...models import BookingRequest, Visit
from ...models.visit import VisitQuerySet

LONGEST_UNDO = timedelta(seconds=600)
FIELDS = ("date", "part_of_day", "arrives_from", "arrives_until", "status", "version")

Untold = Mapping[UUID, Mapping[str, Any]]


def as_it_was(visit: Visit) -> dict[str, Any]:
    """What a decision may change of a visit, to be kept in its Event."""
    return {name: _plain(getattr(visit, name)) for name in FIELDS}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | time) else value


def fields_as_they_were(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The values of those fields again."""
    clock = {
        name: kept[name] and time.fromisoformat(kept[name]) for name in ("arrives_from", "arrives_until")
    }
    return {**kept, **clock, "date": date.fromisoformat(kept["date"])}


def untold_changes(business_id: UUID, now: datetime) -> Untold:
    """By visit its fields as they were before a decision that may still be undone. One statement."""
    rows = BookingRequest.objects.filter(
        business=business_id,
        decided_at__gt=now - LONGEST_UNDO,
        undo_until__gt=now,
        outcome__in=(BookingRequest.Outcome.VISIT_MOVED, BookingRequest.Outcome.VISIT_SKIPPED),
        events__decision_no=F("decision_no"),
    )
    return {
        visit_id: fields_as_they_were(data["was"])
        for visit_id, data in rows.values_list("about_visit_id", "events__data")
        if visit_id
    }


def as_told(visit: Visit, untold: Untold) -> Visit:
    for name, value in untold.get(visit.pk, {}).items():
        setattr(visit, name, value)
    return visit


def upcoming_as_told(
    visits: VisitQuerySet, business_id: UUID, today: date, now: datetime, most: int
) -> list[Visit]:
    """The first coming ones of these visits, in order, without those whose making may still be undone. Two
    statements, three while a change may be undone."""
    untold = untold_changes(business_id, now)
    settled = visits.settled(now)
    rows = settled.upcoming(today).exclude(pk__in=untold) if untold else settled.upcoming(today)
    found = list(rows.order_by("date", "id")[:most])
    if untold:
        found += [as_told(visit, untold) for visit in settled.filter(pk__in=untold)]
        found.sort(key=lambda visit: (visit.date, visit.pk))
    return found[:most]


def known_visit(visits: VisitQuerySet, visit_id: UUID, business_id: UUID, now: datetime) -> Visit | None:
    """One of them as its client knows it; None where she knows none of that key. Two statements."""
    found = visits.settled(now).filter(pk=visit_id).first()
    return as_told(found, untold_changes(business_id, now)) if found else None
