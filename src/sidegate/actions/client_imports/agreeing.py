"""What a row says of a service: a new agreement, another price or rhythm of one that runs, or nothing new."""

from datetime import date

from ...models.identity import uuid7
from ...models.recurrence import Recurrence
from ..visits import first_dates
from .known import KnownAgreement, KnownProperty, KnownService
from .row_plan import CannotImport, RowPlan, change
from .rows import Problem


def plan_agreement(
    plan: RowPlan, place: KnownProperty | None, service: KnownService | None, today: date
) -> None:
    """Raises CannotImport. An agreement that someone ended stays ended: running a table again begins none anew."""
    row = plan.row
    if not row.service:
        return
    plan.service = service or KnownService(uuid7(), row.service, None, "")
    agreed = place.agreement(service.id, row.frequency) if place and service else None
    if agreed is None:
        _begin(plan, plan.service, today)
        plan.adds_service = service is None
    elif agreed.is_open:
        _change(plan, agreed)
    else:
        plan.has_ended = True


def _begin(plan: RowPlan, service: KnownService, today: date) -> None:
    """At the row's price, else the catalog's; from the next visit on: of a recurring service four weeks of visits,
    of a one-time one that visit, and nothing where its day has passed."""
    row = plan.row
    price = service.price_minor if row.price_minor is None else row.price_minor
    if price is None:
        raise CannotImport(Problem("price_missing", "price", "", row.service))
    plan.frequency = service.frequency if row.frequency is None else row.frequency
    plan.is_day_past = row.next_visit is not None and row.next_visit < today
    if plan.is_day_past and not plan.frequency:
        return
    plan.adds_agreement, plan.price_minor = True, price
    plan.start_date = row.next_visit or today
    if row.next_visit and plan.frequency:
        plan.visits = _first_dates(row.next_visit, plan.frequency, today)
    elif row.next_visit:
        plan.visits = (row.next_visit,)


def _first_dates(start: date, frequency: str, today: date) -> tuple[date, ...]:
    return first_dates(Recurrence.counted_from(start, frequency), start, max(start, today))


def _change(plan: RowPlan, agreed: KnownAgreement) -> None:
    row = plan.row
    plan.agreement_id, plan.price_minor, plan.frequency = agreed.id, agreed.price_minor, agreed.frequency
    if row.price_minor is not None:
        change(plan, "agreement", "price_minor", agreed.price_minor, row.price_minor)
        plan.price_minor = row.price_minor
    if row.frequency is not None:
        change(plan, "agreement", "frequency", agreed.frequency, row.frequency)
        plan.frequency = row.frequency
        if agreed.rule_start and row.frequency != agreed.frequency:
            rule = Recurrence.counted_from(agreed.rule_start, row.frequency).rule
            change(plan, "agreement", "rule", agreed.rule, rule)
