"""Taking a request out of its state, once: the conditional UPDATE that every decision begins with."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, IntegerField
from django.utils import timezone

from ...models import BookingRequest, Business, Event, User
from ...models.booking_request import BookingRequestQuerySet
from ...models.compiled import CompiledInsert, CompiledUpdate, Given
from ..errors import AlreadyDecided
from .facts import RequestFacts, facts_of_one

Status = BookingRequest.Status


def must_be_pending(facts: RequestFacts) -> None:
    """Raises AlreadyDecided, with who and when, where the request no longer waits."""
    if facts.status != Status.PENDING:
        raise AlreadyDecided(facts.status, facts.decided_by_name or "", facts.decided_at)


def claim(business: Business, booking_request_id: UUID, *, version: int, **changes: Any) -> bool:
    """Change a pending request still at the version; False where someone was faster. It is the office's turn by then
    unless the changes say otherwise. One statement."""
    changes = {"turn": BookingRequest.Turn.OFFICE, **changes}
    changed = BookingRequest.objects.filter(
        pk=booking_request_id, business=business, status=Status.PENDING, version=version
    ).update(version=F("version") + 1, **changes)
    return changed == 1


def decide(
    business: Business,
    booking_request_id: UUID,
    *,
    version: int,
    outcome: str = "",
    personal_line: str = "",
    reason: str = "",
    **decided: Any,
) -> bool:
    """As `claim`, with the columns of a decision; `decided` comes from `decision`. One statement."""
    words = {"outcome": outcome, "personal_line": personal_line, "reason": reason}
    at_version = {"pk": booking_request_id, "business": business.pk, "at_version": version}
    return _DECIDE.run(**at_version, **decided, **words) == 1


def _at_version() -> BookingRequestQuerySet:
    return BookingRequest.objects.pending().filter(
        pk=Given("pk"), business=Given("business"), version=Given("at_version", IntegerField())
    )


_DECIDE = CompiledUpdate(
    _at_version,
    *("status", "decided_by", "decided_at", "undo_until", "outcome", "personal_line", "reason"),
    version=F("version") + 1,
    decision_no=F("decision_no") + 1,
    turn=BookingRequest.Turn.OFFICE,
)


def refuse_late(business: Business, booking_request_id: UUID) -> RequestFacts:
    """After a lost claim: raises AlreadyDecided, or returns the facts of a request that was only edited."""
    facts = facts_of_one(business, booking_request_id)
    must_be_pending(facts)
    return facts


def decision(status: str, *, by: User, at: datetime, undo_seconds: int) -> dict[str, Any]:
    """What every decision writes. Without time to undo there is no `undo_until`."""
    return {
        "status": status,
        "decided_by": by.pk,
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
    _NEW_EVENT.run([event])
    return event


_NEW_EVENT = CompiledInsert(Event)
