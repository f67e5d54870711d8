"""Carrying out, and taking back, what a client asked about a visit. Needs the client's row taken."""

from typing import Any
from uuid import UUID

from django.db.models import F

from ...models import Business, ClientService, Event, Visit
from ..errors import UndoRefused
from ..visits import InCalendar, columns, end_if_done, open_again
from .approval_plan import ApprovalPlan, VisitChange

SETTLED_MEANWHILE = "version"  # who goes there, and whether it is charged, may change without it


def change_visit_as_planned(
    business: Business, plan: ApprovalPlan, calendar: InCalendar
) -> dict[str, Any] | None:
    """Move or skip the visit; returns what the Event keeps, None where the visit is no longer as planned.

    It keeps its date in the rhythm, so that it is not made again.
    """
    change = plan.visit
    if change is None:
        return None
    rows = Visit.objects.filter(
        pk=change.visit_id, business=business, version=change.version, status=Visit.Status.SCHEDULED
    )
    if not rows.update(version=F("version") + 1, **change.fields()):
        return None
    if change.status == Visit.Status.SKIPPED and not plan.frequency:
        end_if_done(_one_time(business, str(plan.client_service_id)))
    return {**_remembered(plan, change), "calendar": calendar.kept([_as_changed(plan, change)])}


def _as_changed(plan: ApprovalPlan, change: VisitChange) -> Visit:
    """As it now stands, for the letter alone."""
    return Visit(
        id=change.visit_id,
        version=change.version + 1,
        duration_minutes=plan.facts.about_minutes or 0,
        **change.fields(),
    )


def _one_time(business: Business, key: str) -> ClientService:
    """As much of it as ending it and opening it again need."""
    return ClientService(id=UUID(key), business=business, frequency="")


def _remembered(plan: ApprovalPlan, change: VisitChange) -> dict[str, Any]:
    was = plan.facts.visit_as_it_is()
    if change.is_staffed:
        was["technician_id"] = str(plan.facts.about_technician_id or "") or None
    return {
        "outcome": change.outcome,
        "date": change.date.isoformat(),
        "from": was["date"],
        "to": change.date.isoformat(),
        "part_from": was["part_of_day"],
        "part_to": change.part_of_day,
        "was": was,
        "client_service": str(plan.client_service_id),
        "makes_client_service": False,
        "visits": [],
    }


def take_back_visit_change(business: Business, event: Event) -> None:
    """The visit is as it was. Raises UndoRefused("visit_changed") where it was moved or closed again since."""
    was = columns(event.data["was"])
    is_skipped = event.data["outcome"] == "visit_skipped"
    rows = Visit.objects.filter(
        pk__in=[event.visit_id],
        business=business,
        status=Visit.Status.SKIPPED if is_skipped else Visit.Status.SCHEDULED,
        date=event.data["to"],
        part_of_day=event.data["part_to"],
    )
    before = {name: value for name, value in was.items() if name != SETTLED_MEANWHILE}
    if not rows.update(**{**before, "version": F("version") + 1}):
        raise UndoRefused("visit_changed")
    if is_skipped and not event.data["frequency"]:
        open_again(_one_time(business, event.data["client_service"]))
