"""A database that has been at work before is brought up to date without losing what it says."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from sidegate.models import ClientService, Visit
from sidegate.models.identity import uuid7

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("sidegate", "0002_moving_in")]


def migrate(targets: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


@pytest.fixture
def before_the_schedule() -> Iterator[Any]:
    """The models as they were; up to date again afterwards, whatever happens."""
    latest = [key for key in MigrationExecutor(connection).loader.graph.leaf_nodes() if key[0] == "sidegate"]
    try:
        yield migrate(BEFORE)
    finally:
        migrate(latest)


def test_what_was_weekly_gets_a_rule_and_goes_on_only_where_it_was_on_the_schedule(
    before_the_schedule: Any,
) -> None:
    model = before_the_schedule.get_model
    business = model("sidegate", "Business").objects.create(id=uuid7(), slug="greenlawn", name="Greenlawn")
    client = model("sidegate", "Client").objects.create(id=uuid7(), business=business, name="Maria")
    hers = {"business": business, "client": client}
    place = model("sidegate", "Property").objects.create(id=uuid7(), address="12 Palm Court", **hers)
    service = model("sidegate", "Service").objects.create(id=uuid7(), business=business, duration_minutes=45)
    agreed = {"property": place, "service": service, "price_minor": 9500, **hers}

    def agree(frequency: str, start: date, *, has_visit: bool, status: str = "active") -> Any:
        made = model("sidegate", "ClientService").objects.create(
            id=uuid7(), frequency=frequency, start_date=start, status=status, **agreed
        )
        if has_visit:
            model("sidegate", "Visit").objects.create(
                id=uuid7(), business=business, client_service=made, date=start, occurrence_date=start
            )
        return made.pk

    tuesday, last = date(2026, 1, 6), date(2026, 1, 31)
    on, off = agree("weekly", tuesday, has_visit=True), agree("biweekly", tuesday, has_visit=False)
    monthly = agree("monthly", last, has_visit=True, status="paused")
    once = agree("", tuesday, has_visit=False)
    migrate([("sidegate", "0004_recurrences")])
    now = {
        row.pk: (row.rule, row.rule_start, row.makes_visits, row.extends_on)
        for row in ClientService.objects.all()
    }
    assert now == {
        on: ("FREQ=WEEKLY;BYDAY=TU", tuesday, True, tuesday),
        off: ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", tuesday, False, None),
        monthly: ("FREQ=MONTHLY;BYMONTHDAY=-1", last, True, None),
        once: ("", None, False, None),
    }
    assert set(Visit.objects.values_list("duration_minutes", flat=True)) == {45}
