"""Adding visits by hand, under an agreement. The client is not written to: she sees them on her portal."""

from collections.abc import Iterable
from datetime import date, time

from django.db import transaction

from ...models import ClientService, Event, Membership, User, Visit
from ...models.frequency import PartOfDay
from ..errors import Conflict
from .horizon import extend, visits_on
from .record import event_of, record, take_client_of
from .rules import must_be_a_day_to_come


def add_visit(
    client_service: ClientService,
    *,
    by: User,
    day: date,
    part_of_day: str = PartOfDay.ANY,
    technician: Membership | None = None,
    is_charged: bool = True,
    arrives_from: time | None = None,
    arrives_until: time | None = None,
) -> Visit:
    """One more visit. Raises InvalidInput for a day that cannot be, Conflict("not_active") where the
    agreement is paused or has ended, or its client is archived."""
    must_be_a_day_to_come(client_service.business, day)
    visit = Visit(
        business_id=client_service.business_id,
        client_service=client_service,
        date=day,
        part_of_day=part_of_day,
        arrives_from=arrives_from,
        arrives_until=arrives_until,
        technician=technician,
        is_charged=is_charged,
        duration_minutes=client_service.minutes(),
    )
    with transaction.atomic(durable=True):
        _must_be_active(client_service)
        visit.save(force_insert=True)
        record(visit, Event.Verb.VISIT_ADDED, by=by, was="", date=day.isoformat())
    return visit


def _must_be_active(client_service: ClientService) -> None:
    take_client_of(client_service)
    rows = ClientService.objects.active().filter(pk=client_service.pk, business=client_service.business_id)
    if not rows.filter(client__archived_at=None).exists():
        raise Conflict("not_active")


def put_on_schedule(client_service: ClientService, *, by: User) -> list[Visit]:
    """From now on the visits of a recurring agreement are made by themselves; the first of them at once.

    Raises Conflict("not_active"), Conflict("one_time").
    """
    if not client_service.frequency:
        raise Conflict("one_time")
    with transaction.atomic(durable=True):
        _must_be_active(client_service)
        return begin(client_service, by)


def begin(client_service: ClientService, by: User) -> list[Visit]:
    """Of a new one-time agreement its one visit, on the day it starts; a recurring one has its visits made
    by themselves from now on, four weeks of them at once, however far ahead it starts.

    To be called in the transaction that makes the agreement, or holds its client's row.
    """
    visits = _begin_rhythm(client_service) if client_service.frequency else _only_visit(client_service)
    Event.objects.bulk_create(added_events(visits, by))
    return visits


def _only_visit(client_service: ClientService) -> list[Visit]:
    return Visit.objects.bulk_create(visits_on(client_service, [client_service.start_date]))


def _begin_rhythm(client_service: ClientService) -> list[Visit]:
    client_service.makes_visits = True
    client_service.save(update_fields=["makes_visits"])
    return extend([client_service], first_weeks=True)


def added_events(visits: Iterable[Visit], by: User) -> list[Event]:
    return [event_of(v, Event.Verb.VISIT_ADDED, by=by, date=v.date.isoformat()) for v in visits]
