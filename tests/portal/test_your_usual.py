"""Your usual: what she asked for last, once more, with new dates and one press less."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from sidegate.actions.booking_requests import Options
from sidegate.models import BookingRequest, Business, Property, Service
from tests import factories
from tests.conftest import Cast
from tests.office.reading import main

HOME = "/greenlawn/"
NEW = "/greenlawn/requests/new"


@pytest.fixture
def asked(cast: Cast) -> BookingRequest:
    return factories.make_booking_request(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, part_of_day="morning",
        notes="Only the back, this time.",
    )  # fmt: skip


def test_it_stands_beside_request_a_visit_and_opens_the_form_filled_in(
    portal: Browser, cast: Cast, asked: BookingRequest
) -> None:
    assert "Lo de siempre: Corte de césped 12 Palm Court" in main(portal.get(HOME))
    form = portal.get(f"{NEW}?usual={asked.reference}").content.decode()
    assert f'value="{cast.mowing.pk}" data-name="Corte de césped" data-price="$95" selected' in form
    assert re.search(r'name="part_of_day" value="morning" checked', form)
    assert "Only the back" not in form
    start = re.search(r'name="window_start" value="([\d-]+)"', form)
    assert start
    assert date.fromisoformat(start[1]) >= cast.greenlawn.today()


def test_one_press_on_send_is_all_that_is_left(portal: Browser, cast: Cast, asked: BookingRequest) -> None:
    form = portal.get(f"{NEW}?usual={asked.reference}").content.decode()
    token = re.search(r'name="token" value="([^"]+)"', form)
    days = dict(re.findall(r'name="(window_\w+)" value="([\d-]+)"', form))
    assert token
    sent = {
        "token": token[1],
        "kind": "one_time",
        "service": str(cast.mowing.pk),
        "part_of_day": "morning",
        **days,
    }
    assert portal.post(f"{NEW}?usual={asked.reference}", sent).status_code == 302
    again = BookingRequest.objects.exclude(pk=asked.pk).get()
    assert (again.service, again.follows, again.notes) == (cast.mowing, None, "")


@pytest.mark.parametrize(
    "change",
    [
        lambda cast, asked: Service.objects.update(is_requestable=False),
        lambda cast, asked: Service.objects.update(archived_at=timezone.now()),
        lambda cast, asked: Property.objects.update(archived_at=timezone.now()),
        lambda cast, asked: BookingRequest.objects.update(kind="issue_report"),
        lambda cast, asked: BookingRequest.objects.update(status="withdrawn"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_again_is_not_offered(
    portal: Browser, cast: Cast, asked: BookingRequest, change: object
) -> None:
    change(cast, asked)  # type: ignore[operator]
    assert "Lo de siempre" not in main(portal.get(HOME))
    assert portal.get(f"{NEW}?usual={asked.reference}").status_code == 404


def test_anothers_request_is_not_there(portal: Browser, cast: Cast) -> None:
    theirs = factories.make_booking_request(client=cast.omar, property=cast.cedar_row, service=cast.mowing)
    assert portal.get(f"{NEW}?usual={theirs.reference}").status_code == 404


@pytest.mark.parametrize("weekday", range(7))
def test_the_window_begins_on_the_same_weekday_and_has_a_working_day(cast: Cast, weekday: int) -> None:
    monday = date(2026, 3, 2)
    options = Options(cast.greenlawn, cast.maria)
    start, end = options.window_like(monday + timedelta(days=weekday), monday + timedelta(days=weekday + 2))
    assert end - start == timedelta(days=2)
    assert start >= options.earliest
    if weekday < 5 or weekday == 6:
        assert start.weekday() == weekday
    working = options.calendar.next_working(start)
    assert working is not None
    assert working <= end


def test_the_lead_time_holds(cast: Cast) -> None:
    Business.objects.filter(pk=cast.greenlawn.pk).update(lead_days=10)
    business = Business.objects.get(pk=cast.greenlawn.pk)
    start, _end = Options(business, cast.maria).window_like(date(2026, 3, 2), date(2026, 3, 3))
    assert start >= business.today() + timedelta(days=10)
