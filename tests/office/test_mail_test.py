"""*Send me a test mail*: to oneself alone, through the outbox, with a clear answer when it fails."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client as Browser
from django.utils import timezone, translation

from sidegate.delivery.worker import deliver_due
from sidegate.models import Event, Message, User
from sidegate.models.office_frame import office_frame
from sidegate.office.mail_test_words import MEANINGS, meaning_of
from tests import factories
from tests.conftest import Cast
from tests.delivery.sink import Sink, free_port, part

from .reading import main

PRESS = "/greenlawn/office/settings/mail/test"
HTMX = {"HX-Request": "true"}


def press(browser: Browser) -> str:
    """The page that follows the mail."""
    answer = browser.post(PRESS)
    assert answer.status_code == 302, main(answer)
    return str(answer["Location"])


def test_it_goes_to_whoever_pressed_in_her_language_and_is_noted(
    cast: Cast, office: Browser, settings: LazySettings
) -> None:
    User.objects.filter(pk=cast.dana.pk).update(language="es")
    with Sink().open() as sink:
        settings.SIDEGATE_EMAIL_URL = sink.url
        page = press(office)
        assert deliver_due() == 1
    [mail] = sink.mails
    assert "dana@example.com" in str(mail["To"])
    assert mail["Subject"] == "Correo de prueba de Greenlawn"
    assert "http://localhost:8000/greenlawn/office/requests" in part(mail, "html")
    event = Event.objects.get(verb="mail_tested")
    assert (event.actor, event.business, Message.objects.get().event) == (cast.dana, cast.greenlawn, event)
    assert page == f"{PRESS}/{Message.objects.get().pk}"


def test_the_page_follows_it_and_is_answered_with_news_only(cast: Cast, office: Browser) -> None:
    page = press(office)
    assert "On its way to dana@example.com" in main(office.get(page))
    assert office.get(f"{page}?seen=on_its_way", headers=HTMX).status_code == 204
    Message.objects.update(status="sent", sent_at=timezone.now())
    news = office.get(f"{page}?seen=on_its_way", headers=HTMX)
    assert b"Sent to dana@example.com, " in news.content and b"spam" in news.content
    assert b"<html" not in news.content and b"hx-get" not in news.content


def test_without_scripts_there_is_a_link_to_look_again(cast: Cast, office: Browser) -> None:
    assert "Look again" in main(office.get(press(office)))


def test_a_mail_server_that_is_not_there_is_told_at_once(
    cast: Cast, office: Browser, settings: LazySettings
) -> None:
    settings.SIDEGATE_EMAIL_URL = f"smtp://127.0.0.1:{free_port()}"
    page = press(office)
    deliver_due()
    said = main(office.get(page))
    assert "It could not be sent yet. Nothing answers at that address and port." in said
    assert "Connection refused" in said and "Next try by itself: " in said


def test_an_address_that_is_refused_has_failed(cast: Cast, office: Browser, settings: LazySettings) -> None:
    with Sink({"dana@example.com": "550 5.1.1 no such user"}).open() as sink:
        settings.SIDEGATE_EMAIL_URL = sink.url
        page = press(office)
        deliver_due()
    said = main(office.get(page))
    assert "It could not be sent. There is no such mailbox." in said
    assert "The mail server said: 550 5.1.1 no such user" in said
    assert not office_frame(cast.greenlawn.pk).is_anyone_untold, "she knows it already"


def test_without_a_worker_the_page_says_so(cast: Cast, office: Browser) -> None:
    page = press(office)
    with time_machine.travel(timezone.now() + timedelta(seconds=25)):
        assert "no worker is running: start sidegate serve" in main(office.get(page))


def test_while_mail_is_held_it_leaves_all_the_same(
    cast: Cast, office: Browser, settings: LazySettings
) -> None:
    office.post("/greenlawn/office/settings/mail/hold")
    page = press(office)
    assert "Outgoing mail is held: this test leaves all the same" in main(office.get(page))
    with Sink().open() as sink:
        settings.SIDEGATE_EMAIL_URL = sink.url
        assert deliver_due() == 1


def test_the_sixth_within_an_hour_is_refused_in_words(cast: Cast, office: Browser) -> None:
    for _ in range(5):
        press(office)
    answer = office.post(PRESS)
    assert answer.status_code == 429
    assert 3500 < int(answer["Retry-After"]) <= 3600
    assert "Wait 60 minutes" in main(answer)
    assert Message.objects.count() == 5
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        press(office)


def test_staff_test_mail_too_and_each_sees_her_own_alone(
    cast: Cast, office: Browser, signed_in: Callable[[User], Browser]
) -> None:
    theo = signed_in(factories.make_member(business=cast.greenlawn, role="staff", name="Theo Park").user)
    hers, his = press(office), press(theo)
    assert theo.get(his).status_code == 200
    assert (theo.get(hers).status_code, office.get(his).status_code) == (404, 404)


def test_another_message_is_no_test_mail(cast: Cast, office: Browser) -> None:
    press(office)
    Message.objects.update(key="visit.moved")
    assert office.get(f"{PRESS}/{Message.objects.get().pk}").status_code == 404


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("[Errno 111] Connection refused", 0),
        ("[Errno -2] Name or service not known", 1),
        ("[Errno 8] nodename nor servname provided, or not known", 1),
        ("535 5.7.8 Username and Password not accepted", 2),
        ("530 5.7.0 Authentication required", 2),
        ("SMTP AUTH extension not supported by server.", 2),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch", 3),
        ("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)", 4),
        ("STARTTLS extension not supported by server.", 4),
        ("no answer within 15 s", 5),
        ("[Errno 101] Network is unreachable", 5),
        ("553 5.7.1 Sender address rejected: not owned by user", 6),
        ("554 5.7.1 Relay access denied", 6),
        ("550 5.1.1 no such user", 7),
        ("451 4.7.1 Greylisting in action", 8),
        ("552 message too large", None),
    ],
)
def test_what_a_mail_servers_words_usually_mean(words: str, meaning: int | None) -> None:
    expected: Any = "" if meaning is None else MEANINGS[meaning][1]
    with translation.override("en"):
        assert meaning_of(words) == expected
