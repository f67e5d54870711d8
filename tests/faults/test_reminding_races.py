"""Two workers remind the office at once, while someone answers: each of the office reads it once at most."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from sidegate.actions.invariants import violations
from sidegate.actions.reminding import remind_offices
from sidegate.models import BookingRequest, Business, Event, Message
from tests.conftest import Cast

from .test_races import at_once, decline, pending

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)  # in New York, a Monday
DAYS = 8


def test_reminded_by_three_workers_at_once_each_reads_it_once_a_day(cast: Cast) -> None:
    requests = pending(cast, DAYS)
    BookingRequest.objects.update(reply_by=NOON.date())
    Business.objects.update(working_days=[0, 1, 2, 3, 4, 5, 6])
    for number, booking_request in enumerate(requests):
        with time_machine.travel(NOON + timedelta(days=number)):
            at_once([remind_offices, remind_offices, remind_offices, decline(booking_request, cast.dana)])
    reminded = Event.objects.filter(verb="office_reminded").count()
    told = Message.objects.filter(key="office.requests_waiting", to_address="dana@example.com").count()
    # On the last day somebody may have answered the last one before any of them looked.
    assert told == reminded and reminded in (DAYS - 1, DAYS)
    assert violations() == []
