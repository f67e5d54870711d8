"""Proposed dates that have all passed without an answer: the request is the office's again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from ...models import BookingRequest, Business, DateProposal, Event
from ..booking_requests.claim import claim
from ..booking_requests.facts import facts_of_one
from .ending import end_proposal

MOST = 500


def end_lapsed_proposals(*, now: datetime | None = None) -> int:
    """A worker's chore; returns how many lapsed. Done twice, or by two workers at once, each lapses once.

    Nobody is written to: it stands in the queue, and in the next morning's reminder where an answer is due.
    """
    now = now or timezone.now()
    rows = DateProposal.objects.filter(status=DateProposal.Status.OPEN).select_related("business")
    lapsed = [row for row in rows.order_by("id").iterator() if row.dates[-1] < _today(row.business, now)]
    return sum(_end(row) for row in lapsed[:MOST])


def _today(business: Business, now: datetime) -> str:
    return business.today(now).isoformat()


def _end(proposal: DateProposal) -> bool:
    business = proposal.business
    facts = facts_of_one(business, proposal.booking_request_id)
    if facts.turn != BookingRequest.Turn.CLIENT:
        return False
    with transaction.atomic(durable=True):
        if not claim(business, facts.id, version=facts.version):
            return False
        end_proposal(business, facts)
        Event.objects.create(
            business=business,
            booking_request_id=facts.id,
            verb=Event.Verb.PROPOSAL_ENDED,
            from_state=facts.status,
            to_state=facts.status,
            data={"because": "passed"},
        )
    return True
