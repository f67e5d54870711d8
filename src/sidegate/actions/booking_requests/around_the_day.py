"""What stands around the day that a plan has chosen: for the screen alone, never for deciding.

Nothing here is part of a plan or of its fingerprint (DESIGN rule 14), and approving reads none of it.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from ...models import BookingRequest, Business, Visit
from ...models.compiled import Among, AmongDays, CompiledRows, Given
from ...models.wanted_days import requests_asking_for
from ...models.written import Written
from ..visits import Load, Room
from .facts import RequestFacts

WEEK = [dt.timedelta(days=number) for number in range(7)]
SIX_DAYS = WEEK[-1]


class VisitThatWeek(NamedTuple):
    """Another visit of the client, under any of her agreements."""

    id: UUID
    client_id: UUID
    date: dt.date
    frequency: str
    service_names: dict[str, str]


@dataclass(frozen=True, slots=True)
class AroundTheDay:
    """`load` is what the day holds by now, None where the request only takes a visit away; `others` the other waiting
    requests whose dates it is among; `overflows` says that with them it would be more visits than the day can hold.
    `that_week` are the client's own visits from Monday to Sunday."""

    day: dt.date
    load: Load | None
    others: int
    overflows: bool
    that_week: tuple[VisitThatWeek, ...]


def around_the_days(
    room: Room, planned: Collection[tuple[RequestFacts, dt.date]]
) -> dict[UUID, AroundTheDay]:
    """By request. At most three statements, however many requests there are: what the days hold, unless the room knows
    it already, who else asks for them, and the clients' visits."""
    if not planned:
        return {}
    days = {day for facts, day in planned if facts.kind != BookingRequest.Kind.SKIP_VISIT}
    room.read(days)
    asking = requests_asking_for(room.business.pk, days)
    visits = _visits_by_client(room.business, planned)
    return {facts.id: _around(room, facts, day, asking, visits) for facts, day in planned}


def _around(
    room: Room,
    facts: RequestFacts,
    day: dt.date,
    asking: Mapping[dt.date, int],
    visits: Mapping[UUID, list[VisitThatWeek]],
) -> AroundTheDay:
    monday = _monday_of(day)
    sunday = monday + SIX_DAYS
    that_week = (
        visit
        for visit in visits.get(facts.client_id, ())
        if monday <= visit.date <= sunday and visit.id != facts.about_visit_id
    )
    if facts.kind == BookingRequest.Kind.SKIP_VISIT:
        return AroundTheDay(day, None, 0, False, tuple(that_week))
    itself = facts.window_start <= day <= facts.window_end
    load, others = room.on(day), max(0, asking[day] - itself)
    most = room.business.capacity_visits
    overflows = others > 0 and most is not None and load.visits + 1 + others > most
    return AroundTheDay(day, load, others, overflows, tuple(that_week))


def _visits_by_client(
    business: Business, planned: Collection[tuple[RequestFacts, dt.date]]
) -> dict[UUID, list[VisitThatWeek]]:
    clients = {facts.client_id for facts, _day in planned}
    mondays = {_monday_of(day) for _facts, day in planned}
    days = {monday + ahead for monday in mondays for ahead in WEEK}
    found = defaultdict(list)
    for row in _VISITS.rows(business=business.pk, clients=clients, days=days):
        visit = VisitThatWeek._make(row)
        found[visit.client_id].append(visit)
    return found


def _monday_of(day: dt.date) -> dt.date:
    return day - WEEK[day.weekday()]


def _scheduled() -> Any:
    """By way of the clients: there may be hundreds of visits on each of those days."""
    rows = Visit.objects.filter(
        Among("client_service__client_id", "clients"),
        AmongDays("date", "days"),
        client_service__business=Given("business"),
        status=Written("scheduled"),
    )
    return rows.order_by("date", "id").values_list(
        "id",
        "client_service__client_id",
        "date",
        "client_service__frequency",
        "client_service__service__names",
    )


_VISITS = CompiledRows(_scheduled)
