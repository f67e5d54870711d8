"""Once a day the office reads what is due: in the morning of its own working day, each member in her language."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from sidegate.actions.booking_requests import approve_booking_request
from sidegate.actions.reminding import remind_offices
from sidegate.models import BookingRequest, Business, Message
from tests import factories
from tests.conftest import Cast

MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)  # in New York
pytestmark = pytest.mark.time_machine(NOON, tick=False)


def asked(cast: Cast, **fields: Any) -> BookingRequest:
    return factories.make_booking_request(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, **{"reply_by": MONDAY, **fields}
    )


def told() -> list[Message]:
    return list(Message.objects.filter(key="office.requests_waiting").order_by("id"))


def test_everyone_of_the_office_reads_what_is_due_in_their_own_language(cast: Cast) -> None:
    factories.make_member(business=cast.greenlawn, role="staff", language="es", email="rosa@example.com")
    factories.make_member(business=cast.greenlawn, role="technician", email="luis@example.com")
    one = asked(cast)
    asked(cast, reply_by=MONDAY - timedelta(days=3))
    asked(cast, reply_by=MONDAY + timedelta(days=1))
    assert remind_offices() == 1
    hers, theirs = told()
    assert (hers.to_address, hers.subject) == ("dana@example.com", "2 waiting for your answer today")
    assert (theirs.to_address, theirs.subject) == ("rosa@example.com", "2 por responder hoy")
    assert f"/greenlawn/office/requests/{one.reference}" in hers.text
    assert "Maria Álvarez, Mowing, promised by Mon, Mar 2" in hers.text
    assert "Corte de césped" in theirs.text


def test_once_a_day_and_again_the_next_working_day(cast: Cast) -> None:
    asked(cast)
    assert [remind_offices(), remind_offices()] == [1, 0]
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        assert [remind_offices(), remind_offices()] == [1, 0]
    assert len(told()) == 2


def test_nobody_is_woken_nor_written_to_on_a_closed_day(cast: Cast) -> None:
    asked(cast, reply_by=MONDAY - timedelta(days=3))
    for moment in (
        datetime(2026, 3, 2, 11, 59, tzinfo=UTC),  # a minute to seven
        NOON - timedelta(days=1),  # Sunday
    ):
        with time_machine.travel(moment, tick=False):
            assert remind_offices() == 0
    Business.objects.update(closed_dates=[MONDAY.isoformat()])
    assert remind_offices() == 0
    assert told() == []


@pytest.mark.parametrize(("zone", "reminded"), [("Pacific/Auckland", 0), ("America/Los_Angeles", 1)])
def test_the_morning_is_that_of_the_business(cast: Cast, zone: str, reminded: int) -> None:
    """At noon in New York it is nine in Los Angeles, and six in the morning of Tuesday in Auckland."""
    Business.objects.update(time_zone=zone)
    asked(cast)
    assert remind_offices() == reminded


def test_nothing_due_no_mail(cast: Cast) -> None:
    approve_booking_request(asked(cast), by=cast.dana)
    asked(cast, reply_by=MONDAY + timedelta(days=1))
    waits_for_her = asked(cast)
    BookingRequest.objects.filter(pk=waits_for_her.pk).update(turn="client")
    assert remind_offices() == 0


def test_more_than_five_are_counted_and_five_are_named(cast: Cast) -> None:
    for _number in range(7):
        asked(cast)
    remind_offices()
    (message,) = told()
    assert message.subject.startswith("7 ")
    assert message.text.count("promised by") == 5
