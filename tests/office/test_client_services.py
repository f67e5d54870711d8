"""Agreements through the office's pages, and the way to a price that a request waits for."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from sidegate.models import BookingRequest, ClientService, Message, Service, Visit
from tests import factories
from tests.conftest import Cast

from .reading import errors, filled, main, statements

OFFICE = "/greenlawn/office"


def new(cast: Cast, service: Service | None = None) -> str:
    return f"{OFFICE}/clients/{cast.maria.pk}/services/new?service={(service or cast.mowing).pk}"


def page_of(agreed: ClientService, act: str = "") -> str:
    return f"{OFFICE}/clients/{agreed.client_id}/services/{agreed.pk}" + (f"/{act}" if act else "")


def terms(cast: Cast, **typed: str) -> dict[str, str]:
    day = cast.greenlawn.calendar().next_working(cast.greenlawn.today())
    known = {
        "property": str(cast.palm_court.pk),
        "price": "90",
        "frequency": "weekly",
        "start_date": str(day),
    }
    return {**known, **typed}


@pytest.fixture
def weekly(cast: Cast) -> ClientService:
    return factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, price_minor=9000
    )


@pytest.fixture
def asked(cast: Cast) -> BookingRequest:
    """A request for what has no price in the catalog."""
    trees = factories.make_service(business=cast.greenlawn, price_minor=None, names={"en": "Tree removal"})
    return factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=trees)


def test_the_catalogs_price_and_rhythm_stand_there_to_begin_with(office: Browser, cast: Cast) -> None:
    Service.objects.update(frequency="biweekly")
    page = office.get(new(cast)).content.decode()
    assert re.search(r'name="price" value="95"', page)
    assert re.search(r'<option value="biweekly" selected', page)


def test_a_service_is_agreed_with_its_first_visits(office: Browser, cast: Cast) -> None:
    answer = office.post(new(cast), terms(cast, price="89.50", schedules="on"), follow=True)
    agreed = ClientService.objects.get()
    assert (agreed.price_minor, agreed.frequency, agreed.client) == (8950, "weekly", cast.maria)
    assert agreed.visits.count() == 4
    assert "Maria has Mowing now, at $89.50." in main(answer)


def test_set_marias_price_leads_from_the_request_and_back_to_it(
    office: Browser, cast: Cast, asked: BookingRequest
) -> None:
    page = office.get(f"{OFFICE}/requests/{asked.reference}").content.decode()
    address = re.search(r'href="([^"]*/services/new[^"]*)"', page)
    assert address
    there = address[1].replace("&amp;", "&")
    form = office.get(there).content.decode()
    assert f'<option value="{cast.palm_court.pk}" selected' in form
    assert not re.search(r'name="schedules"[^>]* checked', form)
    answer = office.post(there, terms(cast, price="250", frequency=""))
    assert answer["Location"] == f"{OFFICE}/requests/{asked.reference}"
    assert not Visit.objects.exists()
    assert "$250" in main(office.get(answer["Location"]))


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.test/",
        "//evil.test/greenlawn/office/",
        "/bluepool/office/clients",
        "/greenlawn/office\\x",
    ],
)
def test_it_returns_to_no_page_but_one_of_this_office(office: Browser, cast: Cast, elsewhere: str) -> None:
    answer = office.post(f"{new(cast)}&next={elsewhere}", terms(cast))
    assert answer["Location"] == f"{OFFICE}/clients/{cast.maria.pk}"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"price": ""}, "price"),
        ({"price": "four"}, "price"),
        ({"price": "-5"}, "price"),
        ({"price": "95.555"}, "price"),
        ({"price": "9" * 15}, "price"),
        ({"start_date": "soon"}, "start_date"),
        ({"start_date": "2099-01-01"}, "start_date"),
        ({"start_date": "2026-02-30"}, "start_date"),
        ({"frequency": "hourly"}, "frequency"),
        ({"property": ""}, "property"),
    ],
)
def test_a_mistake_is_a_sentence_at_its_field(
    office: Browser, cast: Cast, typed: dict[str, str], field: str
) -> None:
    answer = office.post(new(cast), terms(cast, **typed))
    assert (answer.status_code, set(errors(answer))) == (422, {field})
    assert not ClientService.objects.exists()


def test_nothing_of_another_client_or_business_can_be_agreed(office: Browser, cast: Cast) -> None:
    foreign = factories.make_service(business=cast.bluepool)
    assert office.get(new(cast, foreign)).status_code == 404
    answer = office.post(new(cast), terms(cast, property=str(cast.cedar_row.pk)))
    assert set(errors(answer)) == {"property"}
    assert not ClientService.objects.exists()


def test_without_a_service_the_catalog_is_shown_to_choose_from(office: Browser, cast: Cast) -> None:
    page = office.get(f"{OFFICE}/clients/{cast.maria.pk}/services/new")
    assert "Mowing $95" in main(page)


def test_a_new_price_holds_for_her_and_is_told_apart_from_the_catalogs(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    office.post(page_of(weekly, "edit"), terms(cast, price="99"))
    assert "Price $99" in main(office.get(page_of(weekly)))
    assert "The catalog says $95 now. What was agreed holds." in main(office.get(page_of(weekly)))
    assert Service.objects.get(pk=cast.mowing.pk).price_minor == 9500


def test_ending_asks_what_becomes_of_the_visits_ahead(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    factories.make_visit(client_service=weekly, date=cast.greenlawn.today() + timedelta(days=3))
    unasked = office.post(page_of(weekly, "cancel"))
    assert (unasked.status_code, set(errors(unasked))) == (422, {"clears_schedule"})
    office.post(page_of(weekly, "cancel"), {"clears_schedule": "yes"})
    assert ClientService.objects.get().status == "cancelled"
    assert (Visit.objects.get().status, Message.objects.get().key) == ("cancelled", "visit.cancelled")


def test_a_service_is_paused_and_resumed(office: Browser, cast: Cast, weekly: ClientService) -> None:
    office.post(page_of(weekly, "pause"))
    assert "Paused" in main(office.get(page_of(weekly)))
    office.post(page_of(weekly, "resume"))
    assert ClientService.objects.get().status == "active"
    assert "This is not paused any more." in main(office.post(page_of(weekly, "resume"), follow=True))


def test_a_pause_may_be_planned_and_taken_back(office: Browser, cast: Cast, weekly: ClientService) -> None:
    office.post(page_of(weekly, "on-schedule"))
    first = cast.greenlawn.today() + timedelta(days=8)
    last = first + timedelta(days=9)
    typed = {"paused_from": str(first), "paused_until": str(last), "clears_schedule": "yes", "reason": "Away"}
    before = Visit.objects.filter(date__range=(first, last)).count()
    page = main(office.post(page_of(weekly, "pause"), typed, follow=True))
    assert "Paused from" in page
    assert before
    assert Visit.objects.filter(status="cancelled", date__range=(first, last)).count() == before
    assert "Away" in Message.objects.get().text
    assert ClientService.objects.get().status == "active"
    office.post(page_of(weekly, "resume"))
    assert ClientService.objects.get().paused_from is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"paused_from": "2020-01-01"}, "paused_from"),
        ({"paused_until": "2020-01-01"}, "paused_until"),
        ({"paused_from": "someday"}, "paused_from"),
    ],
)
def test_a_pause_that_cannot_be_is_refused_at_its_field(
    office: Browser, weekly: ClientService, typed: dict[str, str], field: str
) -> None:
    answer = office.post(page_of(weekly, "pause"), typed)
    assert (answer.status_code, set(errors(answer))) == (422, {field})
    assert ClientService.objects.get().paused_from is None


TERMS = {"price": "95", "frequency": "weekly", "start_date": "2026-01-06", "part_of_day": "any"}


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ({"weekdays": ["1", "3"]}, "FREQ=WEEKLY;BYDAY=TU,TH"),
        ({"weekdays": []}, "FREQ=WEEKLY;BYDAY=TU"),
        ({"frequency": "biweekly", "weekdays": ["4"]}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
        ({"frequency": "monthly", "month_by": "date"}, "FREQ=MONTHLY;BYMONTHDAY=6"),
        ({"frequency": "monthly", "month_by": "weekday"}, "FREQ=MONTHLY;BYDAY=1TU"),
        ({"frequency": "monthly", "month_by": "last_weekday"}, "FREQ=MONTHLY;BYDAY=-1TU"),
        ({"frequency": "monthly", "month_by": "last_day"}, "FREQ=MONTHLY;BYMONTHDAY=-1"),
        (
            {"frequency": "monthly", "start_date": "2026-01-30", "month_by": "weekday"},
            "FREQ=MONTHLY;BYDAY=-1FR",
        ),
        ({"frequency": ""}, ""),
    ],
)
def test_how_often_it_comes_round_is_what_was_chosen(
    office: Browser, weekly: ClientService, typed: dict[str, Any], rule: str
) -> None:
    assert office.post(page_of(weekly, "edit"), {**TERMS, **typed}).status_code == 302
    assert ClientService.objects.get().rule == rule


def test_the_form_shows_what_is_agreed_and_saved_unchanged_changes_nothing(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    theo = factories.make_member(business=cast.greenlawn, role="staff", name="Theo Park")
    typed = {
        **TERMS, "weekdays": ["1", "3"], "arrives_from": "08:00", "arrives_until": "10:30",
        "technician": str(theo.pk), "duration_minutes": "45", "ends_on": "2027-01-01", "part_of_day": "morning",
    }  # fmt: skip
    office.post(page_of(weekly, "edit"), typed)
    before = ClientService.objects.values().get()
    shown = filled(office.get(page_of(weekly, "edit")))
    assert shown["weekdays"] == ["1", "3"]
    office.post(page_of(weekly, "edit"), {name: shown[name] for name in typed})
    assert ClientService.objects.values().get() == before
    page = main(office.get(page_of(weekly)))
    for words in (
        "Every week on Tuesday and Thursday",
        "Theo Park, morning, 8:00 – 10:30 AM",
        "Last visit by",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"arrives_from": "08:00"}, "arrives_until"),
        ({"arrives_from": "10:00", "arrives_until": "09:00"}, "arrives_until"),
        ({"arrives_from": "25:00", "arrives_until": "26:00"}, "arrives_from"),
        ({"ends_on": "2025-12-31"}, "ends_on"),
        ({"weekdays": ["9"]}, "weekdays"),
        ({"month_by": "never", "frequency": "monthly"}, "month_by"),
        ({"duration_minutes": "2000"}, "duration_minutes"),
        ({"technician": "00000000-0000-7000-8000-000000000000"}, "technician"),
    ],
)
def test_what_cannot_be_agreed_is_refused_at_its_field(
    office: Browser, weekly: ClientService, typed: dict[str, Any], field: str
) -> None:
    before = ClientService.objects.values().get()
    answer = office.post(page_of(weekly, "edit"), {**TERMS, **typed})
    assert answer.status_code == 422
    assert field in errors(answer)
    assert ClientService.objects.values().get() == before


def test_new_days_move_the_visits_ahead_and_the_owner_reads_that_the_client_is_told(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    office.post(page_of(weekly, "on-schedule"))
    answer = office.post(page_of(weekly, "edit"), {**TERMS, "weekdays": ["3"]}, follow=True)
    assert "the visits ahead follow. Maria is told." in main(answer)
    tomorrow = cast.greenlawn.today() + timedelta(days=1)
    assert {v.date.weekday() for v in Visit.objects.filter(date__gte=tomorrow)} == {3}
    assert Message.objects.get().key == "plan.changed"


def test_put_on_the_schedule_its_visits_come_by_themselves(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    assert "Put it on the schedule" in main(office.get(page_of(weekly)))
    answer = office.post(page_of(weekly, "on-schedule"), follow=True)
    assert "4 visits added" in main(answer)
    assert "Put it on the schedule" not in main(answer)
    office.post(page_of(weekly, "on-schedule"))
    assert Visit.objects.count() == 4


def test_its_page_takes_as_many_statements_at_1_as_at_3(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    today = cast.greenlawn.today()

    def more(days: int) -> None:
        factories.make_visit(client_service=weekly, date=today + timedelta(days=days))
        factories.make_visit(client_service=weekly, date=today - timedelta(days=days), status="completed")

    more(1)
    one = statements(office, page_of(weekly))
    more(2), more(3)
    assert statements(office, page_of(weekly)) == one == 7


def test_an_agreement_is_reached_only_under_its_own_client(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    assert office.get(f"{OFFICE}/clients/{cast.omar.pk}/services/{weekly.pk}").status_code == 404
