"""Taking a request out of its state, once: the conditional UPDATE that every decision begins with."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from ...models import BookingRequest, Business, Event, User
from ..errors import AlreadyDecided
from .facts import RequestFacts, facts_of_one

Status = BookingRequest.Status


def must_be_pending(facts: RequestFacts) -> None:
    """Raises AlreadyDecided, with who and when, where the request no longer waits."""
    if facts.status != Status.PENDING:
        raise AlreadyDecided(facts.status, facts.decided_by_name or "", facts.decided_at)


def claim(business: Business, booking_request_id: UUID, *, version: int, **changes: Any) -> bool:
    """Change a pending request still at the version; False where someone was faster. One statement."""
    changed = BookingRequest.objects.filter(
        pk=booking_request_id, business=business, status=Status.PENDING, version=version
    ).update(version=F("version") + 1, **changes)
    return changed == 1


def refuse_late(business: Business, booking_request_id: UUID) -> RequestFacts:
    """After a lost claim: raises AlreadyDecided, or returns the facts of a request that was only edited."""
    facts = facts_of_one(business, booking_request_id)
    must_be_pending(facts)
    return facts


def decision(status: str, *, by: User, at: datetime, undo_seconds: int) -> dict[str, Any]:
    """The columns that every decision writes. Without time to undo there is no `undo_until`."""
    return {
        "status": status,
        "decision_no": F("decision_no") + 1,
        "decided_by": by,
        "decided_at": at,
        "undo_until": at + timedelta(seconds=undo_seconds) if undo_seconds else None,
    }


def record(business: Business, facts: RequestFacts, verb: str, *, by: User, to: str, **fields: Any) -> Event:
    """Append one line to the request's history. One statement."""
    event = Event(
        business=business,
        booking_request_id=facts.id,
        verb=verb,
        actor=by,
        from_state=facts.status,
        to_state=to,
        **{"at": timezone.now(), **fields},
    )
    event.save(force_insert=True)
    return event
