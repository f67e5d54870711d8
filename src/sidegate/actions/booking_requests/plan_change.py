"""Carrying out, and taking back, another rhythm for a plan that a client has. Needs the client's row taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from ...models import BookingRequest, Business, ClientService, Event, Visit
from ..client_services.replan import as_changed, days_of_change, put_in_place, tomorrow_of
from ..errors import UndoRefused
from ..visits import InCalendar, columns, fill_until, plain, visits_that_went
from .approval_plan import ApprovalPlan, PlanChange

# In the order in which a letter names them.
DAYS_NAMED = 6
# What a mail's calendar file may hold.
MOST_IN_CALENDAR = 40
OF_A_VISIT = (
    "id", "date", "part_of_day", "arrives_from", "arrives_until", "duration_minutes", "technician_id", "is_charged",
    "note", "occurrence_date", "version", "created_at",
)  # fmt: skip
TIES: tuple[tuple[type[BookingRequest | Event], str], ...] = (
    (BookingRequest, "about_visit"),
    (Event, "visit"),
)
Days = tuple[tuple[date, ...], tuple[date, ...]]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Her agreement, and the days it has from the new rhythm's first day on, before and after."""

    agreement: ClientService
    change: PlanChange
    days: Days

    @property
    def next_days(self) -> tuple[date, ...]:
        return self.days[1][:DAYS_NAMED]


def foresee(business: Business, plan: ApprovalPlan) -> Foreseen | None:
    """What the change does to the days; None where the plan changes no agreement."""
    if plan.change is None:
        return None
    rows = ClientService.objects.select_related("business", "client", "service", "property")
    agreement = rows.get(business=business, pk__in=[plan.client_service_id])
    return Foreseen(agreement, plan.change, _days(agreement, plan.change))


def _days(agreement: ClientService, change: PlanChange) -> Days:
    return days_of_change(agreement, as_changed(agreement, change.fields), change.since)


def change_plan_as_planned(
    business: Business, plan: ApprovalPlan, foreseen: Foreseen, calendar: InCalendar
) -> dict[str, Any] | None:
    """Returns what the Event keeps; None where the agreement, or its days, are no longer as foreseen."""
    agreement, change = foreseen.agreement, foreseen.change
    rows = ClientService.objects.active().filter(pk=agreement.pk, business=business)
    if not rows.filter(**change.was).exists() or _days(agreement, change) != foreseen.days:
        return None
    fill_until(agreement, change.since - timedelta(days=1))
    rows.update(**change.fields)
    _set(agreement, change.fields)
    tied = _tied(agreement, change.since)
    gone, come = put_in_place(agreement, change.was, change.since)
    return {
        "outcome": plan.outcome,
        "date": change.since.isoformat(),
        "client_service": str(agreement.pk),
        "makes_client_service": False,
        "visits": [],
        "plan_was": plain(change.was),
        "plan_now": plain(change.fields),
        "gone": [_kept(visit) for visit in gone],
        "tied": [{"visit": str(visit.pk), "keys": tied[visit.pk]} for visit in gone if visit.pk in tied],
        "made": [str(visit.pk) for visit in come],
        "calendar": calendar.kept(_in_calendar(gone, come)),
    }


def _tied(agreement: ClientService, since: date) -> dict[UUID, list[str]]:
    """By visit, the requests about it and the lines of its history: they lose it when it goes. Two statements."""
    found: dict[UUID, list[str]] = {}
    for model, name in TIES:
        visits = {f"{name}__client_service": agreement.pk, f"{name}__date__gte": since}
        rows = model._default_manager.filter(business=agreement.business_id, **visits)
        for visit_id, key in rows.values_list(name, "pk"):
            found.setdefault(visit_id, []).append(str(key))
    return found


def _tie_again(business: Business, event: Event, back: Iterable[Visit]) -> None:
    there = {str(visit.pk) for visit in back}
    for tie in event.data["tied"]:
        for model, name in TIES if tie["visit"] in there else ():
            rows = model._default_manager.filter(business=business, pk__in=tie["keys"], **{name: None})
            rows.update(**{name: tie["visit"]})


def _in_calendar(gone: Iterable[Visit], come: Iterable[Visit]) -> list[Visit]:
    """Those that went are called off in it."""
    off = []
    for visit in gone:
        visit.status, visit.version = Visit.Status.CANCELLED, visit.version + 1
        off.append(visit)
    return [*off, *come][:MOST_IN_CALENDAR]


def plan_as_it_was(business: Business, event: Event) -> ClientService:
    """Her agreement with what the decision changed as it was before; not stored."""
    return as_changed(_agreement(business, event), columns(event.data["plan_was"]))


def take_back_plan_change(business: Business, event: Event, *, whole: bool) -> None:
    """Her plan is as it was, from tomorrow on, with the visits that it had. `whole` where nothing may have become of
    the new ones. Raises UndoRefused: "plan_changed" where the plan was changed again or has ended, "visit_changed"."""
    data, agreement = event.data, _agreement(business, event)
    was, now = columns(data["plan_was"]), columns(data["plan_now"])
    running = (ClientService.Status.ACTIVE, ClientService.Status.PAUSED)
    rows = ClientService.objects.filter(pk=agreement.pk, business=business, status__in=running)
    makes = was["makes_visits"] and was["frequency"]
    if not rows.filter(**now).update(**was, **({} if makes else {"extends_on": None})):
        raise UndoRefused("plan_changed")
    _set(agreement, was)
    since = max(tomorrow_of(agreement), date.fromisoformat(data["date"]))
    _remove_made(business, [UUID(key) for key in data["made"]], since, whole=whole)
    back = [visit for visit in visits_that_went(business.pk, data) if visit.date >= since]
    Visit.objects.bulk_create(back, ignore_conflicts=True)
    _tie_again(business, event, back)
    put_in_place(agreement, now, since)


def _agreement(business: Business, event: Event) -> ClientService:
    rows = ClientService.objects.select_related("business", "client", "service")
    return rows.get(business=business, pk=event.data["client_service"])


def _remove_made(business: Business, keys: list[UUID], since: date, *, whole: bool) -> None:
    made = Visit.objects.filter(business=business, pk__in=keys)
    untouched = made.filter(version=0, status=Visit.Status.SCHEDULED, events=None, issue_reports=None)
    if whole and untouched.count() != len(keys):
        raise UndoRefused("visit_changed")
    untouched.filter(date__gte=since).delete()


def _kept(visit: Visit) -> dict[str, Any]:
    return plain({name: getattr(visit, name) for name in OF_A_VISIT})


def _set(agreement: ClientService, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(agreement, name, value)
