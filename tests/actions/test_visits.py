"""A visit's life by hand: added, moved, done, skipped, cancelled; who is told, and what its agreement becomes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from sidegate.actions import visits as actions
from sidegate.actions.errors import Conflict, InvalidInput
from sidegate.actions.visits import VisitChanges, first_dates
from sidegate.models import Client, ClientService, Event, Message, Visit
from sidegate.models.recurrence import Recurrence
from tests import factories
from tests.conftest import Cast

MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)
pytestmark = pytest.mark.time_machine(datetime(2026, 3, 2, 15, tzinfo=UTC), tick=False)


@pytest.fixture
def weekly(cast: Cast) -> ClientService:
    return factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)


@pytest.fixture
def one_time(cast: Cast) -> ClientService:
    return factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, frequency=""
    )


def visit_on(agreement: ClientService, day: date, **fields: Any) -> Visit:
    return factories.make_visit(client_service=agreement, date=day, **fields)


def changes(day: date, part: str = "any", **fields: Any) -> VisitChanges:
    return VisitChanges(day, part, **{"technician": None, "is_charged": True, **fields})


def status_of(agreement: ClientService) -> str:
    return ClientService.objects.get(pk=agreement.pk).status


def test_a_visit_is_added_under_an_agreement_and_nobody_is_written_to(
    cast: Cast, weekly: ClientService
) -> None:
    made = actions.add_visit(weekly, by=cast.dana, day=TUESDAY, part_of_day="morning")
    stored = Visit.objects.get()
    assert (stored.pk, stored.date, stored.part_of_day, stored.status) == (
        made.pk,
        TUESDAY,
        "morning",
        "scheduled",
    )
    assert Event.objects.get().verb == Event.Verb.VISIT_ADDED
    assert not Message.objects.exists()


@pytest.mark.parametrize("day", [MONDAY - timedelta(days=1), MONDAY + timedelta(days=731)])
def test_a_day_that_cannot_be_is_refused_at_its_field(cast: Cast, weekly: ClientService, day: date) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.add_visit(weekly, by=cast.dana, day=day)
    assert set(refused.value.errors) == {"date"}
    assert not Visit.objects.exists()


@pytest.mark.parametrize("status", ["paused", "cancelled", "completed"])
def test_nothing_is_added_under_an_agreement_that_does_not_run(
    cast: Cast, weekly: ClientService, status: str
) -> None:
    ClientService.objects.update(status=status)
    with pytest.raises(Conflict, match="not_active"):
        actions.add_visit(weekly, by=cast.dana, day=TUESDAY)
    with pytest.raises(Conflict, match="not_active"):
        actions.put_on_schedule(weekly, by=cast.dana)
    assert not Visit.objects.exists()


def test_nothing_is_added_for_an_archived_client(cast: Cast, weekly: ClientService) -> None:
    Client.objects.filter(pk=cast.maria.pk).update(archived_at=timezone.now())
    with pytest.raises(Conflict, match="not_active"):
        actions.add_visit(weekly, by=cast.dana, day=TUESDAY)


def test_put_on_the_schedule_it_has_four_weeks_at_once_and_no_date_twice(
    cast: Cast, weekly: ClientService
) -> None:
    first = actions.put_on_schedule(weekly, by=cast.dana)
    assert [visit.date for visit in first] == [TUESDAY + timedelta(weeks=n) for n in range(4)]
    actions.change_visit(first[3], changes(date(2026, 4, 2)), by=cast.dana, version=0)
    assert actions.put_on_schedule(weekly, by=cast.dana) == []


def test_a_monthly_rhythm_on_the_31st_falls_on_the_last_day_of_shorter_months() -> None:
    start = date(2026, 1, 31)
    rhythm = Recurrence.counted_from(start, "monthly")
    found = [first_dates(rhythm, start, date(2026, month, 1)) for month in (2, 3, 4)]
    assert found == [(date(2026, 2, 28),), (date(2026, 3, 31),), (date(2026, 4, 30),)]


def test_moving_a_visit_tells_the_client_in_her_language(cast: Cast, weekly: ClientService) -> None:
    visit = visit_on(weekly, TUESDAY, part_of_day="morning")
    assert actions.change_visit(visit, changes(WEDNESDAY, "afternoon"), by=cast.dana, version=0)
    stored = Visit.objects.get()
    assert (stored.date, stored.part_of_day, stored.version) == (WEDNESDAY, "afternoon", 1)
    message, event = Message.objects.get(), Event.objects.get()
    assert (message.key, message.language, message.status) == ("visit.moved", "es", "queued")
    assert message.event_id == event.pk
    assert "miércoles 4 de marzo" in message.text
    assert "martes 3 de marzo" in message.text
    assert (event.data["from"], event.data["to"]) == ("2026-03-03", "2026-03-04")


def test_another_technician_tells_nobody(cast: Cast, weekly: ClientService) -> None:
    theo = factories.make_member(business=cast.greenlawn, role="staff", name="Theo Park")
    visit = visit_on(weekly, TUESDAY)
    moved = actions.change_visit(visit, changes(TUESDAY, technician=theo), by=cast.dana, version=0)
    assert (moved, Visit.objects.get().technician) == (False, theo)
    assert not Message.objects.exists()


def test_a_visit_moves_to_no_day_that_has_passed(cast: Cast, weekly: ClientService) -> None:
    visit = visit_on(weekly, TUESDAY)
    with pytest.raises(InvalidInput):
        actions.change_visit(visit, changes(MONDAY - timedelta(days=1)), by=cast.dana, version=0)
    assert Visit.objects.get().date == TUESDAY


def test_a_client_without_email_leaves_the_text_ready_to_be_told(cast: Cast, weekly: ClientService) -> None:
    Client.objects.update(email="")
    visit = Visit.objects.select_related("client_service__client").get(pk=visit_on(weekly, TUESDAY).pk)
    actions.change_visit(visit, changes(WEDNESDAY), by=cast.dana, version=0)
    message = Message.objects.get()
    assert (message.status, message.reason) == ("not_sendable", "no_address")
    assert "miércoles 4 de marzo" in message.text


ACTS: dict[str, Callable[..., Any]] = {
    "move": lambda visit, **by: actions.change_visit(visit, changes(WEDNESDAY), **by),
    "staff": lambda visit, **by: actions.change_visit(visit, changes(MONDAY), **by),
    "complete": actions.complete_visit,
    "skip": actions.skip_visit,
    "cancel": actions.cancel_visit,
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize(("status", "version"), [("cancelled", 0), ("completed", 0), ("scheduled", 1)])
def test_a_visit_changed_meanwhile_is_left_alone_and_nobody_is_told(
    cast: Cast, weekly: ClientService, act: Callable[..., Any], status: str, version: int
) -> None:
    visit = visit_on(weekly, MONDAY)
    Visit.objects.update(status=status, version=version)
    before = list(Visit.objects.values())
    with pytest.raises(Conflict, match="visit_changed"):
        act(visit, by=cast.dana, version=0)
    assert list(Visit.objects.values()) == before
    assert not Message.objects.exists()
    assert not Event.objects.exists()


def test_a_visit_is_not_done_before_its_day(cast: Cast, weekly: ClientService) -> None:
    with pytest.raises(Conflict, match="still_ahead"):
        actions.complete_visit(visit_on(weekly, TUESDAY), by=cast.dana, version=0)


def test_a_one_time_service_is_completed_with_its_last_open_visit(
    cast: Cast, one_time: ClientService
) -> None:
    first, second = visit_on(one_time, MONDAY), visit_on(one_time, TUESDAY)
    actions.complete_visit(first, by=cast.dana, version=0)
    assert status_of(one_time) == "active"
    actions.skip_visit(second, by=cast.dana, version=0)
    assert status_of(one_time) == "completed"


def test_a_one_time_service_is_cancelled_where_all_its_visits_were(
    cast: Cast, one_time: ClientService
) -> None:
    actions.cancel_visit(visit_on(one_time, TUESDAY), by=cast.dana, version=0)
    assert status_of(one_time) == "cancelled"


def test_a_weekly_service_goes_on_whatever_becomes_of_its_visits(cast: Cast, weekly: ClientService) -> None:
    actions.complete_visit(visit_on(weekly, MONDAY), by=cast.dana, version=0)
    actions.cancel_visit(visit_on(weekly, TUESDAY), by=cast.dana, version=0)
    assert status_of(weekly) == "active"


def test_undoing_a_completion_opens_visit_and_service_again(cast: Cast, one_time: ClientService) -> None:
    visit = visit_on(one_time, MONDAY)
    actions.complete_visit(visit, by=cast.dana, version=0)
    actions.reopen_visit(visit, by=cast.dana, version=1)
    assert (Visit.objects.get().status, status_of(one_time)) == ("scheduled", "active")
    assert list(Event.objects.order_by("id").values_list("verb", flat=True)) == [
        "visit_completed",
        "visit_reopened",
    ]


def test_a_service_that_was_ended_by_hand_stays_ended_whatever_its_visits_do(
    cast: Cast, one_time: ClientService
) -> None:
    first, last = visit_on(one_time, MONDAY), visit_on(one_time, MONDAY)
    ClientService.objects.update(status="cancelled")
    actions.complete_visit(first, by=cast.dana, version=0)
    actions.reopen_visit(first, by=cast.dana, version=1)
    actions.complete_visit(first, by=cast.dana, version=2)
    actions.complete_visit(last, by=cast.dana, version=0)
    assert status_of(one_time) == "cancelled"


def test_a_cancelled_visit_stays_cancelled(cast: Cast, weekly: ClientService) -> None:
    visit = visit_on(weekly, MONDAY, status="cancelled")
    with pytest.raises(Conflict, match="visit_changed"):
        actions.reopen_visit(visit, by=cast.dana, version=0)


@pytest.mark.parametrize("reason", ["The crew is ill.", ""])
def test_cancelling_tells_the_client_with_the_reason_where_there_is_one(
    cast: Cast, weekly: ClientService, reason: str
) -> None:
    actions.cancel_visit(visit_on(weekly, TUESDAY), by=cast.dana, version=0, reason=reason)
    message = Message.objects.get()
    assert (message.key, message.language) == ("visit.cancelled", "es")
    assert ("motivo" in message.text, reason in message.text) == (bool(reason), True)


def test_what_is_said_of_a_visit_waits_for_the_letter_that_approved_it(
    cast: Cast, weekly: ClientService
) -> None:
    until = timezone.now() + timedelta(seconds=60)
    asked = factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    asked.undo_until = until
    visit = visit_on(weekly, TUESDAY, booking_request=asked)
    actions.cancel_visit(visit, by=cast.dana, version=0)
    message = Message.objects.get()
    assert (message.next_try, message.booking_request_id) == (until, asked.pk)
    assert message.text.count(f"/requests/{asked.reference}") == 1


def test_warnings_name_a_closed_day_and_one_that_has_a_visit(cast: Cast, weekly: ClientService) -> None:
    visit = visit_on(weekly, TUESDAY)
    visit_on(weekly, WEDNESDAY, status="cancelled")
    saturday = date(2026, 3, 7)
    assert actions.warnings_for(weekly, saturday) == ["closed_day"]
    assert actions.warnings_for(weekly, TUESDAY) == ["day_occupied"]
    assert actions.warnings_for(weekly, TUESDAY, but=visit.pk) == []
    assert actions.warnings_for(weekly, WEDNESDAY) == []


def test_a_time_of_arrival_is_told_in_place_of_the_part_of_the_day(cast: Cast, weekly: ClientService) -> None:
    visit = factories.make_visit(client_service=weekly, date=TUESDAY, part_of_day="morning")
    timed = changes(TUESDAY, "morning", arrives_from=time(9), arrives_until=time(11))
    assert actions.change_visit(visit, timed, by=cast.dana, version=0)
    told = Message.objects.get().text
    assert "martes 3 de marzo, 9:00–11:00" in told
    assert "En lugar de: martes 3 de marzo, por la mañana" in told
    moved = Event.objects.get().data
    assert (moved["arrival_to"], "arrival_from" in moved) == (["09:00", "11:00"], False)


def test_a_part_of_the_day_that_nobody_was_told_tells_nobody(cast: Cast, weekly: ClientService) -> None:
    visit = factories.make_visit(
        client_service=weekly, date=TUESDAY, arrives_from=time(9), arrives_until=time(11)
    )
    parted = changes(TUESDAY, "morning", arrives_from=time(9), arrives_until=time(11))
    assert not actions.change_visit(visit, parted, by=cast.dana, version=0)
    assert (Visit.objects.get().part_of_day, Message.objects.count()) == ("morning", 0)


def test_a_note_is_kept_once_whatever_was_seen_before(cast: Cast, weekly: ClientService) -> None:
    visit = factories.make_visit(client_service=weekly, date=TUESDAY)
    actions.note_visit(visit, "The gate sticks.", by=cast.dana, was="")
    with pytest.raises(Conflict):
        actions.note_visit(visit, "All well.", by=cast.dana, was="")
    actions.note_visit(visit, "The gate sticks.", by=cast.dana, was="The gate sticks.")
    assert Visit.objects.get().note == "The gate sticks."
    assert [event.verb for event in Event.objects.all()] == ["visit_noted"]
