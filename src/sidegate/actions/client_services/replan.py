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
OF_A_VISIT = ("part_of_day", "arrives_from", "arrives_until", "technician")


@dataclass(frozen=True, slots=True)
class Replan:
    """The days the agreement has on the schedule before and after, today left out, and the letter about it."""

    before: tuple[date, ...]
    after: tuple[date, ...]
    letter: Draft


def replan_of(client_service: ClientService, fields: Mapping[str, Any]) -> Replan | None:
    """What a change would do to the days; None where it leaves them. Rendered before the transaction of `replan`."""
    changed = copy(client_service)
    for name, value in fields.items():
        setattr(changed, name, value)
    before, after = _days(client_service), _days_after(changed)
    if before == after or all(getattr(client_service, name) == fields[name] for name in RHYTHM):
        return None
    return Replan(before, after, plan_changed_letter(client_service, changed, after))


def replan(
    client_service: ClientService, before: Mapping[str, Any], plan: Replan | None, event: Event
) -> Replan | None:
    """Carry out the plan, with the client's row taken and the agreement changed already.

    Raises Conflict("changed") where the days are no longer those that the letter names.
    """
    if plan and (_days(client_service), _days_after(client_service)) != (plan.before, plan.after):
        raise Conflict("changed")
    if any(before[name] != getattr(client_service, name) for name in RHYTHM):
        _remove_others(client_service)
    _follow(client_service, before)
    _go_on(client_service)
    if plan:
        tell_of(client_service, plan.letter, event, answers=client_service.booking_request)
    return plan


def replan_quietly(keys: Collection[UUID]) -> None:
    """As `replan`, of many agreements whose rule an import changed: without letters, for a table is no news to
    those in it. Needs the clients' rows taken."""
    rows = ClientService.objects.filter(pk__in=keys).select_related("business", "client", "service")
    for client_service in rows:
        _remove_others(client_service)
        _go_on(client_service)


def _go_on(client_service: ClientService) -> None:
    if not client_service.frequency:
        end_if_done(client_service)
    elif client_service.makes_visits and client_service.status == Status.ACTIVE:
        extend([client_service], since=_tomorrow(client_service))


def _tomorrow(client_service: ClientService) -> date:
    return client_service.business.today() + timedelta(days=1)


def _ahead(client_service: ClientService) -> VisitQuerySet:
    """From tomorrow on: today's may be under way."""
    return Visit.objects.upcoming(_tomorrow(client_service)).filter(
        business=client_service.business_id, client_service=client_service
    )


def _made_from_rhythm(client_service: ClientService) -> VisitQuerySet:
    """Those nobody moved, and that answer no request."""
    return _ahead(client_service).filter(occurrence_date=F("date"), booking_request=None)


def _others(client_service: ClientService) -> list[Visit]:
    """Made from a rhythm that it no longer has."""
    rows = list(_made_from_rhythm(client_service))
    if not rows or not client_service.frequency:
        return rows
    days = [row.date for row in rows]
    stays = set(client_service.occurrences(min(days), max(days)))
    return [row for row in rows if row.date not in stays]


def _remove_others(client_service: ClientService) -> None:
    gone = [visit.pk for visit in _others(client_service)]
    Visit.objects.filter(business=client_service.business_id, pk__in=gone).delete()


def _follow(client_service: ClientService, before: Mapping[str, Any]) -> None:
    """Visits made from the rhythm are as agreed anew, but for what was settled otherwise for one of them."""
    for name in OF_A_VISIT:
        was, now = before[name], getattr(client_service, name)
        if was != now:
            as_agreed = _made_from_rhythm(client_service).filter(**{name: was})
            as_agreed.update(**{name: now})
    if before["duration_minutes"] != client_service.duration_minutes:
        _made_from_rhythm(client_service).update(duration_minutes=client_service.minutes())


def _days(client_service: ClientService) -> tuple[date, ...]:
    return tuple(_ahead(client_service).order_by("date").values_list("date", flat=True))


def _days_after(changed: ClientService) -> tuple[date, ...]:
    gone = {visit.pk for visit in _others(changed)}
    rows = _ahead(changed).exclude(pk__in=gone)
    return tuple(sorted([*rows.values_list("date", flat=True), *_new_days(changed, gone)]))


def _new_days(changed: ClientService, gone: set[Any]) -> list[date]:
    makes = changed.frequency and changed.makes_visits and changed.status == Status.ACTIVE
    today = changed.business.today()
    return [day for day in missing_days(changed, without=gone) if day > today] if makes else []
