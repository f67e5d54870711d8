"""Decline writes with the reason; undo takes a decision back whole (DESIGN rules 16 and 17)."""

from collections.abc import Callable
from typing import Any

import pytest

from sidegate.actions.booking_requests import (
    Choices,
    approve_booking_request,
    decline_booking_request,
    undo_booking_request,
)
from sidegate.actions.errors import AlreadyDecided, UndoRefused
from sidegate.actions.visits import VisitChanges, cancel_visit, change_visit, complete_visit
from sidegate.models import BookingRequest, ClientService, Event, Message, Visit
from tests import factories
from tests.conftest import Cast

from .conftest import FRIDAY
from .test_plan import agree, ask


@pytest.fixture
def undoable(cast: Cast) -> None:
    cast.greenlawn.undo_seconds = 60
    cast.greenlawn.save()


def fresh(booking_request: BookingRequest) -> BookingRequest:
    return BookingRequest.objects.select_related("business").get(pk=booking_request.pk)


def test_decline_writes_the_reason_in_her_language_and_makes_no_visit(cast: Cast) -> None:
    booking_request = ask(cast)
    decline_booking_request(booking_request, by=cast.dana, reason="That week is full.")
    message = Message.objects.get()
    assert (message.key, message.language) == ("booking.declined", "es")
    assert "That week is full." in message.text
    assert (Visit.objects.count(), fresh(booking_request).status) == (0, "declined")


def test_without_a_reason_there_is_no_empty_reason_anywhere(cast: Cast) -> None:
    decline_booking_request(ask(cast), by=cast.dana)
    text = Message.objects.get().text
    assert "otivo" not in text and "\n\n\n" not in text


def test_declining_an_issue_report_reads_as_an_answer(cast: Cast) -> None:
    decline_booking_request(
        ask(cast, kind="issue_report"), by=cast.dana, reason="The sprinkler is off on purpose."
    )
    assert Message.objects.get().key == "booking.answered"


def test_decline_twice_writes_once(cast: Cast) -> None:
    booking_request = ask(cast)
    decline_booking_request(booking_request, by=cast.dana)
    with pytest.raises(AlreadyDecided):
        decline_booking_request(booking_request, by=cast.dana)
    assert Message.objects.count() == 1


def test_an_archived_client_can_still_be_declined(cast: Cast) -> None:
    booking_request = ask(cast)
    type(cast.maria).objects.filter(pk=cast.maria.pk).update(archived_at=booking_request.created_at)
    decline_booking_request(booking_request, by=cast.dana)
    assert fresh(booking_request).status == "declined"


def test_undo_returns_the_request_and_deletes_all_that_the_decision_made(cast: Cast, undoable: None) -> None:
    booking_request = ask(cast, kind="recurring", frequency="weekly")
    approve_booking_request(booking_request, by=cast.dana, choices=Choices(as_recurring=True))
    undo_booking_request(booking_request, by=cast.dana)
    assert (Visit.objects.count(), ClientService.objects.count(), Message.objects.count()) == (0, 0, 0)
    again = fresh(booking_request)
    assert (again.status, again.outcome, again.decided_by, again.undo_until) == ("pending", "", None, None)
    assert [e.verb for e in Event.objects.order_by("at", "id")] == ["submitted", "approved", "undone"]


def test_after_an_undo_it_can_be_decided_again(cast: Cast, undoable: None) -> None:
    booking_request = ask(cast)
    decline_booking_request(booking_request, by=cast.dana)
    undo_booking_request(booking_request, by=cast.dana)
    approve_booking_request(booking_request, by=cast.dana)
    assert fresh(booking_request).decision_no == 2
    assert [m.key for m in Message.objects.all()] == ["booking.approved"]


def test_messages_are_held_until_undo_is_over(cast: Cast, undoable: None) -> None:
    booking_request = ask(cast)
    approve_booking_request(booking_request, by=cast.dana)
    assert Message.objects.get().next_try == fresh(booking_request).undo_until


def test_undo_is_over_when_its_time_is(cast: Cast, undoable: None, monday_morning: Any) -> None:
    booking_request = ask(cast)
    approve_booking_request(booking_request, by=cast.dana)
    monday_morning.shift(61)
    with pytest.raises(UndoRefused) as refused:
        undo_booking_request(booking_request, by=cast.dana)
    assert refused.value.code == "already_sent"
    assert (fresh(booking_request).status, Visit.objects.count()) == ("approved", 1)


@pytest.mark.parametrize("status", ["sending", "sent", "failed"])
def test_undo_is_over_when_a_message_has_left(cast: Cast, undoable: None, status: str) -> None:
    booking_request = ask(cast)
    approve_booking_request(booking_request, by=cast.dana)
    now = booking_request.created_at
    Message.objects.update(status=status, attempts=1, sent_at=now, lease_until=now)
    with pytest.raises(UndoRefused) as refused:
        undo_booking_request(booking_request, by=cast.dana)
    assert refused.value.code == "already_sent"
    assert (fresh(booking_request).status, Visit.objects.count(), Message.objects.count()) == (
        "approved",
        1,
        1,
    )


def move(visit: Visit, cast: Cast) -> None:
    changes = VisitChanges(FRIDAY, visit.part_of_day, None, is_charged=True)
    assert change_visit(visit, changes, by=cast.dana, version=visit.version)


def complete(visit: Visit, cast: Cast) -> None:
    complete_visit(visit, by=cast.dana, version=visit.version)


@pytest.mark.parametrize("change", [move, complete])
def test_undo_is_refused_where_the_visit_was_moved_or_completed(
    cast: Cast, undoable: None, change: Callable[[Visit, Cast], None]
) -> None:
    booking_request = ask(cast)
    approve_booking_request(booking_request, by=cast.dana, choices=Choices(date=cast.greenlawn.today()))
    change(visit_in_hand(), cast)
    before = Message.objects.count()
    with pytest.raises(UndoRefused) as refused:
        undo_booking_request(booking_request, by=cast.dana)
    assert refused.value.code == "visit_changed"
    after = (fresh(booking_request).status, Visit.objects.count(), Message.objects.count())
    assert after == ("approved", 1, before)


def visit_in_hand() -> Visit:
    agreement = ("client_service__business", "client_service__client", "client_service__service")
    return Visit.objects.select_related(*agreement, "client_service__property", "booking_request").get()


def test_undo_holds_where_only_the_technician_or_the_charge_was_settled_meanwhile(
    cast: Cast, undoable: None
) -> None:
    booking_request = ask(cast)
    approve_booking_request(booking_request, by=cast.dana)
    visit = visit_in_hand()
    dana = cast.dana.memberships.get(business=cast.greenlawn)
    staffed = VisitChanges(visit.date, visit.part_of_day, dana, is_charged=False)
    assert not change_visit(visit, staffed, by=cast.dana, version=visit.version)
    undo_booking_request(booking_request, by=cast.dana)
    assert (fresh(booking_request).status, Visit.objects.count()) == ("pending", 0)


def test_undo_of_the_last_open_visit_ends_a_one_time_service_whose_others_were_cancelled(
    cast: Cast, undoable: None
) -> None:
    first, second = ask(cast), ask(cast)
    approve_booking_request(first, by=cast.dana)
    visit = visit_in_hand()
    approve_booking_request(second, by=cast.dana)
    cancel_visit(visit, by=cast.dana, version=visit.version)
    assert ClientService.objects.get().status == "active"
    undo_booking_request(second, by=cast.dana)
    assert (ClientService.objects.get().status, Visit.objects.get().status) == ("cancelled", "cancelled")


def test_undo_leaves_the_service_another_visit_stands_under(cast: Cast, undoable: None) -> None:
    first, second = ask(cast), ask(cast)
    approve_booking_request(first, by=cast.dana)
    approve_booking_request(second, by=cast.dana)
    undo_booking_request(first, by=cast.dana)
    assert ClientService.objects.count() == 1
    assert [visit.booking_request for visit in Visit.objects.all()] == [second]


def test_undo_of_a_visit_added_leaves_her_service_alone(cast: Cast, undoable: None) -> None:
    weekly = agree(cast)
    kept = factories.make_visit(client_service=weekly, date=FRIDAY)
    booking_request = ask(cast)
    approve_booking_request(booking_request, by=cast.dana)
    undo_booking_request(booking_request, by=cast.dana)
    assert list(Visit.objects.all()) == [kept]
    assert list(ClientService.objects.all()) == [weekly]


def test_a_pending_request_has_nothing_to_undo(cast: Cast) -> None:
    with pytest.raises(UndoRefused) as refused:
        undo_booking_request(ask(cast), by=cast.dana)
    assert refused.value.code == "not_decided"


def test_until_undo_is_over_the_client_sees_her_request_as_waiting(
    cast: Cast, undoable: None, monday_morning: Any
) -> None:
    booking_request = ask(cast)
    approve_booking_request(booking_request, by=cast.dana)
    assert fresh(booking_request).shown_status() == "pending"
    monday_morning.shift(61)
    assert fresh(booking_request).shown_status() == "approved"


def test_two_approvals_undone_in_the_order_they_came_leave_no_service_behind(
    cast: Cast, undoable: None
) -> None:
    first, second = ask(cast), ask(cast)
    for booking_request in (first, second):
        approve_booking_request(booking_request, by=cast.dana)
    for booking_request in (first, second):
        undo_booking_request(fresh(booking_request), by=cast.dana)
    assert (ClientService.objects.count(), Visit.objects.count()) == (0, 0)
