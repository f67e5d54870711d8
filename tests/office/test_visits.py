"""The schedule through the office's pages: a day's visits, and what is done with one."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from sidegate.models import ClientService, Event, Message, User, Visit
from tests import factories
from tests.conftest import Cast

from .reading import errors, main, statements

OFFICE = "/greenlawn/office"
MONDAY, TUESDAY, SATURDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 7)
pytestmark = pytest.mark.time_machine(datetime(2026, 3, 2, 15, tzinfo=UTC), tick=False)


@pytest.fixture
def weekly(cast: Cast) -> ClientService:
    return factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)


def page_of(visit: Visit, act: str = "") -> str:
    return f"{OFFICE}/visits/{visit.pk}" + (f"/{act}" if act else "")


def day(when: date) -> str:
    return f"{OFFICE}/schedule?date={when}"


def form(**typed: Any) -> dict[str, Any]:
    return {"date": str(TUESDAY), "part_of_day": "any", "is_charged": "on", "version": "0", **typed}


def shown_on(answer: Any) -> list[str]:
    return re.findall(r'<h3><a href="[^"]*">(.*?)</a></h3>', answer.content.decode())


def test_today_is_shown_by_default_morning_first(office: Browser, cast: Cast, weekly: ClientService) -> None:
    his = factories.make_client_service(client=cast.omar, property=cast.cedar_row, service=cast.mowing)
    factories.make_visit(client_service=weekly, date=MONDAY, part_of_day="afternoon")
    factories.make_visit(client_service=his, date=MONDAY, part_of_day="morning")
    factories.make_visit(client_service=weekly, date=TUESDAY)
    assert shown_on(office.get(f"{OFFICE}/schedule")) == ["Omar Brooks", "Maria Álvarez"]
    assert shown_on(office.get(day(TUESDAY))) == ["Maria Álvarez"]


def test_the_week_counts_what_takes_up_each_day(office: Browser, cast: Cast, weekly: ClientService) -> None:
    for status in ("scheduled", "completed", "skipped", "cancelled"):
        factories.make_visit(client_service=weekly, date=TUESDAY, status=status)
    page = office.get(f"{OFFICE}/schedule").content.decode()
    assert 'aria-label="Tue, Mar 3: 2 visits"' in page
    assert 'aria-label="Wed, Mar 4: 0 visits"' in page


@pytest.mark.parametrize("typed", ["", "soon", "2026-02-30", "0001-01-01", "9999-12-31", "\x00"])
def test_a_day_that_is_none_is_today(office: Browser, cast: Cast, typed: str) -> None:
    assert "Today" in main(office.get(f"{OFFICE}/schedule", {"date": typed}))


def test_at_half_past_eleven_in_the_evening_it_is_still_today(
    office: Browser, cast: Cast, weekly: ClientService, time_machine: Any
) -> None:
    time_machine.move_to(datetime(2026, 3, 3, 4, 30, tzinfo=UTC))
    factories.make_visit(client_service=weekly, date=MONDAY)
    assert shown_on(office.get(f"{OFFICE}/schedule")) == ["Maria Álvarez"]


def test_the_day_takes_as_many_statements_at_1_as_at_3(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    factories.make_visit(client_service=weekly, date=MONDAY)
    one = statements(office, f"{OFFICE}/schedule")
    factories.make_visit(client_service=weekly, date=MONDAY, part_of_day="morning")
    factories.make_visit(client_service=weekly, date=MONDAY, status="completed")
    assert statements(office, f"{OFFICE}/schedule") == one == 6


def test_done_at_one_press_and_undone(office: Browser, cast: Cast, weekly: ClientService) -> None:
    visit = factories.make_visit(client_service=weekly, date=MONDAY)
    answer = office.post(page_of(visit, "complete"), {"version": "0", "from": "schedule"})
    assert answer["Location"] == f"{day(MONDAY)}#visit-{visit.pk}"
    assert "Done" in main(office.get(page_of(visit)))
    office.post(page_of(visit, "reopen"), {"version": "1"})
    visit.refresh_from_db()
    assert (visit.status, visit.version) == ("scheduled", 2)


def test_with_htmx_the_card_is_swapped(office: Browser, cast: Cast, weekly: ClientService) -> None:
    visit = factories.make_visit(client_service=weekly, date=MONDAY)
    answer = office.post(page_of(visit, "skip"), {"version": "0"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert f'id="visit-{visit.pk}"' in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert "Skipped" in answer.content.decode()


@pytest.mark.parametrize("version", ["7", "", "x", "9" * 30, "-1"])
def test_a_press_on_what_has_changed_does_nothing_and_says_so(
    office: Browser, cast: Cast, weekly: ClientService, version: str
) -> None:
    visit = factories.make_visit(client_service=weekly, date=MONDAY)
    plain = office.post(page_of(visit, "complete"), {"version": version}, follow=True)
    assert "changed meanwhile" in main(plain)
    part = office.post(page_of(visit, "complete"), {"version": version}, headers={"HX-Request": "true"})
    assert (part.status_code, "changed meanwhile" in part.content.decode()) == (409, True)
    assert Visit.objects.get().status == "scheduled"
    assert not Event.objects.exists()


def test_a_move_names_the_new_day_and_who_is_told(office: Browser, cast: Cast, weekly: ClientService) -> None:
    visit = factories.make_visit(client_service=weekly, date=MONDAY)
    answer = office.post(page_of(visit, "change"), form(part_of_day="morning"), follow=True)
    assert "Moved to Tue, Mar 3, morning. Maria is told in Spanish." in main(answer)
    assert "Moved from Mon, Mar 2 to Tue, Mar 3, morning" in main(answer)
    assert Message.objects.get().key == "visit.moved"


def test_a_closed_day_is_taken_only_after_its_warning(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    visit = factories.make_visit(client_service=weekly, date=MONDAY)
    warned = office.post(page_of(visit, "change"), form(date=str(SATURDAY)))
    assert warned.status_code == 422
    assert "Sat, Mar 7 is a day you don't work." in main(warned)
    assert "Save anyway" in main(warned)
    assert Visit.objects.get().date == MONDAY
    heeded = re.search(r'name="heeded" value="([^"]*)"', warned.content.decode())
    assert heeded
    office.post(page_of(visit, "change"), form(date=str(SATURDAY), heeded=heeded[1]))
    assert Visit.objects.get().date == SATURDAY


def test_a_warning_that_was_read_is_not_taken_for_another(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    visit = factories.make_visit(client_service=weekly, date=MONDAY)
    factories.make_visit(client_service=weekly, date=TUESDAY)
    answer = office.post(page_of(visit, "change"), form(heeded="closed_day"))
    assert "Maria already has a visit of this service on Tue, Mar 3." in main(answer)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"date": "2026-03-01"}, "date"),
        ({"date": ""}, "date"),
        ({"date": "3/4/2026"}, "date"),
        ({"part_of_day": "night"}, "part_of_day"),
        ({"technician": "01a206e8-2eff-74f4-8eca-2d26f8228b33"}, "technician"),
    ],
)
def test_a_mistake_is_a_sentence_at_its_field(
    office: Browser, cast: Cast, weekly: ClientService, typed: dict[str, str], field: str
) -> None:
    visit = factories.make_visit(client_service=weekly, date=MONDAY)
    known = {"heeded": "closed_day"}
    answer = office.post(page_of(visit, "change"), form(**known, **typed))
    assert (answer.status_code, set(errors(answer))) == (422, {field})
    assert not Message.objects.exists()


def test_a_technician_is_one_of_this_office(office: Browser, cast: Cast, weekly: ClientService) -> None:
    theo = factories.make_member(business=cast.greenlawn, role="staff", name="Theo Park")
    stranger = cast.bea.memberships.get()
    visit = factories.make_visit(client_service=weekly, date=TUESDAY)
    refused = office.post(page_of(visit, "change"), form(technician=str(stranger.pk)))
    assert set(errors(refused)) == {"technician"}
    office.post(page_of(visit, "change"), form(technician=str(theo.pk)))
    assert Visit.objects.get().technician == theo
    assert "Theo Park" in main(office.get(day(TUESDAY)))
    assert not Message.objects.exists()


def test_a_visit_is_added_by_hand(office: Browser, cast: Cast, weekly: ClientService) -> None:
    address = f"{OFFICE}/clients/{cast.maria.pk}/services/{weekly.pk}/visits/new"
    assert "Maria is not written to about it" in main(office.get(address))
    answer = office.post(address, {"date": str(TUESDAY), "part_of_day": "morning"}, follow=True)
    assert "Visit added on Tue, Mar 3." in main(answer)
    assert (Visit.objects.get().part_of_day, Visit.objects.get().is_charged) == ("morning", False)


def test_cancelling_asks_for_a_reason_and_says_who_is_told(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    visit = factories.make_visit(client_service=weekly, date=TUESDAY)
    assert "Maria is told in Spanish." in main(office.get(page_of(visit, "cancel")))
    office.post(page_of(visit, "cancel"), {"version": "0", "reason": "The crew is ill.\x00"})
    assert Visit.objects.get().status == "cancelled"
    assert "The crew is ill." in Message.objects.get().text
    assert "Cancelled" in main(office.get(page_of(visit)))


def test_someone_who_cannot_be_written_to_is_named_before_the_press(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    cast.maria.email = ""
    cast.maria.save()
    visit = factories.make_visit(client_service=weekly, date=TUESDAY)
    assert "Maria has no email: you tell them." in main(office.get(page_of(visit, "cancel")))


def test_staff_may_do_all_this_too(
    cast: Cast, weekly: ClientService, signed_in: Callable[[User], Browser]
) -> None:
    theo = signed_in(factories.make_member(business=cast.greenlawn, role="staff", name="Theo Park").user)
    visit = factories.make_visit(client_service=weekly, date=MONDAY - timedelta(days=1))
    theo.post(page_of(visit, "complete"), {"version": "0"})
    assert Visit.objects.get().status == "completed"


def test_a_day_is_found_by_its_date(office: Browser, cast: Cast) -> None:
    """However many visits a business has had."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by counts, and here there are none")
    with CaptureQueriesContext(connection) as captured:
        office.get(day(TUESDAY))
    asked = [query["sql"] for query in captured.captured_queries if 'FROM "sidegate_visit"' in query["sql"]]
    assert len(asked) == 2
    for statement in asked:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
            plan = " ".join(str(row) for row in cursor.fetchall())
        assert "visit_by_date (business_id=? AND date" in plan, plan
