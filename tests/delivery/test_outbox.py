"""Which message may leave, who has it, and what becomes of it: by conditional UPDATEs alone (CASES D8 to D11)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from sidegate.delivery import outbox
from sidegate.models import Message
from tests import factories
from tests.conftest import Cast

from .rows import fate, make_message

HOUR = timedelta(hours=1)


def lapse(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def minutes_until_next_try(message: Message) -> float:
    message.refresh_from_db()
    return (message.next_try - timezone.now()).total_seconds() / 60


def test_only_what_is_queued_and_whose_time_has_come_is_due(cast: Cast) -> None:
    due = make_message(business=cast.greenlawn)
    make_message(business=cast.greenlawn, next_try=timezone.now() + HOUR)
    for status in ("held", "failed", "not_sendable"):
        make_message(business=cast.greenlawn, status=status)
    make_message(business=cast.greenlawn, status="sent", sent_at=timezone.now())
    make_message(business=cast.greenlawn, status="sending", lease_until=timezone.now() + HOUR)
    assert outbox.due_keys(10) == [due.pk]


def test_a_message_is_taken_once_and_its_attempt_counted_before_it_is_made(cast: Cast) -> None:
    message = make_message(business=cast.greenlawn)
    taken = outbox.claim(message.pk)
    assert taken
    assert (taken.status, taken.attempts) == ("sending", 1)
    assert taken.lease_until
    assert timedelta(seconds=55) < taken.lease_until - timezone.now() < timedelta(seconds=65)
    assert outbox.claim(message.pk) is None


def test_what_a_killed_worker_left_is_taken_up_once_its_lease_has_run_out(cast: Cast) -> None:
    message = make_message(business=cast.greenlawn)
    first = outbox.claim(message.pk)
    lapse(message)
    second = outbox.claim(message.pk)
    assert first
    assert second
    assert (second.attempts, second.message_id) == (2, first.message_id)
    assert not outbox.renew(first)
    assert outbox.renew(second)


def test_a_worker_that_comes_late_changes_nothing_but_that_it_was_sent(cast: Cast) -> None:
    message = make_message(business=cast.greenlawn)
    late = outbox.claim(message.pk)
    lapse(message)
    assert late
    assert outbox.claim(message.pk)
    outbox.postpone(late, "timeout")
    outbox.mark_failed(late, "550")
    outbox.give_back(late)
    assert fate(message) == "sending"
    outbox.mark_sent(late)
    assert fate(message) == "sent"


def test_the_messages_of_a_request_reach_a_person_in_their_order(cast: Cast) -> None:
    asked = factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    hers = {"business": cast.greenlawn, "booking_request": asked, "recipient": f"client:{cast.maria.pk}"}
    received = make_message(**hers, next_try=timezone.now() + HOUR)
    approved = make_message(**hers)
    to_dana = make_message(business=cast.greenlawn, booking_request=asked, recipient=f"user:{cast.dana.pk}")
    assert outbox.due_keys(10) == [to_dana.pk]
    assert outbox.claim(approved.pk) is None
    for status in ("held", "sending"):
        Message.objects.filter(pk=received.pk).update(status=status, lease_until=timezone.now() + HOUR)
        assert approved.pk not in outbox.due_keys(10)
    for status in ("sent", "failed", "not_sendable"):
        Message.objects.filter(pk=received.pk).update(status=status, sent_at=timezone.now())
        assert approved.pk in outbox.due_keys(10)


def test_other_requests_and_other_people_are_not_waited_for(cast: Cast) -> None:
    first, second = (
        factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)
        for _ in range(2)
    )
    later = timezone.now() + HOUR
    make_message(business=cast.greenlawn, recipient="client:1", next_try=later)
    make_message(business=cast.greenlawn, recipient="client:1", next_try=later, booking_request=first)
    free = [
        make_message(business=cast.greenlawn, recipient="client:1"),
        make_message(business=cast.greenlawn, recipient="client:1", booking_request=second),
        make_message(business=cast.greenlawn, recipient="client:2", booking_request=first),
    ]
    assert set(outbox.due_keys(10)) == {message.pk for message in free}


def test_each_wait_is_longer_and_after_three_days_it_fails(cast: Cast) -> None:
    message = make_message(business=cast.greenlawn)
    waits = []
    while fate(message) == "queued":
        Message.objects.update(next_try=timezone.now() - timedelta(seconds=1))
        claimed = outbox.claim(message.pk)
        assert claimed
        outbox.postpone(claimed, "451 later")
        if fate(message) == "queued":
            waits.append(minutes_until_next_try(message))
    assert [
        round(wait / planned)
        for wait, planned in zip(waits, [1, 5, 15, 60, 240, 720, 1440, 1440], strict=True)
    ] == [1] * 8
    assert sum(waits) < 3 * 24 * 60
    assert (fate(message), message.attempts, message.reason) == ("failed", 9, "451 later")


def test_waits_are_not_all_alike(cast: Cast) -> None:
    waits = set()
    for _ in range(5):
        claimed = outbox.claim(make_message(business=cast.greenlawn).pk)
        assert claimed
        outbox.postpone(claimed, "451")
        waits.add(round(minutes_until_next_try(claimed), 3))
    assert len(waits) > 1
    assert all(0.85 < wait < 1.15 for wait in waits)


def test_a_message_that_kills_every_worker_is_spent_after_its_attempts(cast: Cast) -> None:
    message = make_message(business=cast.greenlawn, attempts=8)
    ninth = outbox.claim(message.pk)
    assert ninth
    assert not outbox.is_spent(ninth)
    lapse(message)
    tenth = outbox.claim(message.pk)
    assert tenth
    assert outbox.is_spent(tenth)


def test_a_long_answer_of_the_mail_server_is_cut_to_its_column(cast: Cast) -> None:
    claimed = outbox.claim(make_message(business=cast.greenlawn).pk)
    assert claimed
    outbox.mark_failed(claimed, "x" * 2_000)
    assert fate(claimed) == "failed"
    assert claimed.reason == "x" * 500


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by the size of the table")
def test_what_is_due_and_what_failed_are_found_by_their_small_indexes(cast: Cast) -> None:
    assert "message_outbox" in outbox.due().order_by("next_try", "id").explain()
    undelivered = Message.objects.undelivered().filter(business=cast.greenlawn)
    assert "message_undelivered" in undelivered.explain()


@pytest.mark.parametrize("rows", [1, 3])
def test_looking_for_what_is_due_is_one_statement(
    cast: Cast, rows: int, django_assert_num_queries: object
) -> None:
    for _ in range(rows):
        make_message(business=cast.greenlawn)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(outbox.due_keys(10)) == rows
