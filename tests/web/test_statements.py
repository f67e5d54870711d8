"""How many SQL statements each press costs: exact, and the same with 1, 100 and 10,000 requests waiting.

Session, user and badge included; BEGIN and COMMIT not counted. Run with -s to read the ledger.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from sidegate.actions.booking_requests import Choices, approve_booking_request
from sidegate.actions.proposals.propose import Offer, propose_dates, ways_to_offer
from sidegate.actions.visits import extend
from sidegate.models import BookingRequest
from sidegate.models.booking_request import new_reference
from sidegate.models.identity import uuid7
from tests import factories
from tests.conftest import Cast

QUEUE = "/greenlawn/office/requests"
SIZES = (1, 100, 10_000)
NOT_COUNTED = re.compile(r"^(BEGIN|COMMIT|SAVEPOINT|RELEASE|ROLLBACK|PRAGMA)")


def ledger(what: str, act: Callable[[], Any]) -> list[str]:
    """The statements of an act, each by its verb and table; printed under the act's name."""
    with CaptureQueriesContext(connection) as captured:
        answer = act()
    assert answer.status_code in (200, 302), answer.content[:500]
    statements = [query["sql"] for query in captured if not NOT_COUNTED.match(query["sql"])]
    names = [short(sql) for sql in statements]
    print(f"\n{what}: {len(names)}", *names, sep="\n  ")
    return names


def short(sql: str) -> str:
    verb = sql.split(" ", 1)[0]
    table = re.search(r'(?:FROM|INTO|UPDATE) "(?:sidegate_|django_)?(\w+)"', sql)
    return f"{verb} {table[1] if table else sql[:40]}"


def fill(cast: Cast, count: int) -> BookingRequest:
    """As many waiting requests of Omar's and, the newest, one of Maria's."""
    today = cast.greenlawn.today()
    BookingRequest.objects.bulk_create(
        BookingRequest(
            id=uuid7(), business=cast.greenlawn, client=cast.omar, property=cast.cedar_row, service=cast.mowing,
            kind="one_time", window_start=today, window_end=today + timedelta(days=5), reply_by=today,
            submitted_by=cast.omar_user, submit_token=f"t{number}", submit_hash="h",
            reference=new_reference() if count < 1000 else f"{number:05d}",
        )
        for number in range(count - 1)
    )  # fmt: skip
    return factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)


@pytest.mark.parametrize("size", SIZES)
def test_the_queue_page_takes_at_most_15(office: Browser, cast: Cast, size: int) -> None:
    fill(cast, size)
    office.get(QUEUE)
    assert len(ledger(f"queue page of {size}", lambda: office.get(QUEUE))) == 11


@pytest.mark.parametrize("size", SIZES)
def test_approve_takes_at_most_18(office: Browser, cast: Cast, size: int) -> None:
    factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    address = f"{QUEUE}/{fill(cast, size).reference}/approve"
    names = ledger(f"approve, {size} waiting", lambda: office.post(address, headers={"HX-Request": "true"}))
    assert len(names) == 17


@pytest.mark.parametrize("size", SIZES)
def test_approve_with_a_new_service_takes_at_most_18(office: Browser, cast: Cast, size: int) -> None:
    elsewhere = factories.make_property(client=cast.maria, address="3 Lake Road")
    factories.make_client_service(client=cast.maria, property=elsewhere, service=cast.mowing)
    address = f"{QUEUE}/{fill(cast, size).reference}/approve"
    names = ledger(
        f"approve and create, {size} waiting", lambda: office.post(address, headers={"HX-Request": "true"})
    )
    assert len(names) <= 18


@pytest.mark.parametrize("size", SIZES)
def test_changing_a_plan_takes_at_most_34(office: Browser, cast: Cast, size: int) -> None:
    """It reads and writes a month of visits, beside what adding one takes."""
    agreed = factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, makes_visits=True
    )
    extend([agreed])
    asked = fill(cast, size)
    BookingRequest.objects.filter(pk=asked.pk).update(kind="recurring", frequency="biweekly")
    choices = Choices(changes_plan=True, date=cast.greenlawn.today() + timedelta(days=3))

    def act() -> Any:
        approve_booking_request(asked, by=cast.dana, choices=choices)
        return HttpResponse()

    assert len(ledger(f"changing a plan, {size} waiting", act)) <= 34


@pytest.mark.parametrize("size", SIZES)
def test_decline_takes_at_most_13(office: Browser, cast: Cast, size: int) -> None:
    address = f"{QUEUE}/{fill(cast, size).reference}/decline"
    answer = lambda: office.post(address, {"reason": "Full."}, headers={"HX-Request": "true"})  # noqa: E731
    assert len(ledger(f"decline, {size} waiting", answer)) <= 13


@pytest.mark.parametrize("size", SIZES)
def test_taking_a_date_takes_at_most_26(portal: Browser, cast: Cast, size: int) -> None:
    asked = fill(cast, size)
    day = cast.greenlawn.calendar().next_working(cast.greenlawn.today() + timedelta(days=20))
    assert day
    offer = Offer((day,), ways_to_offer(asked)[0].fingerprint_less_date)
    proposal = propose_dates(asked, by=cast.dana, offer=offer)
    typed = {"proposal": str(proposal.pk), "date": day.isoformat()}
    address = f"/greenlawn/requests/{asked.reference}/take-date"
    assert len(ledger(f"taking a date, {size} waiting", lambda: portal.post(address, typed))) <= 26


@pytest.mark.parametrize("size", SIZES)
def test_submit_takes_at_most_18(portal: Browser, cast: Cast, size: int) -> None:
    fill(cast, size)
    start = cast.greenlawn.calendar().next_working(cast.greenlawn.today())
    assert start
    typed = {
        "kind": "one_time", "service": str(cast.mowing.pk), "window_start": start.isoformat(),
        "window_end": start.isoformat(), "part_of_day": "any", "notes": "", "token": "one",
    }  # fmt: skip
    names = ledger(f"submit, {size} waiting", lambda: portal.post("/greenlawn/requests/new", typed))
    assert len(names) <= 18
