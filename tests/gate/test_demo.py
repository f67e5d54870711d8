"""The demo's pages: open anyone of the cast, read every mail; and nothing of it in earnest."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import Settings

from sidegate.actions.sign_in import answer_waiting_sign_ins
from sidegate.delivery.worker import deliver_due
from sidegate.models import Message
from sidegate.models.identity import uuid7

from .. import factories
from ..conftest import Cast


@pytest.fixture
def demo(settings: Settings, cast: Cast) -> Browser:
    """Someone who tries the demo."""
    settings.SIDEGATE_DEMO = True
    settings.SIDEGATE_EMAIL_URL = "mailbox:"
    return Browser()


def make_message(cast: Cast, **fields: Any) -> Message:
    defaults = {
        "key": "booking.approved",
        "recipient": f"client:{cast.maria.pk}",
        "to_address": "maria@example.com",
        "to_name": "Maria Álvarez",
        "language": "es",
        "subject": "Nos vemos el martes",
        "text": "Hola, Maria:\n\nVer la visita: http://localhost:8000/greenlawn/\n\n<script>alert(1)</script>",
        "message_id": str(uuid7()),
    }
    return Message.objects.create(business=cast.greenlawn, **{**defaults, **fields})


def test_in_earnest_nothing_of_it_is_there(cast: Cast) -> None:
    message = make_message(cast)
    paths = ["/demo", "/demo/mailbox", f"/demo/mailbox/{message.pk}", f"/demo/mailbox/{message.pk}/mail"]
    assert [Browser().get(path).status_code for path in paths] == [404] * 4
    assert Browser().post(f"/demo/open/{cast.dana.pk}").status_code == 404


def test_the_start_page_opens_maria_and_dana_with_one_press_each(cast: Cast, demo: Browser) -> None:
    assert demo.get("/")["Location"] == "/demo"
    page = demo.get("/demo").content.decode()
    assert page.index("Open as Maria") < page.index("Open as Dana")
    assert demo.post(f"/demo/open/{cast.maria_user.pk}")["Location"] == "/greenlawn/"
    assert demo.post(f"/demo/open/{cast.dana.pk}")["Location"] == "/greenlawn/office/requests"
    assert demo.post(f"/demo/open/{uuid7()}").status_code == 404


def test_the_start_page_opens_a_technicians_day(cast: Cast, demo: Browser) -> None:
    luis = factories.make_member(business=cast.greenlawn, role="technician", name="Luis Romero").user
    page = demo.get("/demo").content.decode()
    assert page.index("Open as Dana") < page.index("Technician of Greenlawn")
    assert demo.post(f"/demo/open/{luis.pk}")["Location"] == "/greenlawn/office/my-day"


def test_looking_at_the_start_page_signs_nobody_in(cast: Cast, demo: Browser) -> None:
    assert demo.get(f"/demo/open/{cast.dana.pk}").status_code == 405


def test_the_mailbox_lists_every_message_with_its_fate_newest_first(cast: Cast, demo: Browser) -> None:
    make_message(cast, subject="First", status="sent", sent_at=timezone.now())
    make_message(cast, subject="Second", next_try=timezone.now() + timedelta(seconds=53))
    make_message(cast, subject="Third", status="not_sendable", reason="no_address", to_address="")
    page = demo.get("/demo/mailbox").content.decode()
    assert page.index("Third") < page.index("Second") < page.index("First")
    assert "Nobody to send it to" in page
    assert "Held · <span><b data-countdown>53</b> s</span>" in page
    assert ">Sent<" in page
    assert "Maria Álvarez · Spanish" in page


def test_the_mailbox_goes_on_where_its_page_ends(cast: Cast, demo: Browser) -> None:
    for number in range(45):
        make_message(cast, subject=f"Message {number:02}")
    first = demo.get("/demo/mailbox").content.decode()
    assert ("Message 05<" in first, "Message 04<" in first) == (True, False)
    older = first.partition('href="?before=')[2].partition('"')[0]
    second = demo.get(f"/demo/mailbox?before={older}").content.decode()
    assert second.count("<strong>Message") == 5
    assert demo.get("/demo/mailbox?before=x").status_code == 200


def test_a_mail_is_shown_as_delivered_and_can_do_nothing(cast: Cast, demo: Browser) -> None:
    message = make_message(cast)
    page = demo.get(f"/demo/mailbox/{message.pk}").content.decode()
    assert f'src="/demo/mailbox/{message.pk}/mail"' in page
    assert "&lt;script&gt;" in page and "<script>alert" not in page
    answer = demo.get(f"/demo/mailbox/{message.pk}/mail")
    mail = answer.content.decode()
    assert '<base target="_top">' in mail
    assert 'href="http://localhost:8000/greenlawn/"' in mail
    assert "<script>" not in mail
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "allow-scripts" not in answer["Content-Security-Policy"]
    assert (answer["X-Frame-Options"], answer["Cache-Control"]) == ("SAMEORIGIN", "private, no-store")


def test_a_sign_in_mail_in_the_mailbox_lets_her_in_every_time(cast: Cast, demo: Browser) -> None:
    demo.post("/sign-in", {"email": "maria@example.com"})
    answer_waiting_sign_ins()
    deliver_due()
    mail = demo.get(f"/demo/mailbox/{Message.objects.get().pk}/mail").content.decode()
    link = mail.partition("http://localhost:8000")[2].partition('"')[0]
    assert [Browser().get(link)["Location"] for _ in range(2)] == ["/greenlawn/"] * 2
