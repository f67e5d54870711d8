"""How dates that are open to a client end: the one place that closes a proposal.

Called within the transaction of whatever ends it, which has claimed the request by then. Whoever edits, withdraws,
decides or proposes anew leaves a line in the history that says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from ...models import BookingRequest, Business, DateProposal, Event, User
from ..errors import DatesClosed
from ..messages import Draft, store

if TYPE_CHECKING:
    from ..booking_requests.facts import RequestFacts

Status = DateProposal.Status


@dataclass(frozen=True, slots=True)
class Taken:
    """The day that the client took, who pressed for her, and what the office reads about it."""

    proposal_id: UUID
    day: date
    by: User
    drafts: Sequence[Draft]

    def kept(self) -> dict[str, str]:
        """For the Event of the approval, whose actor is who proposed the date."""
        return {"proposal": str(self.proposal_id), "taken_by": str(self.by.pk)}


def end_proposal(business: Business, facts: "RequestFacts") -> None:
    """What was open is so no longer. `facts` as they were when the request was claimed. No statement unless it was the
    client's turn, else one."""
    if facts.turn == BookingRequest.Turn.CLIENT:
        close(business, facts, status=Status.ENDED)


def keep_taken(business: Business, facts: "RequestFacts", taken: Taken, *, at: datetime) -> None:
    """Three statements. Raises DatesClosed("over") where the proposal is not open any more."""
    if not close(business, facts, status=Status.TAKEN, proposal_id=taken.proposal_id):
        raise DatesClosed("over")
    event = Event.objects.create(
        business=business,
        booking_request_id=facts.id,
        verb=Event.Verb.PROPOSAL_TAKEN,
        actor=taken.by,
        from_state=facts.status,
        to_state=facts.status,
        data={"date": taken.day.isoformat(), "proposal": str(taken.proposal_id)},
        at=at,
    )
    store(
        taken.drafts,
        business_id=business.pk,
        booking_request_id=facts.id,
        event_id=event.pk,
        holds_mail=business.holds_mail,
    )


def close(
    business: Business,
    facts: "RequestFacts",
    *,
    status: str,
    proposal_id: UUID | None = None,
    answer: str = "",
) -> bool:
    """Whether the request's proposal, that very one where it is named, was open until now. One statement."""
    rows = DateProposal.objects.filter(business=business, booking_request=facts.id, status=Status.OPEN)
    if proposal_id:
        rows = rows.filter(pk=proposal_id)
    return rows.update(status=status, answer=answer, closed_at=timezone.now()) == 1
