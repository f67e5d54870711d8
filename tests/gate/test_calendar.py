"""Calendar feeds: each visit once, in its reader's language, at an address that ends with its reader."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.utils import timezone
from icalendar import Calendar

from sidegate.actions.archiving import cancel_visits_and_archive, last_visits_of
from sidegate.actions.calendar_feeds import new_feed
from sidegate.actions.erasing import erase_client
from sidegate.actions.team import remove_member
from sidegate.actions.visits import VisitChanges, cancel_visit, change_visit
from sidegate.models import CalendarFeed, Client, ClientService, Event, Membership, Visit
from tests import factories
from tests.conftest import Cast

from ..office.reading import statements

DAY = timedelta(days=1)
AHEAD = date(2027, 6, 15)


@pytest.fixture
def mowing(cast: Cast) -> ClientService:
    return factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)


@pytest.fixture
def hers(cast: Cast) -> CalendarFeed:
    return new_feed(cast.greenlawn, client=cast.maria)


def address(feed: CalendarFeed) -> str:
    return f"/calendar/{feed.secret}.ics"


def read(feed: CalendarFeed, **headers: str) -> Any:
    return Browser().get(address(feed), headers=headers)


def events(feed: CalendarFeed) -> dict[str, Any]:
    """By visit what the feed says of it; each stands there once."""
    answer = read(feed)
    assert answer.status_code == 200
    found = Calendar.from_ical(answer.content).events
    keys = [str(event["uid"]).split("@")[0] for event in found]
    assert len(keys) == len(set(keys))
    return dict(zip(keys, found, strict=True))


def only(feed: CalendarFeed) -> Any:
    (event,) = events(feed).values()
    return event


def test_a_clients_feed_shows_her_visits_in_her_language_and_nobody_elses(
    cast: Cast, mowing: ClientService, hers: CalendarFeed
) -> None:
    visit = factories.make_visit(client_service=mowing, date=AHEAD, part_of_day="morning")
    omars = factories.make_client_service(client=cast.omar, property=cast.cedar_row, service=cast.mowing)
    factories.make_visit(client_service=omars, date=AHEAD)
    found = events(hers)
    assert set(found) == {str(visit.pk)}
    event = found[str(visit.pk)]
    assert (str(event["summary"]), str(event["location"])) == (
        "Corte de césped semanal, por la mañana",
        "12 Palm Court",
    )
    assert event["dtstart"].dt == AHEAD
    body = read(hers).content.decode()
    assert "Omar" not in body and "$" not in body and "9500" not in body


def test_a_technicians_feed_shows_their_own_visits_and_the_businesss_all(
    cast: Cast, mowing: ClientService
) -> None:
    theo = factories.make_member(business=cast.greenlawn, role="technician", name="Theo Park")
    his = factories.make_visit(client_service=mowing, date=AHEAD, technician=theo)
    other = factories.make_visit(client_service=mowing, date=AHEAD + DAY)
    pools = factories.make_client_service(
        client=cast.bluepool_client,
        property=factories.make_property(client=cast.bluepool_client),
        service=factories.make_service(business=cast.bluepool),
    )
    factories.make_visit(client_service=pools, date=AHEAD)
    assert set(events(new_feed(cast.greenlawn, member=theo))) == {str(his.pk)}
    found = events(new_feed(cast.greenlawn))
    assert set(found) == {str(his.pk), str(other.pk)}
    assert str(found[str(his.pk)]["summary"]) == "Maria Álvarez: Weekly mowing"


def test_an_arrival_window_is_a_local_time_with_its_zone(mowing: ClientService, hers: CalendarFeed) -> None:
    factories.make_visit(
        client_service=mowing,
        date=AHEAD,
        arrives_from=time(9),
        arrives_until=time(11),
        duration_minutes=45,
    )
    event = only(hers)
    assert event["dtstart"].dt == datetime(2027, 6, 15, 9, tzinfo=ZoneInfo("America/New_York"))
    assert event["duration"].dt == timedelta(minutes=45)
    body = read(hers).content.decode()
    assert "DTSTART;TZID=America/New_York:20270615T090000" in body
    assert body.count("BEGIN:VTIMEZONE") == 1


def test_moving_and_cancelling_update_the_subscribers_calendar(
    cast: Cast, mowing: ClientService, hers: CalendarFeed
) -> None:
    visit = factories.make_visit(client_service=mowing, date=AHEAD)
    key, before = str(visit.pk), only(hers)
    change_visit(visit, VisitChanges(AHEAD + DAY, "any", None, True), by=cast.dana, version=0)
    moved = events(hers)[key]
    assert (moved["dtstart"].dt, moved["sequence"], str(moved["status"])) == (AHEAD + DAY, 1, "CONFIRMED")
    assert moved["last-modified"].dt >= before["last-modified"].dt
    cancel_visit(visit, by=cast.dana, version=1)
    gone = events(hers)[key]
    assert (gone["sequence"], str(gone["status"])) == (2, "CANCELLED")
    assert gone["uid"] == moved["uid"] == before["uid"]
    Event.objects.update(at=timezone.now() - 61 * DAY)
    Visit.objects.update(created_at=timezone.now() - 90 * DAY)
    assert events(hers) == {}


def test_the_feed_reaches_sixty_days_back_and_all_ahead(
    cast: Cast, mowing: ClientService, hers: CalendarFeed
) -> None:
    today = cast.greenlawn.today()
    days = [today - 61 * DAY, today - 60 * DAY, today, today + 400 * DAY]
    for day in days:
        factories.make_visit(client_service=mowing, date=day)
    assert [event["dtstart"].dt for event in events(hers).values()] == days[1:]


def test_what_may_still_be_undone_is_not_shown_yet(
    cast: Cast, mowing: ClientService, hers: CalendarFeed
) -> None:
    asked = factories.make_booking_request(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, status="approved",
        outcome="visit_added", decided_by=cast.dana, decided_at=timezone.now(),
        undo_until=timezone.now() + timedelta(seconds=60),
    )  # fmt: skip
    factories.make_visit(client_service=mowing, date=AHEAD, booking_request=asked)
    assert events(hers) == {}
    asked.undo_until = timezone.now()
    asked.save()
    assert len(events(hers)) == 1


def test_an_unchanged_feed_is_not_sent_again_and_stays_private(
    mowing: ClientService, hers: CalendarFeed
) -> None:
    factories.make_visit(client_service=mowing, date=AHEAD)
    answer = read(hers)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in answer["Cache-Control"] and "Set-Cookie" not in answer
    again = read(hers, **{"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Visit.objects.update(version=1)
    assert read(hers, **{"If-None-Match": answer["ETag"]}).status_code == 200


def unknown() -> bytes:
    return Browser().get("/calendar/nobody-knows-this.ics").content


def test_an_address_that_nobody_has_is_the_one_404(cast: Cast, hers: CalendarFeed) -> None:
    new_feed(cast.greenlawn, client=cast.maria)
    for secret in (hers.secret, "x", "x" * 300, "%00", "..%2f"):
        answer = Browser().get(f"/calendar/{secret}.ics")
        assert (answer.status_code, answer.content) == (404, unknown())
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 1


Ends = Callable[[Cast], None]


def archives(cast: Cast) -> None:
    cancel_visits_and_archive(last_visits_of(cast.maria), by=cast.dana)


def erases(cast: Cast) -> None:
    erase_client(cast.maria, by=cast.dana)
    assert not CalendarFeed.objects.filter(client=cast.maria).exists()


@pytest.mark.parametrize("ends", [archives, erases])
def test_with_the_client_goes_the_feed(cast: Cast, hers: CalendarFeed, ends: Ends) -> None:
    assert read(hers).status_code == 200
    ends(cast)
    assert (read(hers).status_code, read(hers).content) == (404, unknown())


def test_who_leaves_the_team_reads_no_feed_any_more(cast: Cast) -> None:
    owner = factories.make_member(business=cast.greenlawn, name="Ada Park")
    staff = factories.make_member(business=cast.greenlawn, role="staff", name="Theo Park")
    own, whole = new_feed(cast.greenlawn, member=staff), new_feed(cast.greenlawn)
    remove_member(staff, by=cast.dana)
    assert (read(own).status_code, read(whole).status_code) == (404, 200)
    remove_member(owner, by=cast.dana)  # an owner knew the business's own address
    assert read(whole).status_code == 404
    Membership.objects.filter(pk=staff.pk).update(is_active=True)
    assert read(own).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_a_feed_of_many_visits_asks_no_more(
    cast: Cast, mowing: ClientService, hers: CalendarFeed, count: int
) -> None:
    for number in range(count):
        visit = factories.make_visit(client_service=mowing, date=AHEAD + number * DAY)
        Event.objects.create(business=cast.greenlawn, visit=visit, verb="visit_added")
    assert statements(Browser(), address(hers)) == 4


def test_t36_what_was_typed_breaks_no_line(cast: Cast, mowing: ClientService, hers: CalendarFeed) -> None:
    hostile = "12 Palm\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil; a, b\\n"
    type(cast.palm_court).objects.filter(pk=cast.palm_court.pk).update(address=hostile)
    Client.objects.filter(pk=cast.maria.pk).update(name="Ma\r\nATTENDEE:mailto:x@example.com")
    factories.make_visit(client_service=mowing, date=AHEAD)
    for feed in (hers, new_feed(cast.greenlawn)):
        assert "evil" in str(only(feed)["location"])
        assert b"\nATTENDEE" not in read(feed).content
