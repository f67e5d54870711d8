"""What approving would do with a visit that its client asked to move, or to skip."""

import datetime as dt

from ...models import BookingRequest, Visit
from ...wording.languages import choose_language
from .facts import RequestFacts
from .plan import ApprovalPlan, Choices, ChosenDate, Planner, VisitChange, choose_date

Kind, Outcome = BookingRequest.Kind, BookingRequest.Outcome
NOON = dt.time(12)
CLOSED = {
    Visit.Status.COMPLETED: "visit_done",
    Visit.Status.SKIPPED: "visit_skipped",
    Visit.Status.CANCELLED: "visit_cancelled",
}


def plan_of_visit(planner: Planner, facts: RequestFacts, choices: Choices) -> ApprovalPlan:
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
        technician_id=None,
        as_recurring=False,
        language=choose_language(facts.client_language, planner.business.default_language),
        not_told_because=facts.not_told_because(),
        moved_because=chosen.moved_because,
        warnings=chosen.warnings,
        refusal=_refusal(planner, facts) or chosen.refusal,
        visit=_change(facts, chosen.date),
    )


def _refusal(planner: Planner, facts: RequestFacts) -> str:
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


def _chosen_date(planner: Planner, facts: RequestFacts, choices: Choices) -> ChosenDate:
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


def _change(facts: RequestFacts, day: dt.date | None) -> VisitChange | None:
    if facts.about_visit_id is None or facts.about_visit_date is None:
        return None
    is_skipped = facts.kind == Kind.SKIP_VISIT
    part = str(facts.about_part_of_day) if is_skipped else facts.part_of_day
    keeps_hour = is_skipped or _fits(facts.about_arrives_from, part)
    return VisitChange(
        visit_id=facts.about_visit_id,
        version=facts.about_version or 0,
        outcome=Outcome.VISIT_SKIPPED if is_skipped else Outcome.VISIT_MOVED,
        date=day or facts.about_visit_date,
        part_of_day=part,
        arrives_from=facts.about_arrives_from if keeps_hour else None,
        arrives_until=facts.about_arrives_until if keeps_hour else None,
        status=Visit.Status.SKIPPED if is_skipped else Visit.Status.SCHEDULED,
    )


def _fits(arrives_from: dt.time | None, part: str) -> bool:
    """Whether an hour of arrival may stay beside that part of the day."""
    if arrives_from is None or part not in ("morning", "afternoon"):
        return True
    return (arrives_from < NOON) == (part == "morning")
