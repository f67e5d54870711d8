"""What the row says of the day before Approve is pressed: what it holds, who else asks, what else the client has."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from sidegate.models import BookingRequest, Business, ClientService, Visit
from tests import factories
from tests.conftest import Cast
from tests.office.reading import main

MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)
DAY = timedelta(days=1)
QUEUE = "/greenlawn/office/requests"
pytestmark = pytest.mark.time_machine(datetime(2026, 3, 2, 15, tzinfo=UTC), tick=False)


@pytest.fixture
def busy(cast: Cast) -> ClientService:
    """Omar's; two visits of an hour stand on Tuesday, one that was cancelled, and one on Monday in three weeks."""
    agreed = factories.make_client_service(client=cast.omar, property=cast.cedar_row, service=cast.mowing)
    for status in ("scheduled", "completed", "cancelled"):
        factories.make_visit(client_service=agreed, date=TUESDAY, status=status)
    factories.make_visit(client_service=agreed, date=MONDAY + timedelta(weeks=3))
    return agreed


def asks(cast: Cast, first: date = TUESDAY, last: date = TUESDAY + 3 * DAY, **fields: Any) -> BookingRequest:
    fields = {"client": cast.maria, "property": cast.palm_court, "service": cast.mowing, **fields}
    return factories.make_booking_request(window_start=first, window_end=last, **fields)


def holds(**bounds: Any) -> None:
    Business.objects.update(**bounds)


def around(answer: Any, reference: str = "") -> str:
    """The quiet lines of that card, or of the first."""
    page = answer.content.decode()
    card = page[page.index(f'data-reference="{reference}') :].split("</article>")[0]
    found = re.findall(r'<(\w+) class="around-day[^>]*>(.*?)</\1>', card, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", " ".join(inside for _tag, inside in found))).strip()


def plan_on(office: Browser, asked: BookingRequest, day: date) -> Any:
    page = f"{QUEUE}/{asked.reference}/plan?date={day}"
    return office.get(page, headers={"HX-Request": "true"})


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ({}, "That day: 2 visits"),
        ({"capacity_visits": 6}, "That day: 2 of 6 visits"),
        ({"capacity_minutes": 480}, "That day: 2 of 8 h"),
        ({"capacity_visits": 6, "capacity_minutes": 480}, "That day: 2 of 6 visits · 2 of 8 h"),
    ],
)
def test_the_row_and_the_requests_page_say_what_the_day_holds(
    office: Browser, cast: Cast, busy: ClientService, bounds: dict[str, int], said: str
) -> None:
    holds(**bounds)
    asked = asks(cast)
    assert around(office.get(QUEUE)) == said
    assert around(office.get(f"{QUEUE}/{asked.reference}")) == said


@pytest.mark.parametrize("bounds", [{}, {"capacity_visits": 6}])
def test_another_day_is_counted_as_soon_as_it_is_chosen_also_outside_her_dates(
    office: Browser, cast: Cast, busy: ClientService, bounds: dict[str, int]
) -> None:
    holds(**bounds)
    asked = asks(cast)
    one, none = ("1 of 6 visits", "0 of 6 visits") if bounds else ("1 visit", "no visits")
    assert around(plan_on(office, asked, WEDNESDAY)) == f"That day: {none}"
    assert around(plan_on(office, asked, MONDAY + timedelta(weeks=3))) == f"That day: {one}"


def test_a_day_outside_her_dates_is_known_to_be_full(
    office: Browser, cast: Cast, busy: ClientService
) -> None:
    holds(capacity_visits=1)
    read = main(office.get(f"{QUEUE}/{asks(cast).reference}?date={MONDAY + timedelta(weeks=3)}"))
    assert "Mon, Mar 23 is full already." in read
    assert "That day: 1 of 1 visit" in read


def test_a_visit_asked_to_another_day_counts_that_day(
    office: Browser, cast: Cast, busy: ClientService
) -> None:
    hers = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    visit = factories.make_visit(client_service=hers, date=MONDAY)
    asked = asks(cast, kind="move_visit", about_visit=visit)
    asked.events.update(data={"visit_date": MONDAY.isoformat()})
    assert around(office.get(QUEUE)) == "That day: 2 visits"


def test_a_visit_asked_to_be_skipped_needs_no_room(office: Browser, cast: Cast, busy: ClientService) -> None:
    hers = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    visit = factories.make_visit(client_service=hers, date=TUESDAY)
    asked = asks(cast, TUESDAY, TUESDAY, kind="skip_visit", about_visit=visit)
    asked.events.update(data={"visit_date": TUESDAY.isoformat()})
    other = asks(cast, client=cast.omar, property=cast.cedar_row)
    page = office.get(QUEUE)
    assert around(page, asked.reference) == ""
    assert "asks for it" not in around(page, other.reference)


def test_two_ways_to_approve_have_one_day(office: Browser, cast: Cast, busy: ClientService) -> None:
    asked = asks(cast, kind="recurring", frequency="weekly")
    assert around(office.get(QUEUE)) == "That day: 2 visits"
    assert around(plan_on(office, asked, WEDNESDAY)) == "That day: no visits"


# Who else asks for it


def test_the_row_says_how_many_more_ask_for_the_day_and_leads_to_them(office: Browser, cast: Cast) -> None:
    asked = asks(cast)
    omars = {"client": cast.omar, "property": cast.cedar_row}
    also = [asks(cast, MONDAY, TUESDAY, **omars), asks(cast, TUESDAY, TUESDAY, **omars)]
    apart = asks(cast, WEDNESDAY, WEDNESDAY, **omars)
    asks(cast, status="withdrawn", **omars)
    page = office.get(QUEUE)
    assert around(page, asked.reference).endswith("2 more ask for it")
    assert around(page, apart.reference).endswith("1 more asks for it")
    assert f'href="{QUEUE}?day=2026-03-03"' in page.content.decode()
    listed = office.get(f"{QUEUE}?day=2026-03-03").content.decode()
    shown = set(re.findall(r'data-reference="([^"]+)"', listed))
    assert shown == {asked.reference, *(one.reference for one in also)}


def test_a_day_that_cannot_hold_them_all_is_said_to_be_one(
    office: Browser, cast: Cast, busy: ClientService
) -> None:
    asks(cast)
    asks(cast, client=cast.omar, property=cast.cedar_row)
    for most, said in (
        (4, "1 more asks for it"),
        (3, "1 more asks for it, not all fit"),
    ):
        holds(capacity_visits=most)
        assert around(office.get(QUEUE)) == f"That day: 2 of {most} visits · {said}"


def test_another_business_asks_for_nothing_here(office: Browser, cast: Cast) -> None:
    asks(cast)
    theirs = factories.make_service(business=cast.bluepool)
    pool = factories.make_property(client=cast.bluepool_client, address="1 Pool Way")
    asks(cast, client=cast.bluepool_client, property=pool, service=theirs)
    agreed = factories.make_client_service(client=cast.bluepool_client, property=pool, service=theirs)
    factories.make_visit(client_service=agreed, date=TUESDAY)
    assert around(office.get(QUEUE)) == "That day: no visits"


def test_a_day_in_the_address_that_is_none_narrows_nothing(office: Browser, cast: Cast) -> None:
    asked = asks(cast)
    for typed in ("2026-02-30", "tomorrow", "", "%00", "9999-99-99"):
        assert asked.reference in office.get(f"{QUEUE}?day={typed}").content.decode()


# What the client has that week


def test_the_row_names_what_else_the_client_has_that_week(office: Browser, cast: Cast) -> None:
    windows = factories.make_service(business=cast.greenlawn, names={"en": "Window cleaning"})
    agreed = factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=windows, frequency="", rule=""
    )
    for day in (MONDAY - DAY, MONDAY + 7 * DAY):
        factories.make_visit(client_service=agreed, date=day)
    factories.make_visit(client_service=agreed, date=WEDNESDAY, status="cancelled")
    asked = asks(cast)
    assert around(office.get(QUEUE)) == "That day: no visits"
    for day in (MONDAY + 6 * DAY, MONDAY):
        factories.make_visit(client_service=agreed, date=day)
    said = "Window cleaning on Mon, Mar 2 · Window cleaning on Sun, Mar 8"
    assert around(office.get(QUEUE)).endswith(f"Maria also has: {said}")
    factories.make_visit(client_service=agreed, date=WEDNESDAY)
    factories.make_visit(client_service=agreed, date=WEDNESDAY + DAY)
    assert around(office.get(f"{QUEUE}/{asked.reference}")).endswith(
        "Window cleaning on Mon, Mar 2 · Window cleaning on Wed, Mar 4 · +2 more"
    )


def test_the_visit_that_is_to_be_moved_is_not_another_one(office: Browser, cast: Cast) -> None:
    hers = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    visit = factories.make_visit(client_service=hers, date=MONDAY)
    asked = asks(cast, kind="move_visit", about_visit=visit)
    asked.events.update(data={"visit_date": MONDAY.isoformat()})
    assert "also has" not in around(office.get(QUEUE))


def test_what_stands_around_a_day_leaves_the_plan_as_it_was_shown(office: Browser, cast: Cast) -> None:
    asked = asks(cast)
    plan = re.search(r'name="plan" value="(\w+)"', office.get(QUEUE).content.decode())
    assert plan
    agreed = factories.make_client_service(client=cast.omar, property=cast.cedar_row, service=cast.mowing)
    factories.make_visit(client_service=agreed, date=TUESDAY)
    asks(cast, client=cast.omar, property=cast.cedar_row)
    answer = office.post(
        f"{QUEUE}/{asked.reference}/approve", {"plan": plan[1]}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert Visit.objects.get(booking_request=asked).date == TUESDAY


# A service she had before


def ended(cast: Cast, **fields: Any) -> ClientService:
    fields = {"property": cast.palm_court, "status": "cancelled", "price_minor": 8500, **fields}
    return factories.make_client_service(client=cast.maria, service=cast.mowing, **fields)


def test_a_service_that_was_ended_is_said_with_its_last_visit_and_price(office: Browser, cast: Cast) -> None:
    older, latest = ended(cast, price_minor=7000), ended(cast)
    factories.make_visit(client_service=older, date=MONDAY - 60 * DAY, status="completed")
    factories.make_visit(client_service=latest, date=MONDAY - 30 * DAY, status="completed")
    factories.make_visit(client_service=latest, date=MONDAY + 5 * DAY, status="cancelled")
    asks(cast)
    read = main(office.get(QUEUE))
    assert "Maria had this service here until Sat, Jan 31, at $85." in read
    assert "$70" not in read


def test_one_that_never_had_a_visit_is_said_without_a_day(office: Browser, cast: Cast) -> None:
    ended(cast)
    asks(cast)
    read = main(office.get(QUEUE))
    assert "Maria had this service here before, at $85. That one has ended." in read


@pytest.mark.parametrize("now", ["active", "paused"])
def test_an_ended_service_is_not_spoken_of_beside_one_that_she_has(
    office: Browser, cast: Cast, now: str
) -> None:
    ended(cast)
    ended(cast, status=now)
    asks(cast)
    read = main(office.get(QUEUE))
    assert "had this service" not in read
    assert ("paused here, at $85" in read) == (now == "paused")


def test_ended_elsewhere_or_ended_once_is_not_spoken_of(office: Browser, cast: Cast) -> None:
    ended(cast, property=factories.make_property(client=cast.maria, address="3 Lake Road"))
    ended(cast, frequency="", rule="")
    ended(cast, status="completed")
    asks(cast)
    assert "had this service" not in main(office.get(QUEUE))


# Dates that have passed


def test_dates_that_have_passed_are_said_on_the_row_and_on_the_requests_page(
    office: Browser, cast: Cast
) -> None:
    asked = asks(cast, MONDAY - 5 * DAY, MONDAY - DAY)
    for page in (QUEUE, f"{QUEUE}/{asked.reference}"):
        answer = office.get(page)
        assert "The dates Maria asked for have passed. Choose a date." in main(answer)
        assert around(answer) == ""
    assert around(plan_on(office, asked, TUESDAY)) == "That day: no visits"
