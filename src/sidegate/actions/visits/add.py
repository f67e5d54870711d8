"""Adding visits by hand, under an agreement. The client is not written to: she sees them on her portal."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import count, takewhile

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Max

from ...models import ClientService, Event, Membership, User, Visit
from ...models.frequency import PartOfDay
from ..errors import Conflict
from .record import event_of, record, take_client_of
from .rules import must_be_a_day_to_come

ONE_PLAN = timedelta(weeks=4)
STEPS = {
    "weekly": relativedelta(weeks=1),
    "biweekly": relativedelta(weeks=2),
    "monthly": relativedelta(months=1),
}


def add_visit(
    client_service: ClientService,
    *,
    by: User,
    day: date,
    part_of_day: str = PartOfDay.ANY,
    technician: Membership | None = None,
    is_charged: bool = True,
) -> Visit:
    """One more visit. Raises InvalidInput for a day that cannot be, Conflict("not_active") where the
    agreement is paused or has ended, or its client is archived."""
    must_be_a_day_to_come(client_service.business, day)
    visit = Visit(
        business_id=client_service.business_id,
        client_service=client_service,
        date=day,
        part_of_day=part_of_day,
        technician=technician,
        is_charged=is_charged,
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


def add_next_weeks(client_service: ClientService, *, by: User) -> list[Visit]:
    """The coming four weeks of a recurring agreement's rhythm, after what is already on the schedule.

    A date of the rhythm is made once: one that was moved or cancelled is not made again. Raises
    Conflict("not_active"), Conflict("one_time").
    """
    if not client_service.frequency:
        raise Conflict("one_time")
    with transaction.atomic(durable=True):
        _must_be_active(client_service)
        return _make(client_service, _next_dates(client_service), by)


def add_first_visits(client_service: ClientService, *, by: User) -> list[Visit]:
    """Of a new one-time agreement its one visit, on the day it starts; of a recurring one four weeks.

    To be called in the transaction that makes the agreement.
    """
    if client_service.frequency:
        return _make(client_service, _next_dates(client_service), by)
    return _make(client_service, [client_service.start_date], by)


def _make(client_service: ClientService, days: Sequence[date], by: User) -> list[Visit]:
    visits = visits_on(client_service, days)
    Visit.objects.bulk_create(visits)
    Event.objects.bulk_create(added_events(visits, by))
    return visits


def visits_on(client_service: ClientService, days: Sequence[date]) -> list[Visit]:
    """Visits of a rhythm, or the one of a one-time agreement; not stored yet."""
    return [
        Visit(
            business_id=client_service.business_id,
            client_service=client_service,
            date=day,
            occurrence_date=day if client_service.frequency else None,
        )
        for day in days
    ]


def added_events(visits: Iterable[Visit], by: User) -> list[Event]:
    return [event_of(v, Event.Verb.VISIT_ADDED, by=by, date=v.date.isoformat()) for v in visits]


def _next_dates(client_service: ClientService) -> list[date]:
    last = client_service.visits.aggregate(last=Max("occurrence_date"))["last"]
    today = client_service.business.today()
    earliest = max(today, last + timedelta(days=1)) if last else today
    return next_dates(client_service.start_date, client_service.frequency, earliest)


def next_dates(start: date, frequency: str, earliest: date) -> list[date]:
    """The dates of the rhythm in the four weeks that begin with its first date on or after the earliest.

    Counted from the start, so that the 31st stays the 31st wherever a month has one.
    """
    step = STEPS[frequency]
    rhythm = (start + step * number for number in count())
    first = next(day for day in rhythm if day >= earliest)
    return [first, *takewhile(lambda day: day < first + ONE_PLAN, rhythm)]
