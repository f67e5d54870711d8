"""The worker against a mail server: who gets her mail, who gets it later, and who does not (CASES T12, T13)."""

import logging
import time
from datetime import timedelta

import pytest
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

from sidegate.actions.messages import Recipient, Words, draft, store_sign_in
from sidegate.actions.team import remove_member
from sidegate.delivery import worker
from sidegate.delivery.stopping import Stop
from sidegate.delivery.worker import at_most_every, deliver_due, run_worker
from sidegate.models import Message, SignIn
from sidegate.models.sign_in import hashed
from tests import factories
from tests.conftest import Cast

from .rows import TEXT, fate, make_message
from .sink import Sink, free_port, part

# The worker drops old connections, which a test's own transaction would not survive.
on_its_own_connection = pytest.mark.django_db(transaction=True)


def test_while_the_mail_server_is_out_of_reach_everything_else_goes_on() -> None:
    done: list[float] = []
    began = time.monotonic()
    with Stop.on_signals() as stop:
        worker._wait(2.6, [lambda: done.append(time.monotonic())], stop)
    assert time.monotonic() - began >= 2.5
    assert len(done) == 2


def test_mail_leaves_once_and_its_row_says_when(cast: Cast, sink: Sink) -> None:
    message = make_message(business=cast.greenlawn, to="maria@example.com")
    assert deliver_due() == 1
    assert deliver_due() == 0
    assert (fate(message), message.reason, message.lease_until) == ("sent", "", None)
    assert message.sent_at
    [mail] = sink.mails
    assert (mail["To"], mail["Message-ID"]) == ("Maria Álvarez <maria@example.com>", message.message_id)
    assert part(mail, "plain").replace("-- \n", "--\n").strip() == TEXT


def test_who_has_left_the_team_gets_nothing_more_from_its_office(cast: Cast, sink: Sink) -> None:
    """Even what was written for her before, and stored at the very moment at which she was removed."""
    theo = factories.make_member(business=cast.greenlawn, role="staff", email="theo@example.com")
    remove_member(theo, by=cast.dana)
    facts = {"business": cast.greenlawn, "recipient": f"user:{theo.user_id}"}
    late = make_message(key="booking.submitted", **facts)
    way_in = SignIn.objects.create(user=theo.user, email="theo@example.com")
    sign_in = make_message(key="sign_in", sign_in=way_in, **facts)
    assert deliver_due() == 2
    assert (fate(late), late.reason) == ("not_sendable", "left_team")
    assert late not in Message.objects.undelivered()
    assert fate(sign_in) == "sent"
    assert len(sink.mails) == 1


def test_many_mails_go_over_one_connection_each_to_its_own_recipient(cast: Cast, sink: Sink) -> None:
    messages = [make_message(business=cast.greenlawn) for _ in range(5)]
    assert deliver_due(limit=3) == 3
    assert sink.connections == 1
    assert deliver_due() == 2
    assert sorted(sink.recipients) == sorted(message.to_address for message in messages)


def test_t12_later_for_one_never_for_another_and_at_once_for_the_third(cast: Cast, sink: Sink) -> None:
    sink.answers = {"a@example.com": "451 4.7.1 Greylisted", "b@example.com": "550 5.1.1 No such user"}
    later, never, now = (make_message(business=cast.greenlawn, to=f"{name}@example.com") for name in "abc")
    assert deliver_due() == 3
    assert (fate(later), later.reason) == ("queued", "451 4.7.1 Greylisted")
    assert timedelta(seconds=50) < later.next_try - timezone.now() < timedelta(seconds=70)
    assert (fate(never), never.reason) == ("failed", "550 5.1.1 No such user")
    assert never in Message.objects.undelivered()
    assert fate(now) == "sent"
    assert sink.recipients == ["c@example.com"]


@pytest.mark.parametrize(
    ("answer", "bounced"),
    [
        ("550 5.1.1 No such user", True),
        ("550 User unknown", True),
        ("550 5.7.1 Message looks like spam", False),
        ("552 5.2.2 Mailbox full", False),
        ("451 4.7.1 Greylisted", False),
    ],
)
def test_an_address_without_a_mailbox_is_written_to_no_more(
    cast: Cast, sink: Sink, answer: str, bounced: bool
) -> None:
    sink.answers = {cast.maria.email: answer}
    make_message(business=cast.greenlawn, to=cast.maria.email, recipient=f"client:{cast.maria.pk}")
    make_message(business=cast.greenlawn, to=cast.maria.email, recipient=f"user:{cast.maria_user.pk}")
    deliver_due()
    cast.maria.refresh_from_db()
    cast.omar.refresh_from_db()
    assert (cast.maria.email_bounced_at is not None, cast.omar.email_bounced_at) == (bounced, None)


def test_t12_what_was_put_off_leaves_when_its_time_comes(cast: Cast, sink: Sink) -> None:
    sink.answers = {"a@example.com": "451 4.7.1 Greylisted"}
    later = make_message(business=cast.greenlawn, to="a@example.com")
    deliver_due()
    sink.answers = {}
    assert deliver_due() == 0
    Message.objects.update(next_try=timezone.now())
    assert deliver_due() == 1
    assert (fate(later), later.attempts, later.reason) == ("sent", 2, "")


def test_t13_a_row_that_cannot_be_built_fails_alone_and_at_once(cast: Cast, sink: Sink) -> None:
    good = [make_message(business=cast.greenlawn) for _ in range(5)]
    bad = make_message(business=cast.greenlawn, to_name="Maria\r\nBcc: x@evil.example")
    good += [make_message(business=cast.greenlawn) for _ in range(5)]
    assert deliver_due() == 11
    assert (fate(bad), bad.attempts) == ("failed", 1)
    assert bad.reason.startswith("cannot be built")
    assert {fate(message) for message in good} == {"sent"}
    assert len(sink.raw) == 10


def test_t13_a_row_whose_workers_all_died_is_given_up(cast: Cast, sink: Sink) -> None:
    deadly = make_message(
        business=cast.greenlawn,
        status="sending",
        attempts=9,
        lease_until=timezone.now() - timedelta(seconds=1),
    )
    assert deliver_due() == 1
    assert (fate(deadly), deadly.reason) == ("failed", "each attempt broke off")
    assert sink.raw == []


def test_without_a_mail_server_the_first_is_put_off_and_the_others_are_not_even_tried(
    cast: Cast, settings: Settings
) -> None:
    settings.SIDEGATE_EMAIL_URL = f"smtp://127.0.0.1:{free_port()}"
    first, second = (make_message(business=cast.greenlawn) for _ in range(2))
    assert deliver_due() == 1
    assert (fate(first), first.attempts) == ("queued", 1)
    assert "refused" in first.reason
    assert (fate(second), second.attempts) == ("queued", 0)


def test_a_wrong_password_is_no_fault_of_the_message(cast: Cast, sink: Sink, settings: Settings) -> None:
    settings.SIDEGATE_EMAIL_URL = sink.url.replace("smtp://", "smtp://dana:wrong@")
    message = make_message(business=cast.greenlawn)
    deliver_due()
    assert fate(message) == "queued"
    assert "wrong" not in message.reason


def test_the_demo_sends_nothing_and_marks_it_sent(cast: Cast, sink: Sink, settings: Settings) -> None:
    settings.SIDEGATE_EMAIL_URL = "mailbox:"
    message = make_message(business=cast.greenlawn)
    assert deliver_due() == 1
    assert fate(message) == "sent"
    assert sink.raw == []


def make_sign_in(cast: Cast) -> Message:
    recipient = Recipient(f"user:{cast.maria_user.pk}", "Maria Álvarez", "maria@example.com", "es")
    letter = draft(
        "sign_in", words=Words(cast.greenlawn.pk), recipient=recipient, values={"business": "Greenlawn"}
    )
    sign_in = SignIn.objects.create(
        email="maria@example.com", user=cast.maria_user, looked_up_at=timezone.now()
    )
    return store_sign_in(letter, sign_in=sign_in, business=cast.greenlawn)


def secrets_in(text: str) -> tuple[str, str]:
    """The token of the link and the code, as they stand in a mail."""
    after = text.partition("/sign-in/")[2]
    code = next(line for line in text.splitlines() if len(line) == 9 and line[4] == "-")
    return after.split()[0], code.replace("-", "")


def test_link_and_code_are_made_as_the_mail_leaves_and_stand_only_in_it(cast: Cast, sink: Sink) -> None:
    message = make_sign_in(cast)
    assert deliver_due() == 1
    token, code = secrets_in(part(sink.mails[0], "plain"))
    sign_in = SignIn.objects.get()
    assert (sign_in.token_hash, sign_in.code_hash) == (hashed(token), hashed(code))
    assert f"http://localhost:8000/sign-in/{token}" in part(sink.mails[0], "html")
    assert fate(message) == "sent"
    assert "Entrar: {link}" in message.text
    assert token not in str(Message.objects.values())


def test_in_the_demo_the_mailbox_shows_the_link(cast: Cast, settings: Settings) -> None:
    settings.SIDEGATE_EMAIL_URL, settings.SIDEGATE_DEMO = "mailbox:", True
    message = make_sign_in(cast)
    deliver_due()
    message.refresh_from_db()
    token, _code = secrets_in(message.text)
    assert SignIn.objects.get().token_hash == hashed(token)


def test_nobody_waits_three_days_for_a_way_in(cast: Cast, sink: Sink) -> None:
    sink.answers = {"maria@example.com": "451 later"}
    message = make_sign_in(cast)
    Message.objects.update(attempts=3)
    deliver_due()
    assert fate(message) == "failed"


@on_its_own_connection
def test_a_worker_that_is_to_run_once_empties_the_outbox(cast: Cast, sink: Sink) -> None:
    for _ in range(45):
        make_message(business=cast.greenlawn)
    run_worker(once=True)
    assert len(sink.raw) == 45
    assert sink.connections == 1


@on_its_own_connection
def test_chores_come_first_and_one_that_fails_holds_up_nothing(
    cast: Cast, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    def answer() -> None:
        make_message(business=cast.greenlawn)

    def fail() -> None:
        raise RuntimeError("no")

    run_worker(once=True, chores=[fail, at_most_every(60, answer)])
    assert len(sink.raw) == 1
    assert "a chore failed" in caplog.text


@on_its_own_connection
def test_the_worker_keeps_no_language_and_logs_no_address(
    cast: Cast, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    make_message(business=cast.greenlawn, to="maria@example.com")
    with caplog.at_level(logging.DEBUG, "sidegate"), translation.override("en"):
        run_worker(once=True)
        assert translation.get_language() == "en"
    logged = " ".join(f"{record.getMessage()} {record.__dict__.get('facts')}" for record in caplog.records)
    assert "sent" in logged
    assert "maria" not in logged.lower()


@on_its_own_connection
def test_order_holds_while_the_first_is_put_off(cast: Cast, sink: Sink) -> None:
    asked = factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    hers = {
        "business": cast.greenlawn,
        "booking_request": asked,
        "recipient": "client:1",
        "to": "maria@example.com",
    }
    first, second = make_message(**hers, subject="first"), make_message(**hers, subject="second")
    sink.answers = {"maria@example.com": "451 later"}
    deliver_due()
    sink.answers = {}
    deliver_due()
    assert (fate(first), fate(second)) == ("queued", "queued")
    Message.objects.filter(pk=first.pk).update(next_try=timezone.now())
    run_worker(once=True)
    assert [mail["Subject"] for mail in sink.mails] == ["first", "second"]
