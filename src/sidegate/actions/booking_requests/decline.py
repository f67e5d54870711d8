"""Decline: the client is written to with the reason visible, and no visit is made (DESIGN rule 17)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from ...models import BookingRequest, Business, Event, User
from ..messages import Draft, store
from ..proposals.ending import end_proposal
from .approve import Decision
from .claim import decide, decision, must_be_pending, record, refuse_late
from .facts import RequestFacts, facts_of_one
from .letters import Letters, key_of_decline


def decline_booking_request(booking_request: BookingRequest, *, by: User, reason: str = "") -> Decision:
    """Take the request out of the queue and tell the client. Raises AlreadyDecided.

    A client's edit in the same moment does not stop it: the request is read again, and declined as it is.
    """
    business = booking_request.business
    facts = facts_of_one(business, booking_request.pk)
    must_be_pending(facts)
    letter = Letters(business, facts, key_of_decline(facts)).declined(reason)
    now = timezone.now()
    decided = decision(BookingRequest.Status.DECLINED, by=by, at=now, undo_seconds=business.undo_seconds)
    with transaction.atomic(durable=True):
        if decide(business, facts.id, version=facts.version, **decided, reason=reason):
            end_proposal(business, facts)
            event = _remember(business, facts, letter, by=by, at=now, reason=reason)
            store(
                [letter],
                business_id=business.pk,
                booking_request_id=facts.id,
                event_id=event.pk,
                holds_mail=business.holds_mail,
                not_before=decided["undo_until"],
            )
            return Decision(BookingRequest.Status.DECLINED, now, decided["undo_until"], event.data)
    refuse_late(business, facts.id)
    return decline_booking_request(booking_request, by=by, reason=reason)


def _remember(
    business: Business, facts: RequestFacts, letter: Draft, *, by: User, at: datetime, reason: str
) -> Event:
    return record(
        business,
        facts,
        Event.Verb.DECLINED,
        by=by,
        to=BookingRequest.Status.DECLINED,
        at=at,
        decision_no=facts.decision_no + 1,
        data={
            "reason": reason,
            "language": letter.recipient.language,
            "not_told_because": letter.recipient.refusal,
        },
    )
