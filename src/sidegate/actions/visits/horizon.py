"""The rolling horizon: visits of recurring services, some weeks ahead, made once (docs/schedule.md).

Whoever makes them holds the client's row, so that no pause, new rhythm or other worker comes between.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from time import monotonic, sleep
from uuid import UUID

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from ...models import Business, Client, ClientService, Visit
from ...models.recurrence import Recurrence

log = logging.getLogger("sidegate.schedule")

BATCH = 100
FIRST_WEEKS = timedelta(weeks=4) - timedelta(days=1)
# Others write in between: SQLite gives the lock to whoever asks first (docs/performance.md).
BREATH_SECONDS = 0.03
# When a day has begun everywhere on earth.
BEGUN_EVERYWHERE = timedelta(hours=12)


def extend_schedules(*, seconds: float = 2.0, now: datetime | None = None) -> int:
    """Make what is due, of all businesses, until nothing is or the time is over; returns for how many services.

    Done twice, or by two workers at once, it makes each visit once.
    """
    ends_at, taken = monotonic() + seconds, 0
    while keys := _due(now or timezone.now()):
        _extend_batch(keys)
        taken += len(keys)
        if monotonic() >= ends_at:
            break
        sleep(BREATH_SECONDS)
    return taken


def _due(now: datetime) -> list[UUID]:
    begun = (now - BEGUN_EVERYWHERE).date()
    rows = ClientService.objects.filter(extends_on__lte=begun).order_by("extends_on", "id")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def _extend_batch(keys: Sequence[UUID]) -> None:
    """One that cannot be worked out holds up no other: it waits for a day, and the log names it."""
    try:
        with transaction.atomic(durable=True):
            _take_clients(keys)
            extend(_agreements(keys))
    except DatabaseError:
        raise
    except Exception:
        if len(keys) > 1:
            for key in keys:
                _extend_batch([key])
            return
        log.exception(
            "the visits of a service cannot be made", extra={"facts": {"client_service": str(keys[0])}}
        )
        tomorrow = timezone.now().date() + timedelta(days=1)
        ClientService.objects.filter(pk=keys[0], extends_on__isnull=False).update(extends_on=tomorrow)


def _take_clients(keys: Sequence[UUID]) -> None:
    """In the order of their keys, so that two workers wait for each other and never in a circle.

    SQLite, which cannot lock rows, gave this transaction the whole database when it began.
    """
    rows = Client.objects.filter(client_services__in=keys).order_by("pk")
    list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))


def _agreements(keys: Sequence[UUID]) -> list[ClientService]:
    """Those that are still due, read with their clients' rows in hand."""
    rows = ClientService.objects.filter(pk__in=keys, extends_on__isnull=False)
    return list(rows.select_related("business", "client", "service"))


def extend_anew(business: Business) -> None:
    """The worker looks at all of a business's services again: it looks further ahead from now on, or less far."""
    on_schedule = ClientService.objects.active().filter(business=business, makes_visits=True)
    on_schedule.exclude(frequency="").update(extends_on=business.today() - timedelta(days=1))


def extend(
    agreements: Sequence[ClientService], *, first_weeks: bool = False, since: date | None = None
) -> list[Visit]:
    """Make the visits up to each business's horizon, and note from which day on there are more to make.

    With `first_weeks` also the four weeks that begin with the first date, where that lies further ahead; with
    `since` none before that day.

    Only from today on, and only what is missing: a date of the rhythm that was moved, skipped or cancelled
    is not made again, nor one on a day that has a visit of that service already. Needs the clients' rows
    taken, and each agreement with its business, client and service in hand.
    """
    spans = {agreement.pk: _span(agreement, first_weeks=first_weeks) for agreement in agreements}
    there = _Visits.of(agreements, earliest=min((first for first, _last in spans.values()), default=None))
    visits = []
    for agreement in agreements:
        first, last = spans[agreement.pk]
        days = () if agreement.client.archived_at else agreement.occurrences(max(first, since or first), last)
        visits += visits_on(agreement, there.missing(agreement.pk, days))
        agreement.extends_on = _next_turn(agreement, last)
    Visit.objects.bulk_create(visits, ignore_conflicts=True)
    ClientService.objects.bulk_update(agreements, ["extends_on"])
    return visits


def _span(agreement: ClientService, *, first_weeks: bool) -> tuple[date, date]:
    today = agreement.business.today()
    last = today + agreement.business.horizon
    if not first_weeks:
        return today, last
    first = agreement.occurrence_after(today - timedelta(days=1))
    return today, max(last, first + FIRST_WEEKS) if first else last


def _next_turn(agreement: ClientService, last: date) -> date | None:
    """When the next date after the last one comes within the horizon."""
    if not agreement.makes_visits or agreement.client.archived_at:
        return None
    following = agreement.occurrence_after(last)
    return following - agreement.business.horizon if following else None


def fill_until(agreement: ClientService, last: date) -> None:
    """The visits of its rhythm up to that day, which may lie beyond the horizon: another begins after it. None where
    they are not put on the schedule by themselves. Needs the client's row taken."""
    first = agreement.business.today() + timedelta(days=1)
    if not (agreement.frequency and agreement.makes_visits) or last < first:
        return
    there = _Visits.of([agreement], earliest=first)
    missing = there.missing(agreement.pk, agreement.occurrences(first, last))
    Visit.objects.bulk_create(visits_on(agreement, missing), ignore_conflicts=True)


def first_dates(recurrence: Recurrence, start: date, earliest: date) -> tuple[date, ...]:
    """Those of the four weeks that begin with the rhythm's first date on or after the earliest day."""
    first = recurrence.next_date(start, earliest - timedelta(days=1))
    return recurrence.dates(start, first, first + FIRST_WEEKS)


def missing_days(agreement: ClientService, *, without: Collection[UUID] = ()) -> list[date]:
    """The days `extend` would make visits on, if those with the keys were not there. Changes nothing."""
    first, last = _span(agreement, first_weeks=False)
    there = _Visits.of([agreement], earliest=first, without=without)
    return there.missing(agreement.pk, agreement.occurrences(first, last))


class _Visits:
    """Which dates of a rhythm were made already, and which days are taken, by agreement."""

    def __init__(self, rows: Iterable[tuple[UUID, date, date | None, str]]) -> None:
        self.made: dict[UUID, set[date]] = defaultdict(set)
        self.taken: dict[UUID, set[date]] = defaultdict(set)
        for key, day, occurrence, status in rows:
            if occurrence:
                self.made[key].add(occurrence)
            if status in Visit.OCCUPYING:
                self.taken[key].add(day)

    @classmethod
    def of(
        cls, agreements: Collection[ClientService], *, earliest: date | None, without: Collection[UUID] = ()
    ) -> "_Visits":
        if earliest is None:
            return cls(())
        ahead = Q(date__gte=earliest) | Q(occurrence_date__gte=earliest)
        rows = Visit.objects.filter(ahead, client_service__in=[agreement.pk for agreement in agreements])
        rows = rows.exclude(pk__in=without) if without else rows
        return cls(rows.values_list("client_service_id", "date", "occurrence_date", "status"))

    def missing(self, key: UUID, days: Iterable[date]) -> list[date]:
        return [day for day in days if day not in self.made[key] and day not in self.taken[key]]


def visits_on(agreement: ClientService, days: Iterable[date]) -> list[Visit]:
    """Visits as agreed: of a rhythm, or the one of a one-time agreement; not stored yet."""
    return [
        Visit(
            business_id=agreement.business_id,
            client_service=agreement,
            date=day,
            occurrence_date=day if agreement.frequency else None,
            part_of_day=agreement.part_of_day,
            arrives_from=agreement.arrives_from,
            arrives_until=agreement.arrives_until,
            technician_id=agreement.technician_id,
            duration_minutes=agreement.minutes(),
        )
        for day in days
    ]
