"""A request that came by phone, by text or in person is written down, and runs through the same queue."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from sidegate.actions.invariants import violations
from sidegate.models import BookingRequest, Business, Client, Event, Message, Service, User
from tests import factories
from tests.conftest import Cast

from .reading import errors, main

pytestmark = pytest.mark.django_db(transaction=True)

LOG = "/greenlawn/office/requests/new"


def typed(cast: Cast, **changed: str) -> dict[str, str]:
    tomorrow = cast.greenlawn.today() + timedelta(days=1)
    return {
        "token": "one-use",
        "came_by": "call",
        "kind": "one_time",
        "service": str(cast.mowing.pk),
        "window_start": str(tomorrow),
        "window_end": str(tomorrow + timedelta(days=6)),
        "part_of_day": "any",
        "notes": "Before Sunday, please.",
        **changed,
    }


def log(office: Browser, cast: Cast, client: Client | None = None, **changed: str) -> Any:
    return office.post(f"{LOG}?client={(client or cast.omar).pk}", typed(cast, **changed))


def test_a_call_is_logged_and_waits_in_the_queue(office: Browser, cast: Cast) -> None:
    answer = log(office, cast)
    asked = BookingRequest.objects.get()
    assert answer["Location"].endswith(asked.reference)
    assert (asked.client, asked.came_by, asked.submitted_by) == (cast.omar, "call", cast.dana)
    assert asked.shown_price_minor == 9500
    queue = main(office.get("/greenlawn/office/requests"))
    assert "Omar Brooks" in queue
    assert "By phone" in queue
    page = main(office.get(f"/greenlawn/office/requests/{asked.reference}"))
    assert "Logged from a call" in page
    assert violations() == []


def test_the_client_is_found_by_a_few_letters_or_by_phone(office: Browser, cast: Cast) -> None:
    Client.objects.filter(pk=cast.omar.pk).update(phone="+13055550142")
    for search in ("omar", "bro", "555 0142", "cedar"):
        found = main(office.get(LOG, {"q": search}))
        assert "Omar Brooks" in found
        assert "Maria" not in found


def test_who_gets_mail_is_told_that_it_was_heard_in_their_language_and_who_logged_it_is_not(
    office: Browser, cast: Cast
) -> None:
    luis = factories.make_member(business=cast.greenlawn, role="staff", name="Luis", language="es").user
    log(office, cast, cast.maria)
    sent = {(message.key, message.recipient, message.language) for message in Message.objects.all()}
    assert sent == {
        ("booking.received", f"client:{cast.maria.pk}", "es"),
        ("booking.submitted", f"user:{luis.pk}", "es"),
    }


def test_who_has_no_email_was_just_spoken_to(office: Browser, cast: Cast) -> None:
    Client.objects.filter(pk=cast.omar.pk).update(email="", phone="+13055550142")
    log(office, cast)
    assert not Message.objects.exists()


def test_pressed_twice_it_is_one_request(office: Browser, cast: Cast) -> None:
    assert log(office, cast)["Location"] == log(office, cast)["Location"]
    assert BookingRequest.objects.count() == 1


def test_the_offices_own_day_may_be_today_and_any_service_of_the_catalog(office: Browser, cast: Cast) -> None:
    Business.objects.filter(pk=cast.greenlawn.pk).update(lead_days=5, working_days=list(range(7)))
    Service.objects.filter(pk=cast.mowing.pk).update(is_requestable=False)
    today = str(cast.greenlawn.today())
    assert log(office, cast, window_start=today).status_code == 302


def test_the_clients_limit_of_ten_an_hour_does_not_hold_the_office(office: Browser, cast: Cast) -> None:
    for number in range(11):
        assert log(office, cast, token=f"token-{number}").status_code == 302
    assert BookingRequest.objects.count() == 11


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"came_by": "pigeon"}, "came_by"),
        ({"service": ""}, "service"),
        ({"window_start": "2020-01-01"}, "window_start"),
        ({"kind": "recurring", "frequency": ""}, "frequency"),
        ({"notes": "x" * 2001}, "notes"),
    ],
)
def test_a_mistake_is_a_sentence_at_its_field_and_nothing_typed_is_lost(
    office: Browser, cast: Cast, changed: dict[str, str], field: str
) -> None:
    answer = log(office, cast, **changed)
    assert answer.status_code == 422
    assert set(errors(answer)) == {field}
    kept = changed.get("notes", "Before Sunday, please.")
    assert kept in answer.content.decode()
    assert not BookingRequest.objects.exists()


def test_the_portal_says_that_it_was_written_down_for_her(
    office: Browser, cast: Cast, signed_in: Callable[[User], Browser]
) -> None:
    log(office, cast, cast.maria)
    asked = BookingRequest.objects.get()
    page = main(signed_in(cast.maria_user).get(f"/greenlawn/requests/{asked.reference}"))
    assert "Lo anotamos por usted" in page


def test_approved_like_any_other(office: Browser, cast: Cast) -> None:
    log(office, cast)
    asked = BookingRequest.objects.get()
    page = office.get(f"/greenlawn/office/requests/{asked.reference}").content.decode()
    plan = re.search(r'name="plan" value="([^"]+)"', page)
    assert plan
    office.post(f"/greenlawn/office/requests/{asked.reference}/approve", {"plan": plan[1]})
    asked.refresh_from_db()
    assert asked.status == "approved"
    assert Event.objects.filter(booking_request=asked, verb="submitted", data__came_by="call").exists()
    assert violations() == []


def test_another_business_client_is_not_there(office: Browser, cast: Cast) -> None:
    assert office.get(f"{LOG}?client={cast.bluepool_client.pk}").status_code == 404
    assert log(office, cast, cast.bluepool_client).status_code == 404


def test_an_archived_client_has_nothing_logged(office: Browser, cast: Cast) -> None:
    Client.objects.filter(pk=cast.omar.pk).update(archived_at=cast.greenlawn.created_at)
    assert log(office, cast).status_code == 404
