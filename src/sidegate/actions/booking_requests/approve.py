"""Approve: what was shown is what is done, once (DESIGN rules 9 to 16)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ...models import BookingRequest, Business, ClientService, Event, User, Visit
from ...models.client import take_client
from ...models.client_service import rhythm
from ...models.compiled import CompiledInsert
from ...models.identity import uuid7
from ..errors import CannotApprove, PlanChanged
from ..messages import Draft, store
from ..proposals.ending import Taken, end_proposal, keep_taken
from ..visits import InCalendar
from .approval_plan import ApprovalPlan
from .choices import AS_PLANNED, Choices
from .claim import decide, decision, must_be_pending, record, refuse_late
from .facts import facts_of_one
from .letters import Letters, key_of_approval
from .plan import Planner
from .plan_change import Foreseen, change_plan_as_planned, foresee
from .visit_change import change_visit_as_planned

TRIES = 3


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided and until when it can be undone; `data` as the Event keeps it, with date and price."""

    status: str
    decided_at: datetime
    undo_until: datetime | None
    data: dict[str, Any]


def approve_booking_request(
    booking_request: BookingRequest,
    *,
    by: User,
    choices: Choices = AS_PLANNED,
    shown_plan: str | None = None,
    note: str = "",
    taken: Taken | None = None,
) -> Decision:
    """Carry out the plan: schedule the visit, under the client's service or a new one, and write to her.

    `shown_plan` is the fingerprint of the plan that was on the screen; None (API, command line) compares
    nothing. `taken` where the client took a date that `by` had proposed: that cannot be undone by a press, for she has
    read by then that it is booked. Either everything happens or nothing does. Raises AlreadyDecided, PlanChanged,
    CannotApprove.
    """
    business = booking_request.business
    for tries_left in reversed(range(TRIES)):
        plan = _plan(business, booking_request.pk, choices)
        must_be_pending(plan.facts)
        if shown_plan is not None and plan.fingerprint != shown_plan:
            raise PlanChanged(plan)
        if plan.refusal:
            raise CannotApprove(plan)
        try:
            return _carry_out(business, plan, choices, by=by, note=note, taken=taken)
        except PlanChanged:
            if shown_plan is not None or not tries_left:
                raise
    raise AssertionError("the last try returns or raises")


def _plan(business: Business, booking_request_id: UUID, choices: Choices) -> ApprovalPlan:
    facts = facts_of_one(business, booking_request_id)
    return Planner.for_requests(business, [facts]).plan(facts, choices)


def _carry_out(
    business: Business, plan: ApprovalPlan, choices: Choices, *, by: User, note: str, taken: Taken | None
) -> Decision:
    letters = Letters(business, plan.facts, key_of_approval(plan))
    foreseen = foresee(business, plan)
    letter = letters.approved(plan, note, foreseen.next_days if foreseen else ())
    calendar = letters.in_calendar(plan)
    now = timezone.now()
    undo_seconds = 0 if taken else business.undo_seconds
    decided = decision(BookingRequest.Status.APPROVED, by=by, at=now, undo_seconds=undo_seconds)
    with transaction.atomic(durable=True):
        _claim(business, plan, choices, decided, note)
        if taken:
            keep_taken(business, plan.facts, taken, at=now)
        else:
            end_proposal(business, plan.facts)
        _plan_again(business, plan, choices)
        if plan.visit or foreseen:
            done = _change(business, plan, foreseen, calendar, choices)
        else:
            done = _add_visits(business, plan, calendar, now)
        event = _remember(business, plan, done | (taken.kept() if taken else {}), by=by, at=now, note=note)
        _tell(business, plan, letter, event, decided["undo_until"])
    return Decision(BookingRequest.Status.APPROVED, now, decided["undo_until"], event.data)


def _claim(
    business: Business, plan: ApprovalPlan, choices: Choices, decided: dict[str, Any], note: str
) -> None:
    words = {"outcome": plan.outcome, "personal_line": note}
    if decide(business, plan.facts.id, version=plan.version, **decided, **words):
        return
    edited = refuse_late(business, plan.facts.id)
    raise PlanChanged(Planner.for_requests(business, [edited]).plan(edited, choices))


def _plan_again(business: Business, plan: ApprovalPlan, choices: Choices) -> None:
    """With the client's row taken, plan once more; a difference rolls everything back (rule 14)."""
    if business.capacity_refuses:
        # Else two clients could take a day's last place in the same instant.
        Business.objects.filter(pk=business.pk).update(capacity_refuses=True)
    take_client(plan.facts.client_id)
    again = replace(_plan(business, plan.facts.id, choices), version=plan.version)
    if again.refusal or again.fingerprint != plan.fingerprint:
        raise PlanChanged(again)


def _change(
    business: Business, plan: ApprovalPlan, foreseen: Foreseen | None, calendar: InCalendar, choices: Choices
) -> dict[str, Any]:
    """What is there already: a visit, or her plan."""
    done = (
        change_plan_as_planned(business, plan, foreseen, calendar)
        if foreseen
        else change_visit_as_planned(business, plan, calendar)
    )
    if done is None:
        raise PlanChanged(_plan(business, plan.facts.id, choices))
    return done


def _add_visits(
    business: Business, plan: ApprovalPlan, calendar: InCalendar, now: datetime
) -> dict[str, Any]:
    visits = _write(business, plan, now)
    return {
        "date": visits[0].date.isoformat(),
        "client_service": str(visits[0].client_service_id),
        "makes_client_service": plan.makes_client_service,
        "visits": [str(visit.pk) for visit in visits],
        "calendar": calendar.kept(visits),
    }


def _write(business: Business, plan: ApprovalPlan, now: datetime) -> list[Visit]:
    """The visits, and the agreement they stand under where there is none yet; the first visit comes first."""
    client_service_id = plan.client_service_id or _new_client_service(business, plan, now)
    visits = [
        Visit(
            id=uuid7(),
            business=business,
            client_service_id=client_service_id,
            date=day,
            part_of_day=plan.facts.part_of_day,
            arrives_from=plan.arrives_from,
            arrives_until=plan.arrives_until,
            technician_id=plan.technician_id,
            duration_minutes=plan.minutes,
            is_charged=plan.is_charged,
            booking_request_id=plan.facts.id if day == plan.date else None,
            occurrence_date=day if plan.as_recurring else None,
            created_at=now,
        )
        for day in plan.visit_dates
    ]
    _NEW_VISITS.run(visits)
    return visits


_NEW_VISITS = CompiledInsert(Visit)


def _new_client_service(business: Business, plan: ApprovalPlan, now: datetime) -> UUID:
    facts = plan.facts
    made = ClientService(
        business=business,
        client_id=facts.client_id,
        property_id=facts.property_id,
        service_id=facts.service_id,
        price_minor=plan.price_minor or 0,
        start_date=plan.visit_dates[0],
        part_of_day=facts.part_of_day,
        arrives_from=plan.arrives_from,
        arrives_until=plan.arrives_until,
        technician_id=plan.technician_id,
        **_rhythm(plan),
        **_goes_on(business, plan),
        booking_request_id=facts.id,
        created_at=now,
    )
    made.save(force_insert=True)
    return made.pk


def _rhythm(plan: ApprovalPlan) -> dict[str, Any]:
    first = plan.visit_dates[0]
    if plan.recurrence is None:
        return rhythm(plan.frequency, first)
    return {"frequency": plan.frequency, "rule": plan.recurrence.rule, "rule_start": first}


def _goes_on(business: Business, plan: ApprovalPlan) -> dict[str, Any]:
    """The worker goes on with a series, but not while its approval may still be undone."""
    if not plan.as_recurring:
        return {}
    return {"makes_visits": True, "extends_on": business.today() + timedelta(days=1)}


def _remember(
    business: Business, plan: ApprovalPlan, done: dict[str, Any], *, by: User, at: datetime, note: str
) -> Event:
    """The decision Event: the price and date stand in the history whatever changes later (rule 22)."""
    return record(
        business,
        plan.facts,
        Event.Verb.APPROVED,
        by=by,
        to=BookingRequest.Status.APPROVED,
        at=at,
        decision_no=plan.facts.decision_no + 1,
        visit_id=plan.visit.visit_id if plan.visit else None,
        data={
            **done,
            "price_minor": plan.price_minor,
            "is_charged": plan.is_charged,
            "frequency": plan.frequency,
            "language": plan.language,
            "not_told_because": plan.not_told_because,
            "note": note,
        },
    )


def _tell(
    business: Business, plan: ApprovalPlan, letter: Draft, event: Event, undo_until: datetime | None
) -> None:
    store(
        [letter],
        business_id=business.pk,
        booking_request_id=plan.facts.id,
        event_id=event.pk,
        holds_mail=business.holds_mail,
        not_before=undo_until,
    )
