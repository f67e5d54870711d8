"""Agreements: the price is locked when assigned; pausing and ending say what becomes of the visits ahead."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from sidegate.actions import client_services as actions
from sidegate.actions.booking_requests import plan_approvals
from sidegate.actions.client_services import Terms, assign_service
from sidegate.actions.errors import Conflict, InvalidInput
from sidegate.actions.services import ServiceDetails, change_service
from sidegate.models import Client, ClientService, Event, Message, Visit
from tests import factories
from tests.conftest import Cast

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
pytestmark = pytest.mark.time_machine(datetime(2026, 3, 2, 15, tzinfo=UTC), tick=False)


def agree(cast: Cast, *, frequency: str = "weekly", start: date = TUESDAY, **others: Any) -> ClientService:
    given = {"by": cast.dana, "service": cast.mowing, "property": cast.palm_court, **others}
    return assign_service(cast.maria, terms=Terms(8000, frequency, start), **given)


def test_a_catalog_price_that_changes_never_touches_what_was_agreed(cast: Cast) -> None:
    agreed = agree(cast)
    change_service(cast.mowing, ServiceDetails(names={"en": "Mowing"}, price_minor=12000))
    assert ClientService.objects.get(pk=agreed.pk).price_minor == 8000


def test_a_price_changed_for_maria_is_changed_for_nobody_else(cast: Cast) -> None:
    hers = agree(cast)
    his = factories.make_client_service(client=cast.omar, property=cast.cedar_row, service=cast.mowing)
    actions.change_terms(hers, Terms(8800, "biweekly", TUESDAY), by=cast.dana)
    prices = dict(ClientService.objects.values_list("pk", "price_minor"))
    assert prices == {hers.pk: 8800, his.pk: 9500}
    cast.mowing.refresh_from_db()
    assert cast.mowing.price_minor == 9500


def test_a_new_weekly_service_may_bring_its_first_four_weeks(cast: Cast) -> None:
    agree(cast, schedules=True)
    days = list(Visit.objects.order_by("date").values_list("date", "occurrence_date"))
    assert days == [(TUESDAY + timedelta(weeks=n),) * 2 for n in range(4)]


def test_a_new_one_time_service_may_bring_its_visit(cast: Cast) -> None:
    agree(cast, frequency="", schedules=True)
    assert list(Visit.objects.values_list("date", "occurrence_date")) == [(TUESDAY, None)]


def test_a_one_time_visit_in_the_past_is_refused_and_nothing_is_agreed(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        agree(cast, frequency="", start=MONDAY - timedelta(days=1), schedules=True)
    assert set(refused.value.errors) == {"start_date"}
    assert not ClientService.objects.exists()


def test_what_is_anothers_or_archived_cannot_be_agreed(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        agree(cast, property=cast.cedar_row)
    assert set(refused.value.errors) == {"property"}
    foreign = factories.make_service(business=cast.bluepool)
    old = factories.make_service(business=cast.greenlawn, archived_at=timezone.now())
    for service in (foreign, old):
        with pytest.raises(InvalidInput) as refused:
            agree(cast, service=service)
        assert set(refused.value.errors) == {"service"}
    Client.objects.filter(pk=cast.maria.pk).update(archived_at=timezone.now())
    with pytest.raises(Conflict, match="client_archived"):
        agree(cast)
    assert not ClientService.objects.exists()


def test_a_price_set_for_her_lets_a_request_without_one_be_approved(cast: Cast) -> None:
    trees = factories.make_service(business=cast.greenlawn, price_minor=None, names={"en": "Tree removal"})
    asked = factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=trees)
    assert plan_approvals([asked])[0].refusal == "no_price"
    agreed = agree(cast, service=trees, frequency="")
    (plan,) = plan_approvals([asked])
    assert (plan.refusal, plan.client_service_id, plan.price_minor) == ("", agreed.pk, 8000)


def test_a_paused_service_is_resumed_at_the_same_price(cast: Cast) -> None:
    agreed = agree(cast, schedules=True)
    actions.pause(agreed, by=cast.dana, clears_schedule=False)
    assert Visit.objects.filter(status="scheduled").count() == 4
    assert not Message.objects.exists()
    actions.resume(agreed, by=cast.dana)
    stored = ClientService.objects.get()
    assert (stored.status, stored.price_minor) == ("active", 8000)


def test_ending_a_service_cancels_its_visits_ahead_and_tells_her_once(cast: Cast) -> None:
    agreed = agree(cast, schedules=True)
    past = factories.make_visit(client_service=agreed, date=MONDAY - timedelta(days=7))
    actions.cancel(agreed, by=cast.dana, clears_schedule=True)
    assert ClientService.objects.get().status == "cancelled"
    assert Visit.objects.filter(status="cancelled").count() == 4
    past.refresh_from_db()
    assert past.status == "scheduled"
    message = Message.objects.get()
    assert (message.key, message.language) == ("visits.cancelled", "es")
    assert "3 mar, 10 mar, 17 mar y 24 mar" in message.text
    assert Event.objects.filter(verb="visit_cancelled").count() == 4


def test_ending_a_service_without_visits_ahead_tells_nobody(cast: Cast) -> None:
    actions.complete(agree(cast), by=cast.dana, clears_schedule=True)
    assert ClientService.objects.get().status == "completed"
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("status", "refused"),
    [
        ("active", {"resume"}),
        ("paused", {"pause"}),
        ("cancelled", {"pause", "resume", "cancel", "complete", "change_terms"}),
        ("completed", {"pause", "resume", "cancel", "complete", "change_terms"}),
    ],
)
def test_the_whole_table_of_what_may_follow_what(cast: Cast, status: str, refused: set[str]) -> None:
    acts = {
        "pause": lambda row: actions.pause(row, by=cast.dana, clears_schedule=False),
        "resume": lambda row: actions.resume(row, by=cast.dana),
        "cancel": lambda row: actions.cancel(row, by=cast.dana, clears_schedule=False),
        "complete": lambda row: actions.complete(row, by=cast.dana, clears_schedule=False),
        "change_terms": lambda row: actions.change_terms(row, Terms(1, "", TUESDAY), by=cast.dana),
    }
    met = set()
    for name, act in acts.items():
        row = factories.make_client_service(
            client=cast.maria, property=cast.palm_court, service=cast.mowing, status=status
        )
        try:
            act(row)
        except Conflict:
            met.add(name)
    assert met == refused
