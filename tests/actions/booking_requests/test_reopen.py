"""Reopening: after the time for an undo a decision is taken back, its visit cancelled, and the client told."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.test import Client as Browser

from sidegate.actions.booking_requests import (
    Choices,
    approve_booking_request,
    decline_booking_request,
    plan_approvals,
    reopen_booking_request,
    reopening_of,
)
from sidegate.actions.errors import ReopenRefused
from sidegate.actions.invariants import violations
from sidegate.actions.visits import VisitChanges, change_visit, complete_visit, extend_schedules, skip_visit
from sidegate.models import BookingRequest, Business, Client, ClientService, Event, Message, User, Visit
from tests import factories
from tests.conftest import Cast
from tests.office.reading import main

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
DAY = timedelta(days=1)
pytestmark = pytest.mark.time_machine(datetime(2026, 3, 2, 15, tzinfo=UTC), tick=False)


def asked(cast: Cast, **fields: Any) -> BookingRequest:
    window = {"window_start": TUESDAY, "window_end": TUESDAY + 3 * DAY}
    return factories.make_booking_request(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, **{**window, **fields}
    )


def fresh(request: BookingRequest) -> BookingRequest:
    return BookingRequest.objects.select_related("business").get(pk=request.pk)


def approved(cast: Cast, request: BookingRequest, **choices: Any) -> BookingRequest:
    approve_booking_request(request, by=cast.dana, choices=Choices(**choices))
    Message.objects.update(status="sent", sent_at=datetime(2026, 3, 2, 15, tzinfo=UTC))
    return fresh(request)


def on(day: date) -> time_machine.travel:
    """That day, in the morning."""
    return time_machine.travel(datetime(day.year, day.month, day.day, 15, tzinfo=UTC), tick=False)


def refusal(cast: Cast, request: BookingRequest) -> str:
    before = BookingRequest.objects.values().get(pk=request.pk), list(Visit.objects.order_by("id").values())
    with pytest.raises(ReopenRefused) as refused:
        reopen_booking_request(request, by=cast.dana)
    after = BookingRequest.objects.values().get(pk=request.pk), list(Visit.objects.order_by("id").values())
    assert before == after
    return refused.value.code


def test_an_approved_request_waits_again_without_its_visit(cast: Cast) -> None:
    request = approved(cast, asked(cast))
    reopen_booking_request(request, by=cast.dana, note="The mower broke.")
    now = fresh(request)
    assert (now.status, now.outcome, now.decided_by, now.decision_no) == ("pending", "", None, 1)
    visit = Visit.objects.get()
    assert (visit.status, visit.booking_request_id) == ("cancelled", None)
    assert ClientService.objects.get().status == "cancelled"
    event = Event.objects.get(verb="reopened")
    assert (event.undoes_no, event.actor) == (1, cast.dana)
    assert violations() == []


def test_the_client_is_told_in_her_language(cast: Cast) -> None:
    reopen_booking_request(approved(cast, asked(cast)), by=cast.dana, note="Se rompió la máquina.")
    message = Message.objects.get(key="booking.reopened")
    assert (message.language, message.to_address, message.status) == ("es", "maria@example.com", "queued")
    for words in ("martes 3 de marzo", "Se rompió la máquina.", "abierta de nuevo"):
        assert words in message.subject + message.text
    assert "Stays on" not in message.text and "Se queda" not in message.text


def test_a_client_without_email_leaves_the_text_ready(cast: Cast) -> None:
    Client.objects.update(email="")
    reopen_booking_request(approved(cast, asked(cast)), by=cast.dana)
    assert Message.objects.get(key="booking.reopened").status == "not_sendable"


def test_it_can_be_decided_once_more_and_the_history_keeps_both(cast: Cast) -> None:
    request = approved(cast, asked(cast))
    reopen_booking_request(request, by=cast.dana)
    (plan,) = plan_approvals([fresh(request)])
    assert (plan.date, plan.makes_client_service) == (TUESDAY, True)
    approve_booking_request(fresh(request), by=cast.dana)
    assert fresh(request).decision_no == 2
    assert Visit.objects.filter(status="scheduled").count() == 1
    verbs = list(
        Event.objects.filter(booking_request=request).order_by("at", "id").values_list("verb", flat=True)
    )
    assert verbs == ["submitted", "approved", "reopened", "approved"]
    assert violations() == []


def test_a_declined_request_waits_again(cast: Cast) -> None:
    request = asked(cast)
    decline_booking_request(request, by=cast.dana, reason="Full.")
    reopen_booking_request(fresh(request), by=cast.dana)
    now = fresh(request)
    assert (now.status, now.reason) == ("pending", "")
    assert Message.objects.filter(key="booking.reopened").exists()
    assert not Message.objects.filter(key="booking.declined").exists()  # it had not left yet
    assert violations() == []


def test_a_visit_added_to_her_plan_goes_and_the_plan_stays(cast: Cast) -> None:
    weekly = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    theirs = factories.make_visit(
        client_service=weekly, date=TUESDAY + 7 * DAY, occurrence_date=TUESDAY + 7 * DAY
    )
    reopen_booking_request(approved(cast, asked(cast)), by=cast.dana)
    theirs.refresh_from_db()
    weekly.refresh_from_db()
    assert (theirs.status, weekly.status) == ("scheduled", "active")
    assert violations() == []


def test_of_a_series_all_visits_go_and_the_service_ends(cast: Cast) -> None:
    request = approved(cast, asked(cast, kind="recurring", frequency="weekly"), as_recurring=True)
    ClientService.objects.update(extends_on=MONDAY - DAY)
    extend_schedules()
    reopen_booking_request(request, by=cast.dana)
    assert set(Visit.objects.values_list("status", flat=True)) == {"cancelled"}
    service = ClientService.objects.get()
    assert (service.status, service.extends_on) == ("cancelled", None)
    assert extend_schedules() == 0
    assert violations() == []


def test_a_visit_that_was_moved_meanwhile_is_cancelled_where_it_stands(cast: Cast) -> None:
    request = approved(cast, asked(cast))
    visit = Visit.objects.select_related("client_service__client").get()
    change_visit(visit, VisitChanges(TUESDAY + 2 * DAY, "any", None, True), by=cast.dana, version=0)
    reopen_booking_request(request, by=cast.dana)
    assert Visit.objects.get().status == "cancelled"
    assert "jueves 5 de marzo" in Message.objects.get(key="booking.reopened").text


def test_what_has_taken_place_is_not_reopened(cast: Cast) -> None:
    request = approved(cast, asked(cast, window_start=MONDAY))
    visit = Visit.objects.select_related("client_service__business").get()
    complete_visit(visit, by=cast.dana, version=0)
    assert refusal(cast, request) == "visit_done"


def test_a_visit_that_has_passed_unmarked_is_asked_about_first(cast: Cast) -> None:
    request = approved(cast, asked(cast))
    with on(TUESDAY):
        assert reopening_of(request).visits  # today's is still ahead
    with on(TUESDAY + DAY):
        assert refusal(cast, request) == "visit_unmarked"
        skip_visit(Visit.objects.select_related("client_service__business").get(), by=cast.dana, version=0)
        reopen_booking_request(request, by=cast.dana)
    assert (fresh(request).status, Visit.objects.get().status) == ("pending", "skipped")
    assert violations() == []


def test_of_a_series_one_that_has_passed_unmarked_is_enough(cast: Cast) -> None:
    request = approved(cast, asked(cast, kind="recurring", frequency="weekly"), as_recurring=True)
    with on(TUESDAY + 8 * DAY):
        assert refusal(cast, request) == "visit_unmarked"


def test_a_moved_visit_that_has_passed_unmarked_does_not_come_back(cast: Cast) -> None:
    weekly = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    visit = factories.make_visit(client_service=weekly, date=TUESDAY + 7 * DAY)
    request = asked(cast, kind="move_visit", about_visit=visit, window_start=TUESDAY)
    request.events.update(data={"visit_date": (TUESDAY + 7 * DAY).isoformat()})
    request = approved(cast, request)
    with on(TUESDAY + DAY):
        assert refusal(cast, request) == "visit_unmarked"


def test_while_undo_runs_it_is_the_way(cast: Cast) -> None:
    Business.objects.update(undo_seconds=60)
    request = asked(cast)
    approve_booking_request(fresh(request), by=cast.dana)
    assert refusal(cast, fresh(request)) == "undo_instead"


@pytest.mark.parametrize("status", ["pending", "withdrawn"])
def test_what_was_not_decided_is_not_reopened(cast: Cast, status: str) -> None:
    assert refusal(cast, asked(cast, status=status)) == "not_decided"


def test_a_moved_visit_goes_back_and_its_client_reads_where_it_stays(cast: Cast) -> None:
    weekly = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    visit = factories.make_visit(client_service=weekly, date=TUESDAY)
    request = asked(cast, kind="move_visit", about_visit=visit, window_start=TUESDAY + 2 * DAY)
    request.events.update(data={"visit_date": TUESDAY.isoformat()})
    request = approved(cast, request)
    visit.refresh_from_db()
    assert visit.date == TUESDAY + 2 * DAY
    reopen_booking_request(request, by=cast.dana)
    visit.refresh_from_db()
    assert (visit.date, visit.status) == (TUESDAY, "scheduled")
    assert "Se queda en: martes 3 de marzo" in Message.objects.get(key="booking.reopened").text
    assert violations() == []


# Through the office's pages


def test_the_page_says_what_it_means_and_does_it_at_the_press(cast: Cast, office: Browser) -> None:
    request = approved(cast, asked(cast))
    page = f"/greenlawn/office/requests/{request.reference}"
    assert "Open it again" in main(office.get(page))
    question = main(office.get(f"{page}/reopen"))
    assert "The visit on Tue, Mar 3 is cancelled." in question
    assert "Maria is told in Spanish." in question
    answer = office.post(f"{page}/reopen", {"note": "Sorry."}, follow=True)
    assert "It waits again. Maria is told in Spanish." in main(answer)
    assert "Opened again" in main(answer)
    again = office.post(f"{page}/reopen", {"note": ""}, follow=True)
    assert "It is waiting already" in main(again)
    assert Message.objects.filter(key="booking.reopened").count() == 1


def test_the_page_leads_to_the_visit_to_mark_and_back(cast: Cast, office: Browser) -> None:
    request, visit = approved(cast, asked(cast)), Visit.objects.get()
    page = f"/greenlawn/office/requests/{request.reference}/reopen"
    with on(TUESDAY + DAY):
        asks = office.post(page, {"note": ""}, follow=True)
        assert "The visit on Tue, Mar 3 has passed. Mark it done or skipped first" in main(asks)
        assert Visit.objects.get().status == "scheduled"
        way = f"/greenlawn/office/visits/{visit.pk}?next={quote(page, safe='')}"
        assert f'href="{way}"' in asks.content.decode()
        skip = way.replace("?", "/skip?")
        back = office.post(skip, {"version": "0"}, follow=True)
        assert "It waits for an answer again" in main(back)
        office.post(page, {"note": ""})
        assert fresh(request).status == "pending"


def test_the_client_sees_that_it_is_looked_at_again(cast: Cast, signed_in: Callable[[User], Browser]) -> None:
    request = approved(cast, asked(cast))
    reopen_booking_request(request, by=cast.dana)
    page = main(signed_in(cast.maria_user).get(f"/greenlawn/requests/{request.reference}"))
    assert "Volvemos a revisarla" in page
