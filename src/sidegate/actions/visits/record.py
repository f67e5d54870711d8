"""Changing a visit once, remembering it, and telling the client: what every act on a visit shares."""

from collections.abc import Collection
from typing import Any

from django.db.models import F
from django.utils import timezone

from ...models import BookingRequest, Client, ClientService, Event, User, Visit
from ...models.client_service import ClientServiceQuerySet
from ..errors import Conflict
from ..messages import Draft, store

Status = Visit.Status
Agreed = ClientService.Status


def take_client_of(client_service: ClientService) -> None:
    """Until the transaction ends nobody else changes this client's agreements, or closes one."""
    Client.objects.filter(pk=client_service.client_id, business=client_service.business_id).take()


def claim(visit: Visit, *, version: int, statuses: Collection[str], **changes: Any) -> None:
    """Change a visit that is still at the version and in one of the statuses; else Conflict("visit_changed")."""
    rows = Visit.objects.filter(pk=visit.pk, business=visit.business_id, version=version, status__in=statuses)
    if not rows.update(version=F("version") + 1, **changes):
        raise Conflict("visit_changed")
    for name, value in {**changes, "version": version + 1}.items():
        setattr(visit, name, value)


def record(visit: Visit, verb: str, *, by: User, was: str, **data: Any) -> Event:
    """Append one line to the history of the visit, and of the request it answers."""
    event = event_of(visit, verb, by=by, was=was, **data)
    event.save(force_insert=True)
    return event


def event_of(visit: Visit, verb: str, *, by: User, was: str = "", **data: Any) -> Event:
    return Event(
        business_id=visit.business_id,
        visit=visit,
        booking_request_id=visit.booking_request_id,
        verb=verb,
        actor=by,
        from_state=was,
        to_state=visit.status,
        data=data,
    )


def tell(visit: Visit, letter: Draft, event: Event) -> None:
    """Queue the letter; not before the one that approved the visit may leave."""
    # Of a series only the first visit answers the request itself.
    booking_request = visit.booking_request or visit.client_service.booking_request
    tell_of(visit.client_service, letter, event, answers=booking_request)


def tell_of(
    client_service: ClientService, letter: Draft, event: Event, *, answers: BookingRequest | None
) -> None:
    """Queue the letter; where a request was answered by it, not before its own answer may leave. Nobody reads one
    to who was erased."""
    if letter.recipient.refusal == "erased":
        return
    business, booking_request = client_service.business, answers
    undo_until = booking_request.undo_until if booking_request else None
    store(
        [letter],
        business_id=business.pk,
        booking_request_id=booking_request.pk if booking_request else None,
        event_id=event.pk,
        holds_mail=business.holds_mail,
        not_before=undo_until if undo_until and undo_until > timezone.now() else None,
    )


def end_if_done(client_service: ClientService) -> None:
    """A one-time agreement ends with its last open visit: completed, or cancelled where all its visits
    were (DESIGN section 2). One that has ended already stays as it is. Needs the client's row taken."""
    statuses = set(client_service.visits.values_list("status", flat=True))
    if client_service.frequency or Status.SCHEDULED in statuses:
        return
    ends = Agreed.CANCELLED if statuses == {Status.CANCELLED} else Agreed.COMPLETED
    _one_time(client_service, Agreed.ACTIVE, Agreed.PAUSED).update(status=ends)


def open_again(client_service: ClientService) -> None:
    """With an open visit again, a completed one-time agreement is active again. Needs the client's row taken."""
    _one_time(client_service, Agreed.COMPLETED).update(status=Agreed.ACTIVE)


def _one_time(client_service: ClientService, *statuses: str) -> ClientServiceQuerySet:
    rows = ClientService.objects.filter(pk=client_service.pk, business=client_service.business_id)
    return rows.filter(frequency="", status__in=statuses)
