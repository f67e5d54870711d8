"""Messages and their fate through the office's pages."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sidegate.actions.messages.told import tellable
from sidegate.models import BookingRequest, Business, Event, Message, SignIn
from sidegate.models.identity import uuid7
from sidegate.office import messages as page_module
from sidegate.office.booking_request_history import messages_of
from tests import factories
from tests.conftest import Cast

from .reading import main, statements

MESSAGES = "/greenlawn/office/messages"
SENT = {"status": "sent", "sent_at": timezone.now()}
FAILED = {"status": "failed", "reason": "550 5.1.1 mailbox unavailable", "attempts": 1}
NOT_SENT = {"status": "not_sendable", "reason": "no_address"}


@pytest.fixture
def asked(cast: Cast) -> BookingRequest:
    return factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)


def make_message(business: Business, cast: Cast, subject: str, **fields: Any) -> Message:
    known = {
        "key": "visit.moved",
        "recipient": f"client:{cast.maria.pk}",
        "to_address": "maria@example.com",
        "to_name": "Maria Álvarez",
        "language": "es",
        "text": "Hola, Maria:\n\nNuevo día: martes 3 de marzo",
        "message_id": str(uuid7()),
        "event": Event.objects.create(business=business, verb=Event.Verb.VISIT_MOVED),
    }
    return Message.objects.create(business=business, subject=subject, **{**known, **fields})


def subjects(answer: Any) -> list[str]:
    return re.findall(r'<span class="clamp">(.*?)</span>', answer.content.decode())


def page_of(message: Message, act: str = "") -> str:
    return f"{MESSAGES}/{message.pk}" + (f"/{act}" if act else "")


def test_messages_stand_newest_first_with_their_fate(office: Browser, cast: Cast) -> None:
    make_message(cast.greenlawn, cast, "first", **SENT)
    make_message(cast.greenlawn, cast, "second", **FAILED)
    make_message(cast.bluepool, cast, "theirs")
    page = office.get(MESSAGES)
    assert subjects(page) == ["second", "first"]
    assert re.search(r"Maria Álvarez second Visit moved · Spanish · .* Failed", main(page))
    assert "1 message reached nobody." in main(page)


@pytest.mark.parametrize(
    ("show", "found"),
    [
        ("", ["not sent", "held", "failed", "queued", "sent"]),
        ("waiting", ["queued"]),
        ("failed", ["failed"]),
        ("not_sent", ["not sent"]),
        ("nonsense", ["not sent", "held", "failed", "queued", "sent"]),
    ],
)
def test_the_chips_show_some_of_them(office: Browser, cast: Cast, show: str, found: list[str]) -> None:
    make_message(cast.greenlawn, cast, "sent", **SENT)
    make_message(cast.greenlawn, cast, "queued")
    make_message(cast.greenlawn, cast, "failed", **FAILED)
    make_message(cast.greenlawn, cast, "held", status="held")
    make_message(cast.greenlawn, cast, "not sent", **NOT_SENT)
    assert subjects(office.get(MESSAGES, {"show": show})) == found


def test_held_mail_waits_while_it_is_held(office: Browser, cast: Cast) -> None:
    Business.objects.update(holds_mail=True)
    make_message(cast.greenlawn, cast, "queued")
    make_message(cast.greenlawn, cast, "held", status="held")
    assert subjects(office.get(MESSAGES, {"show": "waiting"})) == ["held", "queued"]


def test_the_nav_warns_on_every_page_while_a_message_reached_nobody(office: Browser, cast: Cast) -> None:
    warning, queue = "Some messages reached nobody", "/greenlawn/office/requests"
    assert warning not in office.get(queue).content.decode()
    make_message(cast.bluepool, cast, "theirs", **FAILED)
    assert warning not in office.get(queue).content.decode()
    message = make_message(cast.greenlawn, cast, "moved", **FAILED)
    assert warning in office.get(queue).content.decode()
    office.post(page_of(message, "told"))
    assert warning not in office.get(queue).content.decode()


def test_sign_in_mail_is_nobodys_business(office: Browser, cast: Cast) -> None:
    sign_in = SignIn.objects.create(email="maria@example.com")
    mail = make_message(cast.greenlawn, cast, "Your link", sign_in=sign_in, event=None)
    assert subjects(office.get(MESSAGES)) == []
    assert office.get(page_of(mail)).status_code == 404


def test_older_messages_are_on_the_next_page(
    office: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_module, "PAGE", 2)
    for number in range(5):
        make_message(cast.greenlawn, cast, f"m{number}")
    page, seen = office.get(MESSAGES), []
    while True:
        seen += subjects(page)
        older = re.search(r'href="([^"]*)" rel="next"', page.content.decode())
        if older is None:
            break
        page = office.get(older[1].replace("&amp;", "&"))
    assert seen == ["m4", "m3", "m2", "m1", "m0"]


def test_the_list_takes_as_many_statements_at_1_as_at_3(office: Browser, cast: Cast) -> None:
    make_message(cast.greenlawn, cast, "one")
    one = statements(office, MESSAGES)
    make_message(cast.greenlawn, cast, "two", **FAILED)
    make_message(cast.greenlawn, cast, "three", **SENT)
    assert statements(office, MESSAGES) == one == 6


def test_a_failed_message_is_tried_again_at_one_press(office: Browser, cast: Cast) -> None:
    message = make_message(cast.greenlawn, cast, "moved", **FAILED)
    assert "The mail server said: 550 5.1.1 mailbox unavailable" in main(office.get(page_of(message)))
    answer = office.post(page_of(message, "retry"), follow=True)
    assert "It is queued again" in main(answer)
    message.refresh_from_db()
    assert (message.status, message.reason) == ("queued", "")
    assert "It has left or waits already." in main(office.post(page_of(message, "retry"), follow=True))


def test_what_cannot_be_sent_is_read_out_and_noted_as_told(
    office: Browser, cast: Cast, asked: BookingRequest
) -> None:
    cast.maria.email, cast.maria.phone = "", "+13055550117"
    cast.maria.save()
    message = make_message(cast.greenlawn, cast, "moved", booking_request=asked, **NOT_SENT)
    page = office.get(page_of(message))
    assert "Nuevo día: martes 3 de marzo" in main(page)
    assert "No email is known." in main(page)
    assert 'href="tel:+13055550117"' in page.content.decode()
    assert "There is still no email to send it to." in main(
        office.post(page_of(message, "retry"), follow=True)
    )
    assert "Noted: you told Maria Álvarez." in main(office.post(page_of(message, "told"), follow=True))
    message.refresh_from_db()
    event = Event.objects.get(verb="told")
    assert message.told_at == event.at
    assert (event.actor, event.booking_request) == (cast.dana, asked)
    assert "reached nobody" not in main(office.get(MESSAGES))
    assert "Nothing was noted" in main(office.post(page_of(message, "told"), follow=True))
    assert Event.objects.filter(verb="told").count() == 1


def test_what_was_told_by_hand_is_not_sent_from_another_tab(office: Browser, cast: Cast) -> None:
    message = make_message(cast.greenlawn, cast, "moved", **FAILED)
    office.post(page_of(message, "told"))
    answer = main(office.post(page_of(message, "retry"), follow=True))
    assert "Nothing was sent: someone told them by hand meanwhile." in answer
    message.refresh_from_db()
    assert message.status == "failed"


def test_a_sent_message_is_not_noted_as_told(office: Browser, cast: Cast) -> None:
    message = make_message(cast.greenlawn, cast, "moved", **SENT)
    office.post(page_of(message, "told"))
    message.refresh_from_db()
    assert message.told_at is None


def test_a_message_that_waits_for_an_undo_says_so(office: Browser, cast: Cast) -> None:
    message = make_message(cast.greenlawn, cast, "moved", next_try=timezone.now() + timedelta(seconds=50))
    assert "Waits for undo" in main(office.get(page_of(message)))


def test_a_requests_own_messages_are_found_by_the_request(cast: Cast) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by counts, and here there are none")
    asked = factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    with CaptureQueriesContext(connection) as captured:
        messages_of(cast.greenlawn, asked)
        tellable(cast.greenlawn, asked)
    for query in captured.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            plan = " ".join(str(row) for row in cursor.fetchall())
        assert "message_by_business" not in plan, plan
