"""The client's answer to proposed dates: she takes one, or none of them fits."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction

from ...models import BookingRequest, Business, DateProposal, Event, User
from ..booking_requests.approval_plan import ApprovalPlan
from ..booking_requests.approve import Decision, approve_booking_request
from ..booking_requests.claim import claim, must_be_pending, record
from ..booking_requests.facts import RequestFacts, facts_of_one
from ..booking_requests.plan import Planner
from ..errors import CannotApprove, DatesClosed, PlanChanged
from ..messages import store
from .ending import Taken, close, end_proposal
from .letters import days_of, not_held_letters, refused_letters, taken_letters

Status = DateProposal.Status
TRIES = 3


def take_date(booking_request: BookingRequest, *, by: User, proposal_id: UUID, day: date) -> Decision:
    """Approve on that day, in the name of whoever proposed it, and tell the office (`booking.date_taken`).

    Where approving would by now do something else than it did when the dates were proposed, nothing is scheduled: the
    dates end, it is the office's turn and the office is told (`booking.date_not_held`); raises DatesClosed("changed").
    Raises AlreadyDecided, DatesClosed.
    """
    business = booking_request.business
    for _try in range(TRIES):
        facts, proposal = _open(booking_request, proposal_id)
        _must_be_offered(business, proposal, day)
        plan = _plan_as_proposed(business, facts, proposal, day)
        if plan is None:
            if _give_back(business, facts, day, by=by):
                raise DatesClosed("changed")
            continue
        taken = Taken(proposal.pk, day, by, taken_letters(business, plan))
        try:
            return _approve(booking_request, proposal, plan, taken)
        except (PlanChanged, CannotApprove):
            continue
    raise DatesClosed("over")


def _open(booking_request: BookingRequest, proposal_id: UUID) -> tuple[RequestFacts, DateProposal]:
    """Two statements. Raises AlreadyDecided; DatesClosed where these dates are not open to her."""
    business = booking_request.business
    facts = facts_of_one(business, booking_request.pk)
    must_be_pending(facts)
    rows = DateProposal.objects.filter(business=business, booking_request=booking_request, pk=proposal_id)
    proposal = rows.select_related("made_by").first()
    if proposal is None or proposal.status != Status.OPEN:
        raise DatesClosed("answered" if proposal and proposal.status == Status.REFUSED else "over")
    return facts, proposal


def _must_be_offered(business: Business, proposal: DateProposal, day: date) -> None:
    if day not in days_of(proposal):
        raise DatesClosed("not_offered")
    if day < business.today():
        raise DatesClosed("past")


def _plan_as_proposed(
    business: Business, facts: RequestFacts, proposal: DateProposal, day: date
) -> ApprovalPlan | None:
    """The plan on that day by the way that was proposed; None where none does the same any more."""
    planner = Planner.for_requests(business, [facts])
    for way in planner.ways(facts):
        if way.fingerprint_less_date == proposal.plan:
            choices = replace(way.way, date=day, part_of_day=proposal.part_of_day, promised=True)
            plan = planner.plan(facts, choices)
            return None if plan.refusal else plan
    return None


def _approve(
    booking_request: BookingRequest, proposal: DateProposal, plan: ApprovalPlan, taken: Taken
) -> Decision:
    choices = replace(plan.way, date=taken.day, part_of_day=proposal.part_of_day, promised=True)
    return approve_booking_request(
        booking_request, by=proposal.made_by, choices=choices, shown_plan=plan.fingerprint, taken=taken
    )


def _give_back(business: Business, facts: RequestFacts, day: date, *, by: User) -> bool:
    """It is the office's turn; False where someone was faster."""
    drafts = not_held_letters(business, facts, day)
    with transaction.atomic(durable=True):
        if not claim(business, facts.id, version=facts.version):
            return False
        end_proposal(business, facts)
        event = record(
            business,
            facts,
            Event.Verb.PROPOSAL_ENDED,
            by=by,
            to=facts.status,
            data={"date": day.isoformat(), "because": "changed"},
        )
        store(
            drafts,
            business_id=business.pk,
            booking_request_id=facts.id,
            event_id=event.pk,
            holds_mail=business.holds_mail,
        )
    return True


def refuse_dates(booking_request: BookingRequest, *, by: User, proposal_id: UUID, answer: str = "") -> None:
    """None of them fits: it is the office's turn, and the office is told (`booking.dates_refused`).

    Raises AlreadyDecided, DatesClosed.
    """
    business = booking_request.business
    for _try in range(TRIES):
        facts, proposal = _open(booking_request, proposal_id)
        drafts = refused_letters(business, facts, proposal, answer)
        with transaction.atomic(durable=True):
            if not claim(business, facts.id, version=facts.version):
                continue
            close(business, facts, status=Status.REFUSED, proposal_id=proposal.pk, answer=answer)
            event = record(
                business,
                facts,
                Event.Verb.PROPOSAL_REFUSED,
                by=by,
                to=facts.status,
                data={"reason": answer},
            )
            store(
                drafts,
                business_id=business.pk,
                booking_request_id=facts.id,
                event_id=event.pk,
                holds_mail=business.holds_mail,
            )
        return
    raise DatesClosed("over")
