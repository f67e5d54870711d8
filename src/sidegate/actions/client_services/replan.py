"""A new rhythm: what becomes of the visits that were made from the old one, and the letter that says so."""

from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F

from ...models import ClientService, Event, Visit
from ...models.visit import VisitQuerySet
from ..errors import Conflict
from ..messages import Draft
from ..visits import end_if_done, extend, missing_days, plan_changed_letter, tell_of
from .taking import Status

RHYTHM = ("rule", "rule_start", "ends_on")
OF_A_VISIT = ("part_of_day", "arrives_from", "arrives_until", "technician", "technician_id")


@dataclass(frozen=True, slots=True)
class Replan:
    """The days the agreement has on the schedule before and after, today left out, and the letter about it."""

    before: tuple[date, ...]
    after: tuple[date, ...]
    letter: Draft


def replan_of(client_service: ClientService, fields: Mapping[str, Any]) -> Replan | None:
    """What a change would do to the days; None where it leaves them. Rendered before the transaction of `replan`."""
    changed = as_changed(client_service, fields)
    before, after = days_of_change(client_service, changed, tomorrow_of(client_service))
    if before == after or all(getattr(client_service, name) == fields[name] for name in RHYTHM):
        return None
    return Replan(before, after, plan_changed_letter(client_service, changed, after))


def as_changed(client_service: ClientService, fields: Mapping[str, Any]) -> ClientService:
    """A copy, not stored."""
    changed = copy(client_service)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def replan(
    client_service: ClientService, before: Mapping[str, Any], plan: Replan | None, event: Event
) -> Replan | None:
    """Carry out the plan, with the client's row taken and the agreement changed already.

    Raises Conflict("changed") where the days are no longer those that the letter names.
    """
    since = tomorrow_of(client_service)
    if plan and days_of_change(client_service, client_service, since) != (plan.before, plan.after):
        raise Conflict("changed")
    put_in_place(client_service, before, since)
    if plan:
        tell_of(client_service, plan.letter, event, answers=client_service.booking_request)
    return plan


def put_in_place(
    client_service: ClientService, before: Mapping[str, Any], since: date
) -> tuple[list[Visit], list[Visit]]:
    """The visits from that day on become those of the agreement as it now is: returns those that went and those that
    came. Needs the client's row taken, and the agreement changed already."""
    others = list[Visit]()
    if any(before[name] != getattr(client_service, name) for name in RHYTHM if name in before):
        others = _remove_others(client_service, since)
    _follow(client_service, before, since)
    return others, _go_on(client_service, since)


def replan_quietly(keys: Collection[UUID]) -> None:
    """As `replan`, of many agreements whose rule an import changed: without letters, for a table is no news to
    those in it. Needs the clients' rows taken."""
    rows = ClientService.objects.filter(pk__in=keys).select_related("business", "client", "service")
    for client_service in rows:
        _remove_others(client_service, tomorrow_of(client_service))
        _go_on(client_service, tomorrow_of(client_service))


def _go_on(client_service: ClientService, since: date) -> list[Visit]:
    if not client_service.frequency:
        end_if_done(client_service)
    elif client_service.makes_visits and client_service.status == Status.ACTIVE:
        return extend([client_service], since=since)
    return []


def tomorrow_of(client_service: ClientService) -> date:
    """The first day that a change may touch: today's visit may be under way."""
    return client_service.business.today() + timedelta(days=1)


def _ahead(client_service: ClientService, since: date) -> VisitQuerySet:
    return Visit.objects.upcoming(since).filter(
        business=client_service.business_id, client_service=client_service
    )


def _made_from_rhythm(client_service: ClientService, since: date) -> VisitQuerySet:
    """Those nobody moved, and that answer no request."""
    return _ahead(client_service, since).filter(occurrence_date=F("date"), booking_request=None)


def _others(client_service: ClientService, since: date) -> list[Visit]:
    """Made from a rhythm that it no longer has."""
    rows = list(_made_from_rhythm(client_service, since).order_by("date", "id"))
    if not rows or not client_service.frequency:
        return rows
    stays = set(client_service.occurrences(rows[0].date, rows[-1].date))
    return [row for row in rows if row.date not in stays]


def _remove_others(client_service: ClientService, since: date) -> list[Visit]:
    others = _others(client_service, since)
    gone = [visit.pk for visit in others]
    Visit.objects.filter(business=client_service.business_id, pk__in=gone).delete()
    return others


def _follow(client_service: ClientService, before: Mapping[str, Any], since: date) -> None:
    """Visits made from the rhythm are as agreed anew, but for what was settled otherwise for one of them."""
    for name in OF_A_VISIT:
        if name in before and before[name] != getattr(client_service, name):
            as_agreed = _made_from_rhythm(client_service, since).filter(**{name: before[name]})
            as_agreed.update(**{name: getattr(client_service, name)})
    minutes = "duration_minutes"
    if minutes in before and before[minutes] != client_service.duration_minutes:
        _made_from_rhythm(client_service, since).update(duration_minutes=client_service.minutes())


def days_of_change(
    client_service: ClientService, changed: ClientService, since: date
) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """The days it has on the schedule from that day on, and those it will have once it is changed."""
    gone = {visit.pk for visit in _others(changed, since)}
    rows = _ahead(changed, since).exclude(pk__in=gone).values_list("date", flat=True)
    return _days(client_service, since), tuple(sorted([*rows, *_new_days(changed, gone, since)]))


def _days(client_service: ClientService, since: date) -> tuple[date, ...]:
    return tuple(_ahead(client_service, since).order_by("date").values_list("date", flat=True))


def _new_days(changed: ClientService, gone: set[Any], since: date) -> list[date]:
    makes = changed.frequency and changed.makes_visits and changed.status == Status.ACTIVE
    return [day for day in missing_days(changed, without=gone) if day >= since] if makes else []
