"""The letter about a visit carries it for her calendar: under one key, and as it was when the letter was written."""

from datetime import date, time, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client as Browser
from icalendar import Calendar

from sidegate.actions.booking_requests import Choices, approve_booking_request, decline_booking_request
from sidegate.actions.calendar_feeds import new_feed
from sidegate.actions.client_services import cancel
from sidegate.actions.visits import VisitChanges, cancel_visit, change_visit
from sidegate.delivery.worker import deliver_due
from sidegate.models import BookingRequest, ClientService, Message, Visit
from tests import factories
from tests.conftest import Cast

from .sink import Sink

DAY = timedelta(days=1)


def file_of(mail: EmailMessage) -> Any:
    """The calendar that the mail carries; None where it carries none."""
    files = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    if not files:
        return None
    (file,) = files
    assert (file.get_param("method"), file.get_filename()) == ("PUBLISH", "visit.ics")
    payload = file.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return Calendar.from_ical(payload)


def mails(sink: Sink) -> list[EmailMessage]:
    """In the order in which they were written."""
    while deliver_due():
        pass
    order = list(Message.objects.order_by("id").values_list("message_id", flat=True))
    return sorted(sink.mails, key=lambda mail: order.index(mail["Message-ID"]))


@pytest.fixture
def agreed(cast: Cast) -> ClientService:
    return factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)


@pytest.fixture
def asked(cast: Cast) -> BookingRequest:
    return factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)


@pytest.mark.django_db
def test_each_letter_carries_what_it_speaks_of_however_late_it_leaves(
    cast: Cast, agreed: ClientService, asked: BookingRequest, sink: Sink
) -> None:
    approve_booking_request(asked, by=cast.dana)
    visit = Visit.objects.select_related("client_service__business").get()
    first, later = visit.date, visit.date + DAY
    change_visit(visit, VisitChanges(later, "morning", None, True), by=cast.dana, version=0)
    cancel_visit(visit, by=cast.dana, version=1)
    approved, moved, cancelled = (file_of(mail).events[0] for mail in mails(sink))
    assert {str(event["uid"]) for event in (approved, moved, cancelled)} == {f"{visit.pk}@localhost"}
    said = [
        (event["sequence"], event["dtstart"].dt, str(event["status"]))
        for event in (approved, moved, cancelled)
    ]
    assert said == [(0, first, "CONFIRMED"), (1, later, "CONFIRMED"), (2, later, "CANCELLED")]
    assert str(moved["summary"]) == "Corte de césped semanal, por la mañana"
    assert str(moved["organizer"]).startswith("mailto:")


@pytest.mark.django_db
def test_the_key_is_that_of_her_feed(
    cast: Cast, agreed: ClientService, asked: BookingRequest, sink: Sink
) -> None:
    approve_booking_request(asked, by=cast.dana)
    (mail,) = mails(sink)
    feed = new_feed(cast.greenlawn, client=cast.maria)
    (in_feed,) = Calendar.from_ical(Browser().get(f"/calendar/{feed.secret}.ics").content).events
    (in_mail,) = file_of(mail).events
    for name in ("uid", "summary", "location", "sequence", "status", "url"):
        assert in_mail[name] == in_feed[name]


@pytest.mark.django_db
def test_a_series_carries_all_its_first_visits(cast: Cast, sink: Sink) -> None:
    asked = factories.make_booking_request(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, kind="recurring", frequency="weekly"
    )
    approve_booking_request(asked, by=cast.dana, choices=Choices(as_recurring=True))
    (mail,) = mails(sink)
    assert {event["dtstart"].dt for event in file_of(mail).events} == set(
        Visit.objects.values_list("date", flat=True)
    )


@pytest.mark.django_db
def test_an_arrival_window_comes_with_its_zone(cast: Cast, agreed: ClientService, sink: Sink) -> None:
    visit = factories.make_visit(
        client_service=agreed, date=date(2027, 3, 12), arrives_from=time(9), arrives_until=time(11)
    )
    later = VisitChanges(date(2027, 3, 15), "any", None, True, time(9), time(11))
    change_visit(visit, later, by=cast.dana, version=0)
    (mail,) = mails(sink)
    (event,) = file_of(mail).events
    assert event["dtstart"].dt.isoformat() == "2027-03-15T09:00:00-04:00"
    assert "Llegada entre" in str(event["description"]) or "Arrival" in str(event["description"])
    assert len(file_of(mail).timezones) == 1


@pytest.mark.django_db
def test_a_letter_about_no_visit_carries_nothing(cast: Cast, asked: BookingRequest, sink: Sink) -> None:
    decline_booking_request(asked, by=cast.dana)
    (mail,) = mails(sink)
    assert file_of(mail) is None
    assert mail.get_content_type() == "multipart/alternative"


@pytest.mark.django_db
def test_the_letter_and_its_file_are_one_mail_in_her_language(
    cast: Cast, agreed: ClientService, asked: BookingRequest, sink: Sink
) -> None:
    approve_booking_request(asked, by=cast.dana)
    (mail,) = mails(sink)
    assert mail["Content-Language"] == "es"
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
    ]  # fmt: skip


@pytest.mark.django_db
def test_one_letter_about_several_cancelled_visits_carries_them_all(
    cast: Cast, agreed: ClientService, sink: Sink
) -> None:
    today = cast.greenlawn.today()
    for ahead in (7, 14, 21):
        factories.make_visit(client_service=agreed, date=today + ahead * DAY)
    cancel(agreed, by=cast.dana, clears_schedule=True)
    (mail,) = mails(sink)
    said = {(str(event["status"]), event["sequence"], event["dtstart"].dt) for event in file_of(mail).events}
    assert said == {("CANCELLED", 1, today + ahead * DAY) for ahead in (7, 14, 21)}
