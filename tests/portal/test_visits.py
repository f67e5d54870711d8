"""Maria asks to move a visit, or to skip it: the same queue, the same answers, an outcome of its own."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from sidegate.actions.booking_requests import (
    Ask,
    approve_booking_request,
    decline_booking_request,
    submit_booking_request,
    undo_booking_request,
)
from sidegate.actions.errors import CannotApprove, InvalidInput, PlanChanged, UndoRefused
from sidegate.actions.invariants import violations
from sidegate.actions.visits import VisitChanges, cancel_visit, change_visit, extend_schedules, skip_visit
from sidegate.models import BookingRequest, Business, ClientService, Event, Message, Visit
from tests import factories
from tests.conftest import Cast

from ..office.reading import main, text

DAY = timedelta(days=1)
VISITS = "/greenlawn/visits"
QUEUE = "/greenlawn/office/requests"


@pytest.fixture
def mowing(cast: Cast) -> ClientService:
    return factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)


def working_day(business: Business, ahead: int) -> date:
    found = business.calendar().next_working(business.today() + ahead * DAY)
    assert found
    return found


@pytest.fixture
def visit(cast: Cast, mowing: ClientService) -> Visit:
    day = working_day(cast.greenlawn, 7)
    return factories.make_visit(client_service=mowing, date=day, occurrence_date=day)


@pytest.fixture
def new_day(cast: Cast, visit: Visit) -> date:
    found = cast.greenlawn.calendar().next_working(visit.date + DAY)
    assert found
    return found


def typed(start: date, end: date | None = None, **fields: str) -> dict[str, str]:
    usual = {"part_of_day": "morning", "notes": "Tenemos una fiesta.", "token": "one"}
    return {"window_start": start.isoformat(), "window_end": (end or start).isoformat(), **usual, **fields}


def asks_to_move(portal: Browser, visit: Visit, day: date, **fields: str) -> BookingRequest:
    answer = portal.post(f"{VISITS}/{visit.pk}/move", typed(day, **fields))
    assert answer.status_code == 302, main(answer)
    return BookingRequest.objects.latest("created_at")


def asks_to_skip(portal: Browser, visit: Visit) -> BookingRequest:
    answer = portal.post(f"{VISITS}/{visit.pk}/skip", {"notes": "Estamos de viaje.", "token": "skip"})
    assert answer.status_code == 302, main(answer)
    return BookingRequest.objects.latest("created_at")


def plan_line(office: Browser) -> str:
    page = office.get(QUEUE).content.decode()
    found = re.search(r'data-test="approval-plan">(.*?)</div>', page, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<input[^>]*>|<[^>]+>", "", found[1])).strip() if found else ""


def approve(office: Browser, asked: BookingRequest, **fields: str) -> Any:
    page = office.get(f"{QUEUE}/{asked.reference}").content.decode()
    plan = re.search(r'name="plan" value="(\w+)"', page)
    return office.post(f"{QUEUE}/{asked.reference}/approve", {"plan": plan[1] if plan else "", **fields})


def day_in_english(day: date) -> str:
    return f"{day:%a, %b} {day.day}"


def test_her_home_leads_to_a_visit_with_both_buttons(portal: Browser, visit: Visit) -> None:
    home = portal.get("/greenlawn/").content.decode()
    assert f"{VISITS}/{visit.pk}" in home
    page = portal.get(f"{VISITS}/{visit.pk}").content.decode()
    assert f"{VISITS}/{visit.pk}/move" in page and f"{VISITS}/{visit.pk}/skip" in page


def test_a_move_is_asked_approved_and_told(
    portal: Browser, office: Browser, cast: Cast, visit: Visit, new_day: date
) -> None:
    asked = asks_to_move(portal, visit, new_day)
    assert (asked.kind, asked.about_visit_id, asked.service_id, asked.property_id) == (
        "move_visit", visit.pk, cast.mowing.pk, cast.palm_court.pk,
    )  # fmt: skip
    assert set(Message.objects.values_list("key", "language")) == {
        ("booking.visit_received", "es"),
        ("booking.submitted", "en"),
    }
    was, now = day_in_english(visit.date), day_in_english(new_day)
    assert plan_line(office) == (
        f"Moves the {was} visit of Weekly mowing to {now}, morning. Tells Maria in Spanish."
    )
    assert approve(office, asked).status_code == 302
    visit.refresh_from_db()
    assert (visit.date, visit.part_of_day, visit.status, visit.version) == (
        new_day,
        "morning",
        "scheduled",
        1,
    )
    asked.refresh_from_db()
    assert (asked.status, asked.outcome) == ("approved", "visit_moved")
    letter = Message.objects.get(key="booking.moved")
    assert letter.language == "es" and "En lugar de" in letter.text
    assert Visit.objects.count() == 1 and not violations()
    assert f"Approved · moved from {was} to {now}" in text(office.get(f"{QUEUE}/{asked.reference}"))


def test_a_skip_is_asked_approved_and_told(
    portal: Browser, office: Browser, visit: Visit, mowing: ClientService
) -> None:
    asked = asks_to_skip(portal, visit)
    assert plan_line(office) == (
        f"Skips the {day_in_english(visit.date)} visit of Weekly mowing. Tells Maria in Spanish."
    )
    approve(office, asked)
    visit.refresh_from_db()
    assert (visit.status, visit.occurrence_date) == ("skipped", visit.date)
    asked.refresh_from_db()
    assert asked.outcome == "visit_skipped"
    assert Message.objects.get(key="booking.skipped").subject.startswith("Sin visita")
    assert not violations()


def test_a_moved_or_skipped_visit_is_never_made_again(
    portal: Browser, office: Browser, cast: Cast, new_day: date, mowing: ClientService, visit: Visit
) -> None:
    start = visit.date
    ClientService.objects.filter(pk=mowing.pk).update(
        rule=f"FREQ=WEEKLY;BYDAY={['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'][start.weekday()]}",
        rule_start=start, makes_visits=True, extends_on=cast.greenlawn.today() - DAY,
    )  # fmt: skip
    approve(office, asks_to_move(portal, visit, new_day))
    extend_schedules()
    days = list(Visit.objects.order_by("date").values_list("date", flat=True))
    assert new_day in days and start not in days and len(days) == len(set(days)) > 1


def test_what_may_still_be_undone_is_not_told_to_her_anywhere(
    portal: Browser, office: Browser, cast: Cast, visit: Visit, new_day: date
) -> None:
    Business.objects.update(undo_seconds=60)
    asked = asks_to_move(portal, visit, new_day)
    before = text(portal.get("/greenlawn/"))
    page = text(portal.get(f"{VISITS}/{visit.pk}"))
    approve(office, asked)
    assert text(portal.get(f"{VISITS}/{visit.pk}")) == page
    assert text(portal.get("/greenlawn/")) == before
    BookingRequest.objects.update(undo_until=timezone.now())
    assert text(portal.get(f"{VISITS}/{visit.pk}")) != page


@pytest.mark.parametrize("kind", ["move", "skip"])
def test_undo_restores_the_visit(
    portal: Browser, office: Browser, cast: Cast, visit: Visit, new_day: date, kind: str
) -> None:
    Business.objects.update(undo_seconds=60)
    asked = asks_to_move(portal, visit, new_day) if kind == "move" else asks_to_skip(portal, visit)
    approve(office, asked)
    assert office.post(f"{QUEUE}/{asked.reference}/undo").status_code == 302
    now = Visit.objects.get()
    assert (now.date, now.part_of_day, now.status) == (visit.date, "any", "scheduled")
    assert Message.objects.filter(key__in=("booking.moved", "booking.skipped")).count() == 0
    asked.refresh_from_db()
    assert (asked.status, asked.outcome) == ("pending", "")
    assert not violations()
    assert approve(office, asked).status_code == 302
    assert Visit.objects.get().version == 3


def test_undo_is_refused_where_the_visit_was_changed_since(
    portal: Browser, office: Browser, cast: Cast, visit: Visit, new_day: date
) -> None:
    Business.objects.update(undo_seconds=60)
    asked = asks_to_move(portal, visit, new_day)
    approve(office, asked)
    moved = Visit.objects.select_related("client_service__business").get()
    skip_visit(moved, by=cast.dana, version=1)
    asked = BookingRequest.objects.get()
    with pytest.raises(UndoRefused, match="visit_changed"):
        undo_booking_request(asked, by=cast.dana)
    assert BookingRequest.objects.get().status == "approved" and not violations()


def moved_by_hand(visit: Visit, cast: Cast) -> None:
    other = cast.greenlawn.calendar().next_working(visit.date + 3 * DAY)
    assert other
    change_visit(visit, VisitChanges(other, "any", None, True), by=cast.dana, version=0)


def cancelled(visit: Visit, cast: Cast) -> None:
    cancel_visit(visit, by=cast.dana, version=0)


def skipped(visit: Visit, cast: Cast) -> None:
    skip_visit(visit, by=cast.dana, version=0)


def past(visit: Visit, cast: Cast) -> None:
    day = cast.greenlawn.today() - DAY
    Visit.objects.update(date=day)
    Event.objects.filter(verb="submitted").update(data={"visit_date": day.isoformat()})


def gone(visit: Visit, cast: Cast) -> None:
    visit.delete()


@pytest.mark.parametrize(
    ("meanwhile", "says"),
    [
        (moved_by_hand, "That visit was moved to"),
        (cancelled, "That visit was cancelled meanwhile"),
        (skipped, "That visit is skipped already"),
        (past, "That visit has already taken place"),
        (gone, "This visit is no longer on the schedule"),
    ],
)
def test_a_visit_that_is_no_longer_there_is_left_alone(
    portal: Browser, office: Browser, cast: Cast, visit: Visit, new_day: date, meanwhile: Any, says: str
) -> None:
    asked = asks_to_move(portal, visit, new_day)
    meanwhile(visit, cast)
    before = list(Visit.objects.values())
    assert says in text(office.get(QUEUE))
    with pytest.raises(CannotApprove):
        approve_booking_request(asked, by=cast.dana)
    assert list(Visit.objects.values()) == before
    assert office.post(f"{QUEUE}/{asked.reference}/decline", {"reason": "Ya está."}).status_code == 302
    assert Message.objects.get(key="booking.kept").text.count("Ya está.") == 1
    assert not violations()


def test_a_visit_that_is_done_is_left_alone(portal: Browser, cast: Cast, visit: Visit, new_day: date) -> None:
    asked = asks_to_move(portal, visit, new_day)
    Visit.objects.update(status="completed")
    with pytest.raises(CannotApprove) as refused:
        approve_booking_request(asked, by=cast.dana)
    assert refused.value.plan.refusal == "visit_done"


def test_what_was_shown_is_what_is_done(
    portal: Browser, office: Browser, cast: Cast, visit: Visit, new_day: date
) -> None:
    asked = asks_to_move(portal, visit, new_day)
    page = office.get(f"{QUEUE}/{asked.reference}").content.decode()
    plan = re.search(r'name="plan" value="(\w+)"', page)
    assert plan
    theo = factories.make_member(business=cast.greenlawn, role="technician")
    change_visit(visit, VisitChanges(visit.date, "any", theo, True), by=cast.dana, version=0)
    with pytest.raises(PlanChanged):
        approve_booking_request(asked, by=cast.dana, shown_plan=plan[1])
    assert Visit.objects.get().date == visit.date
    approve_booking_request(asked, by=cast.dana)
    assert (Visit.objects.get().date, Visit.objects.get().technician) == (new_day, theo)


def test_dana_may_choose_another_day_but_not_the_one_it_stands_on(
    portal: Browser, office: Browser, cast: Cast, visit: Visit, new_day: date
) -> None:
    asked = asks_to_move(portal, visit, new_day, part_of_day="any")
    page = text(office.get(f"{QUEUE}/{asked.reference}?date={visit.date}"))
    assert "It stands on that day already" in page
    later = cast.greenlawn.calendar().next_working(new_day + DAY)
    assert later
    office.post(
        f"{QUEUE}/{asked.reference}/approve", {"date": later.isoformat(), "planned_date": new_day.isoformat()}
    )
    assert Visit.objects.get().date == later


def test_a_window_around_its_own_day_never_moves_it_there(
    portal: Browser, office: Browser, cast: Cast, visit: Visit, new_day: date
) -> None:
    fields = typed(visit.date, new_day, part_of_day="any")
    assert portal.post(f"{VISITS}/{visit.pk}/move", fields).status_code == 302
    assert f"to {day_in_english(new_day)}." in plan_line(office)


def test_the_same_day_at_another_time_is_a_move(portal: Browser, office: Browser, visit: Visit) -> None:
    asked = asks_to_move(portal, visit, visit.date, part_of_day="afternoon")
    approve(office, asked)
    now = Visit.objects.get()
    assert (now.date, now.part_of_day) == (visit.date, "afternoon")


@pytest.mark.parametrize("kind", ["move", "skip"])
def test_a_second_request_about_the_same_visit_is_refused_with_words(
    portal: Browser, visit: Visit, new_day: date, kind: str
) -> None:
    first = asks_to_move(portal, visit, new_day)
    answer = portal.post(f"{VISITS}/{visit.pk}/{kind}", typed(new_day, token="two"))
    assert answer.status_code == 422
    assert first.reference in main(answer)
    assert BookingRequest.objects.count() == 1
    assert first.reference in portal.get(f"{VISITS}/{visit.pk}").content.decode()


def test_the_same_form_twice_is_one_request(portal: Browser, visit: Visit, new_day: date) -> None:
    asks_to_move(portal, visit, new_day)
    asks_to_move(portal, visit, new_day)
    assert BookingRequest.objects.count() == 1
    assert portal.post(f"{VISITS}/{visit.pk}/move", typed(new_day, notes="Other")).status_code == 409


def test_lead_time_and_working_days_hold_for_moves_too(portal: Browser, cast: Cast, visit: Visit) -> None:
    Business.objects.update(lead_days=3)
    answer = portal.post(f"{VISITS}/{visit.pk}/move", typed(cast.greenlawn.today() + DAY, visit.date + DAY))
    assert (answer.status_code, BookingRequest.objects.count()) == (422, 0)
    assert "demasiado pronto" in main(answer) and "Tenemos una fiesta." in main(answer)
    same = portal.post(f"{VISITS}/{visit.pk}/move", typed(visit.date, part_of_day="any"))
    assert same.status_code == 422


def test_nobody_asks_about_a_visit_that_is_not_theirs_or_over(
    portal: Browser, cast: Cast, mowing: ClientService, new_day: date
) -> None:
    omars = factories.make_client_service(client=cast.omar, property=cast.cedar_row, service=cast.mowing)
    foreign = factories.make_visit(client_service=omars, date=new_day)
    for what in ("", "/move", "/skip"):
        assert portal.get(f"{VISITS}/{foreign.pk}{what}").status_code == 404
        assert portal.post(f"{VISITS}/{foreign.pk}{what}", typed(new_day)).status_code in (404, 405)
    ask = Ask(kind="move_visit", about_visit_id=foreign.pk, window_start=new_day, window_end=new_day)
    with pytest.raises(InvalidInput):
        submit_booking_request(
            business=cast.greenlawn, client=cast.maria, by=cast.maria_user, ask=ask, token="raw"
        )
    over = factories.make_visit(client_service=mowing, date=cast.greenlawn.today() - DAY)
    assert portal.get(f"{VISITS}/{over.pk}/move").status_code == 200
    assert portal.post(f"{VISITS}/{over.pk}/move", typed(new_day)).status_code == 422
    assert BookingRequest.objects.count() == 0


def test_she_changes_or_withdraws_it_while_it_waits(
    portal: Browser, cast: Cast, visit: Visit, new_day: date
) -> None:
    asked = asks_to_move(portal, visit, new_day)
    address = f"/greenlawn/requests/{asked.reference}"
    assert new_day.isoformat() in portal.get(f"{address}/edit").content.decode()
    later = cast.greenlawn.calendar().next_working(new_day + DAY)
    assert later
    fields = typed(later, version="0", kind="one_time")
    assert portal.post(f"{address}/edit", fields).status_code == 302
    asked.refresh_from_db()
    assert (asked.kind, asked.window_start, asked.about_visit_id) == ("move_visit", later, visit.pk)
    assert portal.post(f"{address}/edit", typed(new_day, version="0")).status_code == 409
    portal.post(f"{address}/withdraw")
    assert BookingRequest.objects.get().status == "withdrawn" and Visit.objects.get().version == 0


def test_a_changed_request_is_about_the_visit_where_it_stands_now(
    portal: Browser, office: Browser, cast: Cast, visit: Visit, new_day: date
) -> None:
    asked = asks_to_move(portal, visit, new_day)
    moved_by_hand(visit, cast)
    assert "That visit was moved to" in text(office.get(QUEUE))
    portal.post(f"/greenlawn/requests/{asked.reference}/edit", typed(new_day, version="0"))
    assert plan_line(office).startswith("Moves the")


def test_a_declined_move_can_be_asked_for_other_dates(
    portal: Browser, cast: Cast, visit: Visit, new_day: date
) -> None:
    asked = asks_to_move(portal, visit, new_day)
    decline_booking_request(asked, by=cast.dana, reason="Está lleno.")
    page = portal.get(f"/greenlawn/requests/{asked.reference}").content.decode()
    again = f"{VISITS}/{visit.pk}/move?after={asked.reference}"
    assert again in page
    assert "Tenemos una fiesta." in portal.get(again).content.decode()
    assert portal.post(again, typed(new_day, token="again")).status_code == 302
    assert BookingRequest.objects.latest("created_at").follows_id == asked.pk


def test_skipping_the_only_visit_of_a_one_time_service_completes_it_and_undo_opens_it(
    portal: Browser, office: Browser, cast: Cast, new_day: date
) -> None:
    Business.objects.update(undo_seconds=60)
    once = factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, frequency=""
    )
    asked = asks_to_skip(portal, factories.make_visit(client_service=once, date=new_day))
    approve(office, asked)
    once.refresh_from_db()
    assert once.status == "completed"
    office.post(f"{QUEUE}/{asked.reference}/undo")
    once.refresh_from_db()
    assert once.status == "active" and not violations()
