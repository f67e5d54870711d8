"""The worker makes visits while others pause, change and end what they come from; and two workers at once."""

from datetime import timedelta
from typing import Any

import pytest

from sidegate.actions.client_services import Terms, cancel, change_terms, pause
from sidegate.actions.invariants import violations
from sidegate.actions.visits import extend_schedules
from sidegate.models import ClientService
from sidegate.models.recurrence import Recurrence
from tests import factories
from tests.conftest import Cast

from .test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 15


def agreements(cast: Cast, count: int) -> list[ClientService]:
    """Weekly on Tuesdays, all due, each of a client of her own."""
    made = []
    for number in range(count):
        client = factories.make_client(business=cast.greenlawn, name=f"Client {number}")
        made.append(
            factories.make_client_service(
                client=client,
                property=factories.make_property(client=client),
                service=cast.mowing,
                makes_visits=True,
                extends_on=cast.greenlawn.today() - timedelta(days=2),
            )
        )
    return made


def fresh(agreement: ClientService) -> ClientService:
    return ClientService.objects.select_related("business", "client", "service", "property").get(
        pk=agreement.pk
    )


def weekdays(agreement: ClientService) -> set[int]:
    ahead = agreement.visits.filter(status="scheduled", date__gt=agreement.business.today())
    return {day.weekday() for day in ahead.values_list("date", flat=True)}


def test_two_workers_at_once_make_each_visit_once(cast: Cast) -> None:
    made = agreements(cast, 120)
    at_once([extend_schedules, extend_schedules, extend_schedules])
    counts = {agreement.visits.count() for agreement in made}
    assert counts == {4}
    assert not ClientService.objects.filter(extends_on__lte=cast.greenlawn.today()).exists()
    assert violations() == []


def test_a_service_paused_while_the_worker_is_at_it_keeps_no_visit(cast: Cast) -> None:
    for _round in range(ROUNDS):
        (agreement,) = agreements(cast, 1)
        at_once([extend_schedules, lambda a=agreement: pause(fresh(a), by=cast.dana, clears_schedule=True)])
        agreement.refresh_from_db()
        left = agreement.visits.filter(status="scheduled").count()
        # Where the worker came between question and answer, the owner is asked again.
        assert (agreement.status, left) in {("paused", 0), ("active", 4)}


def test_a_service_ended_while_the_worker_is_at_it_gets_no_visit_after(cast: Cast) -> None:
    for _round in range(ROUNDS):
        (agreement,) = agreements(cast, 1)
        at_once([extend_schedules, lambda a=agreement: cancel(fresh(a), by=cast.dana, clears_schedule=True)])
        agreement.refresh_from_db()
        left = agreement.visits.filter(status="scheduled").count()
        assert (agreement.status, left) in {("cancelled", 0), ("active", 4)}
        assert agreement.status == "active" or agreement.extends_on is None


def test_a_new_rhythm_while_the_worker_is_at_it_leaves_no_day_of_the_old(cast: Cast) -> None:
    thursdays: dict[str, Any] = {
        "recurrence": Recurrence("weekly", (3,)),
        "rule_start": cast.greenlawn.today() + timedelta(days=1),
    }
    for _round in range(ROUNDS):
        (agreement,) = agreements(cast, 1)
        terms = Terms(9500, "weekly", agreement.start_date, **thursdays)
        at_once([extend_schedules, lambda a=agreement, t=terms: change_terms(fresh(a), t, by=cast.dana)])
        agreement.refresh_from_db()
        expected = 3 if agreement.rule.endswith("TH") else 1
        assert weekdays(agreement) <= {expected}
