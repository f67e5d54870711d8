"""What approving would do with a visit that its client asked to move, or to skip."""

import datetime as dt
from typing import TYPE_CHECKING

from ...models import BookingRequest, Visit
from .approval_plan import ApprovalPlan, VisitChange
from .choices import Arrangement, Choices, suits
from .choosing_date import ChosenDate, choose_date
from .facts import RequestFacts

if TYPE_CHECKING:
    from .plan import Planner

Kind, Outcome = BookingRequest.Kind, BookingRequest.Outcome
CLOSED = {
    Visit.Status.COMPLETED: "visit_done",
    Visit.Status.SKIPPED: "visit_skipped",
    Visit.Status.CANCELLED: "visit_cancelled",
}


def plan_of_visit(planner: "Planner", facts: RequestFacts, choices: Choices) -> ApprovalPlan:
    """The visit's own agreement and price hold: neither is matched anew."""
    chosen = _chosen_date(planner, facts, choices)
    return ApprovalPlan(
        facts=facts,
        version=facts.version,
        client_service_id=facts.about_client_service_id,
        frequency=facts.about_frequency or "",
        date=chosen.date,
        visit_dates=(),
        price_minor=facts.about_price_minor,
        is_charged=facts.about_is_charged is not False,
        minutes=facts.service_minutes,
        moved_because=chosen.moved_because,
        warnings=chosen.warnings,
        refusal=_refusal(planner, facts) or chosen.refusal,
        visit=_change(facts, chosen.date, choices.arrangement),
        **planner.telling(facts),
    )


def _refusal(planner: "Planner", facts: RequestFacts) -> str:
    """A visit that is over, or no longer where it was when she asked, is left alone."""
    if facts.client_archived_at:
        return "client_archived"
    if facts.about_visit_date is None:
        return "visit_gone"
    if closed := CLOSED.get(Visit.Status(facts.about_status or Visit.Status.SCHEDULED)):
        return closed
    if facts.about_visit_date < planner.today:
        return "visit_past"
    asked_about = planner.around.asked_about.get(facts.id, facts.about_visit_date)
    return "" if asked_about == facts.about_visit_date else "visit_moved"


def _chosen_date(planner: "Planner", facts: RequestFacts, choices: Choices) -> ChosenDate:
    stands_on = facts.about_visit_date
    if facts.kind == Kind.SKIP_VISIT or stands_on is None:
        return ChosenDate(stands_on)
    occupied: frozenset[dt.date] = frozenset()
    if facts.about_client_service_id:
        occupied = planner.around.occupied_days(facts.about_client_service_id)
    is_same_time = facts.part_of_day == facts.about_part_of_day
    if is_same_time and choices.date == stands_on:
        return ChosenDate(None, refusal="same_day")
    occupied = occupied | {stands_on} if is_same_time else occupied - {stands_on}
    minutes = facts.service_minutes
    return choose_date(facts, choices, planner.days(occupied, minutes))


def _change(facts: RequestFacts, day: dt.date | None, arranged: Arrangement | None) -> VisitChange | None:
    if facts.about_visit_id is None or facts.about_visit_date is None:
        return None
    is_skipped = facts.kind == Kind.SKIP_VISIT
    part = str(facts.about_part_of_day) if is_skipped else facts.part_of_day
    if arranged and not is_skipped:
        hours = arranged.arrives_from, arranged.arrives_until
    elif is_skipped or suits(facts.about_arrives_from, part):
        hours = facts.about_arrives_from, facts.about_arrives_until
    else:
        hours = None, None
    return VisitChange(
        visit_id=facts.about_visit_id,
        version=facts.about_version or 0,
        outcome=Outcome.VISIT_SKIPPED if is_skipped else Outcome.VISIT_MOVED,
        date=day or facts.about_visit_date,
        part_of_day=part,
        arrives_from=hours[0],
        arrives_until=hours[1],
        status=Visit.Status.SKIPPED if is_skipped else Visit.Status.SCHEDULED,
        technician_id=arranged.technician.pk if arranged and arranged.technician else None,
        is_staffed=arranged is not None and not is_skipped,
    )
