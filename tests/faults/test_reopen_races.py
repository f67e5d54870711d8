"""Two people open a request again at once, or one while the other moves its visit: once, and nothing half-done."""

import pytest

from sidegate.actions.booking_requests import approve_booking_request, reopen_booking_request
from sidegate.actions.invariants import violations
from sidegate.actions.visits import cancel_visit
from sidegate.models import BookingRequest, Event, Message, Visit
from tests.conftest import Cast

from .test_races import approve, at_once, fresh, pending

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 15


def test_reopened_twice_at_once_it_waits_once_and_she_is_told_once(cast: Cast) -> None:
    for booking_request in pending(cast, ROUNDS):
        approve_booking_request(fresh(booking_request), by=cast.dana)
        at_once([lambda b=booking_request: reopen_booking_request(fresh(b), by=cast.dana)] * 3)
        assert Event.objects.filter(booking_request=booking_request, verb="reopened").count() == 1
        assert Message.objects.filter(booking_request=booking_request, key="booking.reopened").count() == 1
    assert set(Visit.objects.values_list("status", flat=True)) == {"cancelled"}
    assert violations() == []


def test_reopened_while_its_visit_is_cancelled_by_hand_and_while_it_is_approved_anew(cast: Cast) -> None:
    for booking_request in pending(cast, ROUNDS):
        approve_booking_request(fresh(booking_request), by=cast.dana)
        visit = Visit.objects.select_related("client_service__client", "booking_request").get(
            booking_request=booking_request
        )
        at_once(
            [
                lambda b=booking_request: reopen_booking_request(fresh(b), by=cast.dana),
                lambda v=visit: cancel_visit(v, by=cast.dana, version=0),
                approve(booking_request, cast.dana),
            ]
        )
        visit.refresh_from_db()
        assert visit.status == "cancelled"
    assert set(BookingRequest.objects.values_list("status", flat=True)) <= {"pending", "approved"}
    assert violations() == []
