"""Pausing, resuming and ending an agreement, and what becomes of its visits ahead."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ...models import ClientService, Event, User
from ..errors import Conflict, InvalidInput
from ..visits import BEGUN_EVERYWHERE, clear, clearing_of, extend
from .taking import OPEN, Status, record, write

NO_PAUSE = {"paused_from": None, "paused_until": None}
MOST_PAUSES_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Pause:
    """Its first day, and its last; without one until someone resumes."""

    first: date
    last: date | None = None


def pause(
    client_service: ClientService,
    *,
    by: User,
    clears_schedule: bool,
    when: Pause | None = None,
    reason: str = "",
) -> None:
    """From today on if nothing else is said; one that begins later leaves the agreement active until then.

    While it lasts requests do not match it and no visit is made. Visits in it stay, or are cancelled and the
    client told once. Raises InvalidInput for days in the wrong order or past, Conflict: "changed" where it is
    not active, "visit_changed".
    """
    today = client_service.business.today()
    when = when or Pause(today)
    _must_be_in_order(when, today)
    clearing = (
        clearing_of(client_service, reason, first=when.first, last=when.last) if clears_schedule else None
    )
    begins_now = when.first <= today
    changes = {"status": Status.PAUSED, "extends_on": None} if begins_now else {}
    with transaction.atomic(durable=True):
        write(client_service, [Status.ACTIVE], paused_from=when.first, paused_until=when.last, **changes)
        record(
            client_service, Event.Verb.SERVICE_PAUSED, by=by, was=Status.ACTIVE, **_said(when), reason=reason
        )
        if clearing:
            clear(clearing, by=by)


def _must_be_in_order(when: Pause, today: date) -> None:
    if when.first < today:
        raise InvalidInput({"paused_from": _("That day has passed. A pause begins today or later.")})
    if when.last is not None and when.last < when.first:
        raise InvalidInput({"paused_until": _("The last day is before the first.")})


def _said(when: Pause) -> dict[str, str]:
    return {"from": when.first.isoformat(), "until": when.last.isoformat() if when.last else ""}


def resume(client_service: ClientService, *, by: User | None) -> None:
    """Its visits are made again, from today forward; also takes back a pause that is still to come.

    Raises Conflict("changed") where there is no pause.
    """
    was = client_service.status
    if client_service.paused_from is None and was != Status.PAUSED:
        raise Conflict("changed")
    with transaction.atomic(durable=True):
        write(client_service, [was], status=Status.ACTIVE, **NO_PAUSE)
        record(client_service, Event.Verb.SERVICE_RESUMED, by=by, was=was)
        if client_service.makes_visits:
            extend([client_service])


def cancel(client_service: ClientService, *, by: User, clears_schedule: bool) -> None:
    """It ends without being completed. Raises Conflict as `pause` does."""
    _end(client_service, Status.CANCELLED, by=by, clears_schedule=clears_schedule)


def complete(client_service: ClientService, *, by: User, clears_schedule: bool) -> None:
    """It ends because it is done. Raises Conflict as `pause` does."""
    _end(client_service, Status.COMPLETED, by=by, clears_schedule=clears_schedule)


def _end(client_service: ClientService, to: str, *, by: User, clears_schedule: bool) -> None:
    was = client_service.status
    clearing = clearing_of(client_service) if clears_schedule else None
    with transaction.atomic(durable=True):
        write(client_service, OPEN, status=to, extends_on=None, **NO_PAUSE)
        record(client_service, Event.Verb.SERVICE_ENDED, by=by, was=was)
        if clearing:
            clear(clearing, by=by)


def keep_pauses(*, now: datetime | None = None) -> int:
    """Begin the pauses whose first day has come, and end those whose last day has passed; returns how many.

    The worker's part. A day has come when it has in the business's own time zone.
    """
    return sum(_keep(key) for key in _to_keep(now or timezone.now()))


def _to_keep(now: datetime) -> Collection[UUID]:
    """Candidates: what has begun somewhere on earth; each is asked again with its business's calendar."""
    begun = (now + BEGUN_EVERYWHERE + timedelta(hours=2)).date()
    to_begin = ClientService.objects.filter(paused_from__lte=begun, status=Status.ACTIVE)
    to_end = ClientService.objects.filter(
        paused_from__isnull=False, paused_until__lt=begun, status=Status.PAUSED
    )
    found = [*to_begin.values_list("pk", flat=True)[:MOST_PAUSES_AT_ONCE]]
    return [*found, *to_end.values_list("pk", flat=True)[:MOST_PAUSES_AT_ONCE]]


def _keep(key: UUID) -> bool:
    found = ClientService.objects.select_related("business", "client", "service").get(pk=key)
    today = found.business.today()
    try:
        if found.status == Status.PAUSED and found.paused_until and found.paused_until < today:
            resume(found, by=None)
            return True
        if found.status == Status.ACTIVE and found.paused_from and found.paused_from <= today:
            _begin_pause(found)
            return True
    except Conflict:
        pass  # somebody was faster
    return False


def _begin_pause(found: ClientService) -> None:
    with transaction.atomic(durable=True):
        write(found, [Status.ACTIVE], status=Status.PAUSED, extends_on=None)
