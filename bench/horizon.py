"""Four weeks of visits for many recurring services, made by a worker, while someone else writes beside it."""

import random
import time
from collections.abc import Iterator
from datetime import date, timedelta

from sidegate.models import Business, Client, ClientService, Property, Visit
from sidegate.models.recurrence import Recurrence

from .importing import BETWEEN_WRITES_SECONDS, worker
from .results import Row, number
from .run import Run

SERVICES, SERVICES_WHEN_QUICK = 10_000, 1_000
GOAL_SECONDS, GOAL_LOCK_MS = 20, 200
AT_ONCE = 1_000


def measure(run: Run) -> list[Row]:
    count = SERVICES_WHEN_QUICK if run.is_quick else SERVICES
    _agree(run, count)
    began, slowest = time.perf_counter(), 0.0
    with worker():
        while ClientService.objects.filter(extends_on__lte=run.town.today).exists():
            asked = time.perf_counter()
            Business.objects.filter(pk=run.town.business.pk).update(phone="305")
            slowest = max(slowest, time.perf_counter() - asked)
            time.sleep(BETWEEN_WRITES_SECONDS)
        seconds = time.perf_counter() - began
    _must_be_right(run, count)
    goal = GOAL_SECONDS * count / SERVICES if run.is_quick else GOAL_SECONDS
    rows = f"{count:,} recurring services"
    return [
        number(f"schedule, {rows}: four weeks made by a worker, s", run.db, seconds, goal=goal),
        number(
            f"schedule, {rows}: the slowest write beside it, ms", run.db, slowest * 1000, goal=GOAL_LOCK_MS
        ),
        number(f"schedule, {rows}: visits made", run.db, Visit.objects.exclude(occurrence_date=None).count()),
    ]


def _agree(run: Run, count: int) -> None:
    """Of as many clients, with rhythms of every kind, begun within the last five years."""
    chance, business = random.Random(1), run.town.business
    for place in range(0, count, AT_ONCE):
        clients = [Client(business=business, name=f"Client {place + n}") for n in range(min(AT_ONCE, count))]
        homes = [Property(business=business, client=client, address="12 Palm Court") for client in clients]
        Client.objects.bulk_create(clients)
        Property.objects.bulk_create(homes)
        ClientService.objects.bulk_create(_agreements(run, homes, chance))


def _agreements(run: Run, homes: list[Property], chance: random.Random) -> Iterator[ClientService]:
    for home in homes:
        start = run.town.today - timedelta(days=chance.randint(0, 5 * 365))
        recurrence = _recurrence(chance)
        yield ClientService(
            business=run.town.business, client_id=home.client_id, property=home, service=run.town.service,
            price_minor=9500, start_date=start, frequency=recurrence.frequency, rule=recurrence.rule,
            rule_start=recurrence.first(start), makes_visits=True, extends_on=run.town.today - timedelta(days=2),
        )  # fmt: skip


def _recurrence(chance: random.Random) -> Recurrence:
    kind = chance.choice(["weekly", "weekly", "weekly", "biweekly", "biweekly", "day", "ordinal"])
    if kind == "day":
        return Recurrence("monthly", month_day=chance.randint(1, 31))
    if kind == "ordinal":
        return Recurrence("monthly", (chance.randint(0, 4),), ordinal=chance.choice([1, 2, 3, 4, -1]))
    days = chance.sample(range(5), chance.choice([1, 1, 1, 2]))
    return Recurrence(kind, tuple(sorted(days)))


def _must_be_right(run: Run, count: int) -> None:
    """Every one has exactly the dates of its rule."""
    last = run.town.today + run.town.business.horizon
    made: dict[object, list[date]] = {}
    rows = Visit.objects.exclude(occurrence_date=None).order_by("occurrence_date")
    for key, day in rows.values_list("client_service_id", "occurrence_date"):
        made.setdefault(key, []).append(day)
    services = ClientService.objects.filter(makes_visits=True)
    assert services.count() == count
    for service in services:
        assert made.get(service.pk, []) == service.occurrences(run.town.today, last)
