"""What approving would do with a plan that its client has already: another rhythm, in place of one more visit."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from ...models.recurrence import Recurrence
from .approval_plan import ApprovalPlan, PlanChange
from .choices import Choices
from .choosing_date import ChosenDate, choose_date, on_rhythm
from .facts import AgreementFacts, RequestFacts

if TYPE_CHECKING:
    from .plan import Planner

ONE_DAY = dt.timedelta(days=1)


def plan_of_agreement(
    planner: "Planner", facts: RequestFacts, agreement: AgreementFacts, choices: Choices
) -> ApprovalPlan:
    """The agreement has the rhythm that was chosen, or that she asked for, from the first day of it on; its price
    stays unless another was chosen. Visits before that day stay, and those that someone moved or staffed."""
    if choices.arrangement is None:
        facts = facts._replace(part_of_day=agreement.part_of_day)
    chosen, recurrence = _first_day(planner, facts, choices)
    change = _change(agreement, facts, choices, recurrence, chosen.date) if recurrence else None
    price = agreement.price_minor if choices.price_minor is None else choices.price_minor
    return ApprovalPlan(
        facts=facts,
        version=facts.version,
        client_service_id=agreement.id,
        frequency=recurrence.frequency if recurrence else facts.frequency,
        date=chosen.date,
        visit_dates=(),
        price_minor=price,
        is_charged=True,
        minutes=agreement.duration_minutes or facts.service_minutes,
        moved_because=chosen.moved_because,
        warnings=(*chosen.warnings, *planner.warnings_of_match(facts, agreement, price)),
        refusal=planner.refusal(facts) or chosen.refusal or _refusal(agreement, change),
        change=change,
        **planner.arranged(facts, agreement, choices),
        **planner.telling(facts),
    )


def _first_day(
    planner: "Planner", facts: RequestFacts, choices: Choices
) -> tuple[ChosenDate, Recurrence | None]:
    """Not today: its visit may be under way."""
    days = planner.days(frozenset(), facts.service_minutes)
    chosen = choose_date(facts, choices, days)
    if chosen.date is None:
        return chosen, None
    earliest = max(chosen.date, planner.today + ONE_DAY)
    recurrence = choices.recurrence or Recurrence.counted_from(earliest, facts.frequency)
    return on_rhythm(chosen, recurrence, facts, days, earliest=earliest), recurrence


def _change(
    agreement: AgreementFacts,
    facts: RequestFacts,
    choices: Choices,
    recurrence: Recurrence,
    since: dt.date | None,
) -> PlanChange | None:
    if since is None:
        return None
    fields = {**_rhythm(agreement, recurrence, since), "makes_visits": True}
    if choices.price_minor is not None:
        fields["price_minor"] = choices.price_minor
    if arranged := choices.arrangement:
        fields |= {
            "part_of_day": facts.part_of_day,
            "arrives_from": arranged.arrives_from,
            "arrives_until": arranged.arrives_until,
            "technician_id": arranged.technician.pk if arranged.technician else None,
        }
    return PlanChange(recurrence, since, {name: getattr(agreement, name) for name in fields}, fields)


def _rhythm(agreement: AgreementFacts, recurrence: Recurrence, since: dt.date) -> dict[str, Any]:
    """Counted anew, unless its dates are those that it has."""
    start = agreement.rule_start
    if start and agreement.rule == recurrence.rule and recurrence.dates(start, since, since):
        since = start
    return {"frequency": recurrence.frequency, "rule": recurrence.rule, "rule_start": since}


def _refusal(agreement: AgreementFacts, change: PlanChange | None) -> str:
    if change is None:
        return ""
    if agreement.ends_on and agreement.ends_on < change.since:
        return "plan_ends"
    return "nothing_changes" if change.fields == change.was else ""
