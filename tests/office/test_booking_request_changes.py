"""Approving with changes, through HTTP: the plan stands in sight before the press, and the press does that."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from sidegate.actions.invariants import violations
from sidegate.actions.visits import extend
from sidegate.models import BookingRequest, ClientService, Membership, Message, User, Visit
from tests import factories
from tests.conftest import Cast

from .reading import errors, filled, main
from .test_booking_requests import QUEUE, fingerprints, page_of, text, waiting


@pytest.fixture
def luis(cast: Cast) -> Membership:
    return factories.make_member(business=cast.greenlawn, role="technician", name="Luis Ortega")


@pytest.fixture
def weekly(cast: Cast) -> ClientService:
    return factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, makes_visits=True
    )


def recurring(cast: Cast, **fields: Any) -> BookingRequest:
    return waiting(cast, **{"kind": "recurring", "frequency": "biweekly", **fields})


def workday(cast: Cast, after: int = 2) -> date:
    day = cast.greenlawn.calendar().next_working(cast.greenlawn.today() + timedelta(days=after))
    assert day
    return day


def form_of(office: Browser, asked: BookingRequest, query: str = "") -> dict[str, Any]:
    """What stands in the form, to be sent as it is."""
    page = office.get(page_of(asked, "changes") + query)
    return {
        name: values if name == "weekdays" else values[0] for name, values in filled(page).items() if values
    }


def shown(office: Browser, asked: BookingRequest, typed: dict[str, Any]) -> str:
    """The plan's fingerprint, as the page fetches it once something was changed."""
    answer = office.post(page_of(asked, "changes/plan"), typed)
    assert answer.status_code == 200
    return next(iter(fingerprints(answer)), "")


def approve(office: Browser, asked: BookingRequest, query: str = "", **changes: Any) -> Any:
    """As Dana does it: change the form, look at the plan, press."""
    typed = {**form_of(office, asked, query), **changes}
    return office.post(page_of(asked, "changes"), {**typed, "plan": shown(office, asked, typed)})


def test_the_card_leads_to_it_and_it_begins_with_what_approve_would_do(office: Browser, cast: Cast) -> None:
    asked = waiting(cast, part_of_day="morning")
    assert f'href="{page_of(asked, "changes")}"' in office.get(QUEUE).content.decode()
    (on_card,) = fingerprints(office.get(page_of(asked)))
    page = office.get(page_of(asked, "changes"))
    assert "Creates a one-time Mowing, $95 , on" in main(page) and "Tells Maria in Spanish." in main(page)
    assert filled(page)["part_of_day"] == ["morning"]
    assert on_card != fingerprints(page)[0]  # who goes, and when they arrive, is settled with it


def test_day_hours_and_who_goes_are_as_chosen_and_she_reads_so(
    office: Browser, cast: Cast, luis: Membership
) -> None:
    asked, day = waiting(cast), workday(cast)
    hours = {"arrives_from": "09:00", "arrives_until": "11:00"}
    answer = approve(office, asked, date=str(day), technician=str(luis.pk), note="Hasta pronto.", **hours)
    assert (answer.status_code, answer["Location"]) == (302, page_of(asked))
    visit = Visit.objects.get()
    assert (visit.date, visit.technician, visit.arrives_from, visit.arrives_until) == (
        day,
        luis,
        time(9),
        time(11),
    )
    letter = Message.objects.get(key="booking.approved").text
    assert "9:00" in letter and "11:00" in letter and "Hasta pronto." in letter
    assert violations() == []


def test_without_scripts_the_first_press_shows_and_the_second_does(office: Browser, cast: Cast) -> None:
    asked, day = waiting(cast), workday(cast)
    typed = {**form_of(office, asked), "date": str(day), "arrives_from": "09:00", "arrives_until": "11:00"}
    first = office.post(page_of(asked, "changes"), typed)
    assert first.status_code == 422 and not Visit.objects.exists()
    assert "Nothing was done yet: this is what Approve would do now." in main(first)
    assert "9:00 – 11:00 AM" in main(first).replace(" ", " ").replace(" ", " ")
    again = {name: values[0] for name, values in filled(first).items() if values}
    assert office.post(page_of(asked, "changes"), again).status_code == 302
    assert Visit.objects.get().date == day


def test_looking_at_the_plan_changes_nothing(office: Browser, cast: Cast) -> None:
    asked = waiting(cast)
    before = BookingRequest.objects.values().get()
    shown(office, asked, form_of(office, asked))
    assert BookingRequest.objects.values().get() == before and not Visit.objects.exists()


def test_which_of_her_services_is_hers_to_choose(office: Browser, cast: Cast, weekly: ClientService) -> None:
    other = factories.make_client_service(
        client=cast.maria,
        property=cast.palm_court,
        service=cast.mowing,
        price_minor=4000,
        frequency="monthly",
    )
    asked = waiting(cast)
    page = main(office.get(page_of(asked, "changes")))
    assert "Weekly mowing, $95, since" in page and "Monthly mowing, $40, since" in page
    approve(office, asked, client_service=str(other.pk))
    assert Visit.objects.get().client_service == other
    assert "$40" in Message.objects.get(key="booking.approved").text


def test_a_recurring_service_begins_with_its_own_frequency_and_days(
    office: Browser, cast: Cast, luis: Membership
) -> None:
    asked = recurring(cast)
    day = workday(cast)
    days = [str(day.weekday()), str((day.weekday() + 1) % 7)]
    answer = approve(office, asked, frequency="weekly", weekdays=days, date=str(day), technician=str(luis.pk))
    assert answer.status_code == 302
    agreed = ClientService.objects.get()
    assert agreed.recurrence().weekdays == tuple(sorted(map(int, days)))
    assert (agreed.frequency, agreed.technician, agreed.makes_visits) == ("weekly", luis, True)
    assert agreed.visits.count() == 8 and agreed.visits.earliest("date").booking_request == asked
    assert violations() == []


def test_a_day_that_its_rhythm_passes_over_gives_way_to_the_next_one(office: Browser, cast: Cast) -> None:
    asked, day = recurring(cast), workday(cast)
    typed = {
        **form_of(office, asked),
        "frequency": "weekly",
        "weekdays": [str((day.weekday() + 1) % 7)],
        "date": str(day),
    }
    assert "That is the first day that fits." in text(office.post(page_of(asked, "changes/plan"), typed))


def test_her_plan_changes_instead_of_getting_one_more_visit(
    office: Browser, portal: Browser, cast: Cast, weekly: ClientService
) -> None:
    asked, day = recurring(cast), workday(cast)
    link = page_of(asked, "changes") + "?plan=1"
    assert f'href="{link}"' in office.get(QUEUE).content.decode()
    assert filled(office.get(link))["frequency"] == ["biweekly"]
    answer = approve(office, asked, "?plan=1", date=str(day), price="120", weekdays=[str(day.weekday())])
    assert answer.status_code == 302
    weekly.refresh_from_db()
    assert (weekly.frequency, weekly.price_minor, weekly.rule_start) == ("biweekly", 12000, day)
    assert weekly.visits.filter(date__gte=day).earliest("date").date == day
    assert {(visit.date - day).days % 14 for visit in weekly.visits.filter(date__gte=day)} == {0}
    assert BookingRequest.objects.get().outcome == "plan_changed"
    line = main(office.get(page_of(asked)))
    assert "Approved · every two weeks on" in line and "$120" in line
    hers = main(portal.get(f"/greenlawn/requests/{asked.reference}"))
    assert "Cada dos semanas, los " in hers and "$120" in hers
    assert violations() == []


def test_it_stays_one_more_visit_unless_she_says_otherwise(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    asked = recurring(cast)
    assert form_of(office, asked).get("frequency", "") == ""
    approve(office, asked)
    weekly.refresh_from_db()
    assert (weekly.frequency, BookingRequest.objects.get().outcome) == ("weekly", "visit_added")


def test_a_changed_plan_is_taken_back_with_undo(office: Browser, cast: Cast, weekly: ClientService) -> None:
    cast.greenlawn.undo_seconds = 60
    cast.greenlawn.save()
    asked = recurring(cast)
    extend([weekly])
    before = ClientService.objects.values().get(), list(Visit.objects.order_by("id").values())
    approve(office, asked, "?plan=1", price="120")
    assert office.post(page_of(asked, "undo")).status_code == 302
    assert (ClientService.objects.values().get(), list(Visit.objects.order_by("id").values())) == before
    assert BookingRequest.objects.get().status == "pending"


@pytest.mark.parametrize(("charge", "is_charged"), [("no", False), ("yes", True)])
def test_an_issue_is_answered_with_or_without_a_charge(
    office: Browser, cast: Cast, weekly: ClientService, charge: str, is_charged: bool
) -> None:
    approve(office, waiting(cast, kind="issue_report"), charge=charge)
    assert Visit.objects.get().is_charged is is_charged


def test_a_move_settles_hours_and_who_goes(
    office: Browser, cast: Cast, weekly: ClientService, luis: Membership
) -> None:
    visit = factories.make_visit(client_service=weekly, date=workday(cast, 1))
    asked = waiting(cast, kind="move_visit", about_visit=visit)
    approve(
        office, asked, date=str(workday(cast, 4)), technician=str(luis.pk),
        arrives_from="13:00", arrives_until="15:00", part_of_day="afternoon",
    )  # fmt: skip
    visit.refresh_from_db()
    assert (visit.date, visit.technician, visit.arrives_from) == (workday(cast, 4), luis, time(13))
    assert "1:00" in Message.objects.get(key="booking.moved").text


def test_a_skip_leaves_nothing_else_to_settle(office: Browser, cast: Cast, weekly: ClientService) -> None:
    visit = factories.make_visit(client_service=weekly, date=workday(cast, 1))
    asked = waiting(cast, kind="skip_visit", about_visit=visit)
    answer = office.get(page_of(asked, "changes"), follow=True)
    assert "They asked to skip a visit" in text(answer)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"date": ""}, "date"),
        ({"date": "2026-02-30"}, "date"),
        ({"arrives_from": "09:00"}, "arrives_until"),
        ({"arrives_from": "11:00", "arrives_until": "09:00"}, "arrives_until"),
        ({"technician": "0190aaaa-0000-7000-8000-000000000000"}, "technician"),
        ({"frequency": "hourly"}, "frequency"),
        ({"price": "much"}, "price"),
        ({"note": "a" * 1001}, "note"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_nothing_is_done(
    office: Browser, cast: Cast, weekly: ClientService, typed: dict[str, str], field: str
) -> None:
    asked = recurring(cast)
    known = {**form_of(office, asked, "?plan=1"), "note": "Hasta pronto."}
    answer = office.post(page_of(asked, "changes"), {**known, **typed})
    assert answer.status_code == 422 and field in errors(answer)
    assert "note" in typed or "Hasta pronto." in answer.content.decode()
    assert office.post(page_of(asked, "changes/plan"), {**known, **typed}).status_code == 200
    assert BookingRequest.objects.get().status == "pending" and not Message.objects.exists()


def test_a_past_day_is_refused_in_words(office: Browser, cast: Cast) -> None:
    asked = waiting(cast)
    answer = approve(office, asked, date=str(cast.greenlawn.today() - timedelta(days=1)))
    assert answer.status_code == 422
    assert "That date has passed. Choose today or later." in main(answer)


def test_one_answered_meanwhile_is_left_alone(office: Browser, cast: Cast) -> None:
    asked = waiting(cast)
    typed = form_of(office, asked)
    office.post(page_of(asked, "decline"))
    answer = office.post(page_of(asked, "changes"), typed, follow=True)
    assert "You had answered it already. Nothing was done twice." in text(answer)
    assert not Visit.objects.exists()
    assert office.post(page_of(asked, "changes/plan"), typed).headers["HX-Refresh"] == "true"


def test_a_price_that_changed_meanwhile_is_shown_first(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    asked = waiting(cast)
    typed = form_of(office, asked)
    weekly.price_minor = 20000
    weekly.save()
    answer = office.post(page_of(asked, "changes"), typed)
    assert answer.status_code == 422 and "$200" in main(answer) and not Visit.objects.exists()


def test_anothers_service_or_technician_is_none_to_choose(
    office: Browser, cast: Cast, weekly: ClientService
) -> None:
    bea = Membership.objects.get(business=cast.bluepool, user=cast.bea)
    asked = waiting(cast)
    typed = {**form_of(office, asked), "technician": str(bea.pk)}
    answer = office.post(page_of(asked, "changes"), typed)
    assert answer.status_code == 422 and "technician" in errors(answer)
    assert not Visit.objects.exists()


def test_another_business_knows_nothing_of_it(signed_in: Callable[[User], Browser], cast: Cast) -> None:
    asked, bea = waiting(cast), signed_in(cast.bea)
    for act in ("changes", "changes/plan"):
        address = f"/bluepool/office/requests/{asked.reference}/{act}"
        assert bea.post(address, {}).status_code == 404


def test_a_day_outside_hers_offers_to_ask_her_about_it(office: Browser, cast: Cast) -> None:
    asked, day = waiting(cast), workday(cast, 12)
    typed = {**form_of(office, asked), "date": str(day)}
    answer = office.post(page_of(asked, "changes/plan"), typed)
    assert "Ask Maria about this date" in text(answer)
    assert f'href="{page_of(asked, "dates")}?date={day}"' in answer.content.decode()


def test_a_weekday_that_is_sent_twice_is_one(office: Browser, cast: Cast) -> None:
    asked, day = recurring(cast), workday(cast)
    twice = [str(day.weekday())] * 2
    assert approve(office, asked, frequency="weekly", weekdays=twice, date=str(day)).status_code == 302
    assert ClientService.objects.get().recurrence().weekdays == (day.weekday(),)
