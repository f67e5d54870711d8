"""Mail servers that are gone or silent: decisions are made all the same, and the mail leaves later (T10, T11)."""

import smtplib
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from sidegate.actions.booking_requests import approve_booking_request, decline_booking_request
from sidegate.actions.invariants import violations
from sidegate.delivery.worker import deliver_due, run_worker
from sidegate.models import Message
from tests import factories
from tests.conftest import Cast
from tests.delivery.sink import Sink, silent_server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

DECISIONS = 20


def decide(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Approve and decline twenty requests, where opening a connection to any mail server is a mistake."""

    def no_mail_here(*args: object, **kwargs: object) -> None:
        raise AssertionError("a decision talked to a mail server")

    with monkeypatch.context() as patched:
        patched.setattr(smtplib.SMTP, "connect", no_mail_here)
        for number in range(DECISIONS):
            client = factories.make_client(business=cast.greenlawn, name=f"Client {number}")
            home = factories.make_property(client=client)
            asked = factories.make_booking_request(client=client, property=home, service=cast.mowing)
            act = decline_booking_request if number % 2 else approve_booking_request
            act(asked, by=cast.dana)


def some_time_later() -> None:
    Message.objects.update(next_try=timezone.now() - timedelta(seconds=1))


def test_t10_while_the_server_is_gone_mail_waits_and_when_it_is_back_all_of_it_leaves(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = Sink()
    settings.SIDEGATE_EMAIL_URL = sink.url
    decide(cast, monkeypatch)
    for _ in range(5):
        run_worker(once=True)
    assert Message.objects.waiting().count() == DECISIONS
    assert sum(Message.objects.values_list("attempts", flat=True)) == 5
    assert "refused" in str(Message.objects.exclude(reason="").values_list("reason", flat=True)[0])
    some_time_later()
    with sink.open():
        run_worker(once=True)
    assert set(sink.per_message_id().values()) == {1}
    assert len(sink.raw) == DECISIONS
    assert Message.objects.filter(status="sent").count() == DECISIONS
    assert violations() == []


def test_t11_a_silent_server_costs_its_timeout_and_holds_up_no_other_work(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    done: list[str] = []
    decide(cast, monkeypatch)
    with silent_server() as url:
        settings.SIDEGATE_EMAIL_URL = url
        for _ in range(3):
            run_worker(once=True, chores=[lambda: done.append("sign-ins answered")])
    tried = Message.objects.filter(attempts=1)
    assert set(tried.values_list("status", "reason")) == {("queued", "no answer within 0.3 s")}
    assert (tried.count(), Message.objects.filter(attempts=0).count()) == (3, DECISIONS - 3)
    assert len(done) == 3
    assert violations() == []


def test_a_server_that_falls_silent_within_a_mail_is_left_and_the_mail_tried_again(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    decide(cast, monkeypatch)
    sink = Sink(seconds=2)
    settings.SIDEGATE_EMAIL_URL = sink.url
    with sink.open():
        assert deliver_due(limit=1) == 1
        sink.seconds = 0
        assert deliver_due(limit=1) == 1
    assert sorted(Message.objects.exclude(attempts=0).values_list("status", flat=True)) == ["queued", "sent"]


def test_when_the_database_is_gone_for_a_moment_the_worker_goes_on(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    decide(cast, monkeypatch)
    sink = Sink()
    settings.SIDEGATE_EMAIL_URL = sink.url
    with sink.open(), monkeypatch.context() as patched:
        from django.db import OperationalError

        from sidegate.delivery import outbox

        def gone(limit: int) -> None:
            raise OperationalError("server closed the connection unexpectedly")

        patched.setattr(outbox, "due_keys", gone)
        run_worker(once=True)
        assert "could not be read" in caplog.text
        patched.undo()
        run_worker(once=True)
    assert len(sink.raw) == DECISIONS
    close_old_connections()
    assert connection.is_usable()
