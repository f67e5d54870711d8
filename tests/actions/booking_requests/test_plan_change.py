"""Changing her plan: a request for a recurring service, answered by another rhythm for the one she has."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from sidegate.actions.booking_requests import (
    Arrangement,
    Choices,
    approve_booking_request,
    plan_approvals,
    reopen_booking_request,
    undo_booking_request,
)
from sidegate.actions.errors import CannotApprove, PlanChanged, ReopenRefused, UndoRefused
from sidegate.actions.invariants import violations
from sidegate.actions.visits import (
    VisitChanges,
    cancel_visit,
    change_visit,
    extend_schedules,
    upcoming_as_told,
)
from sidegate.models import BookingRequest, ClientService, Event, Message, Visit
from sidegate.models.recurrence import Recurrence
from tests import factories
from tests.conftest import Cast

MONDAY, TUESDAY, THURSDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 5)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
TUESDAYS = [TUESDAY + n * WEEK for n in range(4)]
EVERY_OTHER_THURSDAY = Recurrence("biweekly", (3,))
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
pytestmark = pytest.mark.time_machine(NOW, tick=False)


@pytest.fixture
def weekly(cast: Cast) -> ClientService:
    """On Tuesdays, with four weeks on the schedule."""
    agreement = factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, makes_visits=True, extends_on=MONDAY
    )
    extend_schedules()
    return agreement


@pytest.fixture
def asked(cast: Cast, weekly: ClientService) -> BookingRequest:
    cast.greenlawn.undo_seconds = 60
    cast.greenlawn.save()
    return factories.make_booking_request(
        client=cast.maria,
        property=cast.palm_court,
        service=cast.mowing,
        kind="recurring",
        frequency="biweekly",
        window_start=WEDNESDAY,
        window_end=THURSDAY,
    )


WEDNESDAY = TUESDAY + DAY


def choices(**more: Any) -> Choices:
    return Choices(**{"changes_plan": True, "date": THURSDAY, "recurrence": EVERY_OTHER_THURSDAY, **more})


def changed(cast: Cast, asked: BookingRequest, **more: Any) -> BookingRequest:
    approve_booking_request(asked, by=cast.dana, choices=choices(**more))
    return BookingRequest.objects.select_related("business").get(pk=asked.pk)


def days(**which: Any) -> list[date]:
    return list(
        Visit.objects.filter(status="scheduled", **which).order_by("date").values_list("date", flat=True)
    )


def as_stored() -> tuple[Any, ...]:
    """All that a change of plan may touch."""
    agreements = list(ClientService.objects.order_by("id").values())
    return agreements, list(Visit.objects.order_by("id").values())


def told(cast: Cast) -> list[date]:
    rows = Visit.objects.filter(business=cast.greenlawn, client_service__client=cast.maria)
    return [visit.date for visit in upcoming_as_told(rows, cast.maria, MONDAY, NOW, 50)]


def test_the_plan_changes_from_that_day_on_and_no_visit_is_added_beside_it(
    cast: Cast, weekly: ClientService, asked: BookingRequest
) -> None:
    done = changed(cast, asked)
    assert days() == [TUESDAY, THURSDAY, THURSDAY + 2 * WEEK]
    stored = ClientService.objects.get()
    assert (stored.rule, stored.frequency, stored.price_minor) == (
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
        "biweekly",
        weekly.price_minor,
    )
    assert (done.status, done.outcome, hasattr(done, "visit")) == ("approved", "plan_changed", False)
    assert violations() == []


def test_until_a_later_start_the_old_rhythm_goes_on(cast: Cast, asked: BookingRequest) -> None:
    """Also beyond the weeks that are made ahead."""
    start = THURSDAY + 6 * WEEK
    changed(cast, asked, date=start)
    assert days() == [TUESDAY + n * WEEK for n in range(7)]
    assert ClientService.objects.get().rule_start == start


def test_she_reads_what_was_and_what_will_be_in_her_language(cast: Cast, asked: BookingRequest) -> None:
    changed(cast, asked, price_minor=12000)
    letter = Message.objects.get(key="booking.plan_changed")
    assert (letter.recipient, letter.language) == (f"client:{cast.maria.pk}", "es")
    for words in ("cada dos semanas, los jueves", "cada semana, los martes", "5 mar", "$120"):
        assert words in letter.text, letter.text
    assert letter.next_try == NOW + timedelta(seconds=60)


def test_another_price_hours_and_technician_hold_from_then_on(cast: Cast, asked: BookingRequest) -> None:
    luis = factories.make_member(business=cast.greenlawn, role="technician", name="Luis")
    arrangement = Arrangement(luis, time(9), time(11))
    changed(cast, asked, price_minor=12000, part_of_day="morning", arrangement=arrangement)
    stored = ClientService.objects.get()
    assert (stored.price_minor, stored.technician, stored.arrives_from) == (12000, luis, time(9))
    first = Visit.objects.get(date=THURSDAY)
    assert (first.technician, first.arrives_until, first.part_of_day) == (luis, time(11), "morning")
    assert Visit.objects.get(date=TUESDAY).technician is None


def test_hours_that_nobody_changed_stay_and_are_said(
    cast: Cast, weekly: ClientService, asked: BookingRequest
) -> None:
    """She asked for a morning; her plan says after noon, and nobody said otherwise."""
    BookingRequest.objects.update(part_of_day="morning")
    ClientService.objects.update(part_of_day="afternoon", arrives_from=time(14), arrives_until=time(16))
    changed(cast, asked)
    stored = ClientService.objects.get()
    assert (stored.part_of_day, stored.arrives_from) == ("afternoon", time(14))
    assert "14:00" in Message.objects.get().text or "2:00" in Message.objects.get().text


def test_a_one_time_service_becomes_a_recurring_one(cast: Cast, asked: BookingRequest) -> None:
    Visit.objects.all().delete()
    ClientService.objects.update(
        frequency="", rule="", rule_start=None, makes_visits=False, extends_on=None, start_date=TUESDAY
    )
    factories.make_visit(client_service=ClientService.objects.get(), date=TUESDAY)
    done = changed(cast, asked)
    assert days() == [TUESDAY, THURSDAY, THURSDAY + 2 * WEEK]
    undo_booking_request(done, by=cast.dana)
    stored = ClientService.objects.get()
    assert (days(), stored.frequency, stored.makes_visits) == ([TUESDAY], "", False)


def test_visits_that_someone_moved_stay_where_they_are(cast: Cast, asked: BookingRequest) -> None:
    moved = Visit.objects.select_related("client_service__business").get(date=TUESDAY + WEEK)
    when = VisitChanges(date=TUESDAY + WEEK + DAY, part_of_day="any", technician=None, is_charged=True)
    change_visit(moved, by=cast.dana, version=0, changes=when)
    changed(cast, asked)
    assert TUESDAY + WEEK + DAY in days()


def test_todays_visit_is_never_touched(cast: Cast, asked: BookingRequest) -> None:
    ClientService.objects.update(rule="FREQ=WEEKLY;BYDAY=MO", extends_on=MONDAY, rule_start=MONDAY)
    Visit.objects.all().delete()
    extend_schedules()
    changed(cast, asked, date=MONDAY, recurrence=Recurrence("weekly", (0, 4)))
    assert days()[:3] == [MONDAY, date(2026, 3, 6), MONDAY + WEEK]


@pytest.mark.parametrize(
    ("prepared", "more", "code"),
    [
        ({}, {"recurrence": Recurrence("weekly", (1,)), "date": TUESDAY}, "nothing_changes"),
        ({"ends_on": WEDNESDAY}, {}, "plan_ends"),
        ({}, {"date": MONDAY - DAY}, "date_past"),
    ],
)
def test_what_cannot_be_changed_is_refused_and_nothing_is_touched(
    cast: Cast, asked: BookingRequest, prepared: dict[str, Any], more: dict[str, Any], code: str
) -> None:
    ClientService.objects.update(**prepared)
    before = as_stored()
    with pytest.raises(CannotApprove) as refused:
        changed(cast, asked, **more)
    assert refused.value.plan.refusal == code
    assert as_stored() == before and Message.objects.count() == 0


def test_what_was_shown_is_what_is_done(cast: Cast, asked: BookingRequest) -> None:
    shown = plan_approvals([asked], choices=choices())[0].fingerprint
    for another in (
        {"recurrence": Recurrence("biweekly", (4,))},
        {"price_minor": 1},
        {"date": THURSDAY + DAY},
    ):
        with pytest.raises(PlanChanged):
            approve_booking_request(asked, by=cast.dana, choices=choices(**another), shown_plan=shown)
    ClientService.objects.update(rule="FREQ=WEEKLY;BYDAY=WE")
    with pytest.raises(PlanChanged):
        approve_booking_request(asked, by=cast.dana, choices=choices(), shown_plan=shown)


def test_undo_gives_back_the_very_visits_that_went(cast: Cast, asked: BookingRequest) -> None:
    luis = factories.make_member(business=cast.greenlawn, role="technician", name="Luis")
    Visit.objects.filter(date=TUESDAY + WEEK).update(technician=luis, note="Ring twice.", version=1)
    going = Visit.objects.get(date=TUESDAY + WEEK)
    history = Event.objects.create(business=cast.greenlawn, visit=going, verb="visit_noted", actor=cast.dana)
    move = factories.make_booking_request(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, kind="move_visit", about_visit=going
    )
    before = as_stored()
    done = changed(cast, asked, price_minor=12000)
    undo_booking_request(done, by=cast.dana)
    assert as_stored() == before
    assert BookingRequest.objects.get(pk=move.pk).about_visit == going
    assert Event.objects.get(pk=history.pk).visit == going
    assert Message.objects.count() == 0 and violations() == []


def test_undo_is_refused_once_something_became_of_a_new_visit(cast: Cast, asked: BookingRequest) -> None:
    done = changed(cast, asked)
    new = Visit.objects.select_related(
        "client_service__business", "client_service__client", "client_service__property"
    ).get(date=THURSDAY)
    cancel_visit(new, by=cast.dana, version=0)
    with pytest.raises(UndoRefused) as refused:
        undo_booking_request(done, by=cast.dana)
    assert refused.value.code == "visit_changed"
    assert days() == [TUESDAY, THURSDAY + 2 * WEEK]


def test_undo_is_refused_once_the_plan_was_changed_again(cast: Cast, asked: BookingRequest) -> None:
    done = changed(cast, asked)
    ClientService.objects.update(rule="FREQ=WEEKLY;BYDAY=FR")
    with pytest.raises(UndoRefused) as refused:
        undo_booking_request(done, by=cast.dana)
    assert refused.value.code == "plan_changed"


def test_while_it_may_be_undone_she_sees_the_plan_she_knows(cast: Cast, asked: BookingRequest) -> None:
    changed(cast, asked)
    assert told(cast) == TUESDAYS
    BookingRequest.objects.update(undo_until=NOW - DAY)
    assert told(cast) == [TUESDAY, THURSDAY, THURSDAY + 2 * WEEK]


def test_opened_again_the_plan_is_as_before_from_tomorrow_on(cast: Cast, asked: BookingRequest) -> None:
    done = changed(cast, asked)
    Message.objects.update(status="sent", sent_at=NOW)
    with time_machine.travel(NOW + 8 * DAY, tick=False):
        extend_schedules()
        reopen_booking_request(done, by=cast.dana)
    assert days(date__gt=MONDAY + 8 * DAY) == [TUESDAY + n * WEEK for n in range(2, 5)]
    assert Visit.objects.filter(date=THURSDAY).exists()  # it has taken place, or should have
    letter = Message.objects.get(key="booking.reopened")
    assert "Sigue como antes: cada semana, los martes" in letter.text
    assert violations() == []


@pytest.mark.parametrize(
    "meanwhile", [{"rule": "FREQ=WEEKLY;BYDAY=FR"}, {"status": "cancelled", "extends_on": None}]
)
def test_a_plan_that_went_on_to_something_else_is_not_opened_again(
    cast: Cast, asked: BookingRequest, meanwhile: dict[str, Any]
) -> None:
    done = changed(cast, asked)
    ClientService.objects.update(**meanwhile)
    before = as_stored()
    with time_machine.travel(NOW + timedelta(minutes=5)), pytest.raises(ReopenRefused) as refused:
        reopen_booking_request(done, by=cast.dana)
    assert refused.value.code == "plan_changed" and as_stored() == before
