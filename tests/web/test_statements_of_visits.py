"""What moving and skipping cost in SQL statements: the queue of fifty mixed cards, submit, approve, undo."""

from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest
from django.test import Client as Browser

from sidegate.actions.proposals.propose import Offer, propose_dates, ways_to_offer
from sidegate.models import BookingRequest, ClientService, Visit
from tests import factories
from tests.conftest import Cast

from .test_statements import QUEUE, ledger

DAY = timedelta(days=1)
KINDS = ("move_visit", "skip_visit", "one_time", "recurring", "issue_report")


@pytest.fixture
def mowing(cast: Cast) -> ClientService:
    return factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)


def make_visit(cast: Cast, mowing: ClientService, ahead: int = 7) -> Visit:
    day = cast.greenlawn.calendar().next_working(cast.greenlawn.today() + ahead * DAY)
    assert day
    return factories.make_visit(client_service=mowing, date=day)


def make_asked(cast: Cast, visit: Visit, kind: str = "move_visit") -> BookingRequest:
    asked = factories.make_booking_request(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, kind=kind, about_visit=visit,
        part_of_day="morning", window_start=visit.date + DAY, window_end=visit.date + 8 * DAY,
    )  # fmt: skip
    asked.events.update(data={"visit_date": visit.date.isoformat()})
    return asked


@pytest.mark.parametrize("count", [1, 50])
def test_a_queue_of_mixed_cards_takes_at_most_15(
    office: Browser, cast: Cast, mowing: ClientService, count: int
) -> None:
    kinds = cycle(KINDS)
    for _number in range(count):
        kind = next(kinds)
        make_asked(cast, make_visit(cast, mowing), kind)
    office.get(QUEUE)
    assert len(ledger(f"queue of {count} mixed", lambda: office.get(QUEUE))) <= 13


def test_the_dearest_queue_takes_at_most_15(office: Browser, cast: Cast, mowing: ClientService) -> None:
    """Every kind of card, dates that were offered, a bound for each day, narrowed by all there is."""
    type(cast.greenlawn).objects.update(capacity_visits=6, capacity_minutes=480)
    theo = factories.make_member(business=cast.greenlawn, role="staff", name="Theo Park")
    ClientService.objects.update(technician=theo)
    kinds = cycle(KINDS)
    for number in range(50):
        asked = make_asked(cast, make_visit(cast, mowing, number % 10), next(kinds))
        if asked.kind == "one_time":
            way = ways_to_offer(asked)[0].fingerprint_less_date
            day = cast.greenlawn.calendar().next_working(cast.greenlawn.today() + 20 * DAY)
            assert day
            propose_dates(asked, by=cast.dana, offer=Offer((day,), way))
    narrowed = f"?q=palm&client=maria&service={cast.mowing.pk}&technician={theo.pk}"
    for page in (QUEUE, QUEUE + narrowed):
        shown = office.get(page).content.decode()
        assert shown.count('data-test="booking-request"') == 50 and "You offered:" in shown
        assert len(ledger(f"the dearest queue {page}", lambda p=page: office.get(p))) <= 15


@pytest.mark.parametrize("kind", ["move_visit", "skip_visit"])
@pytest.mark.parametrize("frequency", ["weekly", ""])
def test_approve_takes_at_most_18(office: Browser, cast: Cast, kind: str, frequency: str) -> None:
    agreed = factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, frequency=frequency
    )
    address = f"{QUEUE}/{make_asked(cast, make_visit(cast, agreed), kind).reference}/approve"
    press: Any = lambda: office.post(address, headers={"HX-Request": "true"})  # noqa: E731
    assert len(ledger(f"approve {kind} {frequency}", press)) <= 18
    assert BookingRequest.objects.get().status == "approved"


@pytest.mark.parametrize("kind", ["move", "skip"])
def test_submit_takes_at_most_18(portal: Browser, cast: Cast, mowing: ClientService, kind: str) -> None:
    visit = make_visit(cast, mowing)
    day = cast.greenlawn.calendar().next_working(visit.date + DAY)
    assert day
    typed = {
        "window_start": day.isoformat(),
        "window_end": day.isoformat(),
        "part_of_day": "any",
        "token": "one",
    }
    address = f"/greenlawn/visits/{visit.pk}/{kind}"
    assert len(ledger(f"ask to {kind}", lambda: portal.post(address, typed))) <= 18
    assert BookingRequest.objects.count() == 1


@pytest.mark.parametrize("count", [1, 30])
def test_her_visits_take_the_same_however_many(
    portal: Browser, cast: Cast, mowing: ClientService, count: int
) -> None:
    for ahead in range(count):
        make_visit(cast, mowing, ahead)
    for address, most in (("/greenlawn/visits", 5), ("/greenlawn/", 6)):
        portal.get(address)
        assert len(ledger(address, lambda at=address: portal.get(at))) <= most  # type: ignore[misc]
