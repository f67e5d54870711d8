"""The rolling horizon: visits of recurring services stand some weeks ahead, each once, whatever happens between."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sidegate.actions import visits as actions
from sidegate.actions.client_services import Pause, keep_pauses, pause, resume
from sidegate.actions.clients import bring_back_client
from sidegate.actions.visits import VisitChanges, extend_schedules
from sidegate.models import Business, Client, ClientService, Visit
from sidegate.models.recurrence import Recurrence
from tests import factories
from tests.conftest import Cast
from tests.models.test_recurrence import RECURRENCES, midnight

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
WEEK = timedelta(weeks=1)
at_noon = pytest.mark.time_machine(NOW, tick=False)


def agreed(cast: Cast, **fields: Any) -> ClientService:
    """Weekly on Tuesdays since January, and on the schedule."""
    going = {"makes_visits": True, "extends_on": MONDAY, **fields}
    return factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, **going
    )


def days(agreement: ClientService) -> list[date]:
    return list(agreement.visits.filter(status="scheduled").order_by("date").values_list("date", flat=True))


def a_week_later(weeks: float = 1) -> time_machine.travel:
    return time_machine.travel(NOW + timedelta(weeks=weeks), tick=False)


@at_noon
def test_four_weeks_stand_ahead_and_a_second_run_adds_nothing(cast: Cast) -> None:
    weekly = agreed(cast)
    assert extend_schedules() == 1
    assert days(weekly) == [TUESDAY + n * WEEK for n in range(4)]
    assert extend_schedules() == 0
    ClientService.objects.update(extends_on=MONDAY)
    assert extend_schedules() == 1
    assert days(weekly) == [TUESDAY + n * WEEK for n in range(4)]


@at_noon
def test_it_is_taken_again_when_its_next_date_comes_near_and_not_before(cast: Cast) -> None:
    weekly = agreed(cast)
    extend_schedules()
    weekly.refresh_from_db()
    assert weekly.extends_on == TUESDAY + 4 * WEEK - timedelta(days=27)
    with time_machine.travel(datetime(2026, 3, 4, 5, tzinfo=UTC), tick=False):
        assert extend_schedules() == 0
    with a_week_later():
        extend_schedules()
        assert days(weekly) == [TUESDAY + n * WEEK for n in range(5)]


@at_noon
def test_after_weeks_without_a_worker_each_date_ahead_is_there_and_none_behind(cast: Cast) -> None:
    weekly = agreed(cast)
    extend_schedules()
    with a_week_later(weeks=6):
        extend_schedules()
        assert days(weekly) == [TUESDAY + n * WEEK for n in (0, 1, 2, 3, 6, 7, 8, 9)]


@at_noon
def test_a_business_may_look_further_ahead(cast: Cast) -> None:
    Business.objects.update(horizon_weeks=8)
    weekly = agreed(cast)
    extend_schedules()
    assert days(weekly) == [TUESDAY + n * WEEK for n in range(8)]


@at_noon
def test_what_was_moved_skipped_or_cancelled_by_hand_is_not_made_again(cast: Cast) -> None:
    weekly = agreed(cast)
    extend_schedules()
    first, second, third, _fourth = weekly.visits.order_by("date")
    changes = VisitChanges(date(2026, 3, 5), "any", None, True)
    actions.change_visit(first, changes, by=cast.dana, version=0)
    actions.skip_visit(second, by=cast.dana, version=0)
    actions.cancel_visit(third, by=cast.dana, version=0)
    ClientService.objects.update(extends_on=MONDAY)
    extend_schedules()
    assert days(weekly) == [date(2026, 3, 5), date(2026, 3, 24)]


@at_noon
def test_a_day_that_has_a_visit_of_that_service_gets_no_second_one(cast: Cast) -> None:
    weekly = agreed(cast)
    factories.make_visit(client_service=weekly, date=TUESDAY)
    factories.make_visit(client_service=weekly, date=TUESDAY + WEEK, status="cancelled")
    extend_schedules()
    assert days(weekly) == [TUESDAY + n * WEEK for n in range(4)]


@at_noon
def test_a_visit_is_made_as_agreed(cast: Cast) -> None:
    theo = factories.make_member(business=cast.greenlawn, role="technician", name="Theo Park")
    weekly = agreed(
        cast, part_of_day="morning", arrives_from="08:00", arrives_until="10:00", technician=theo,
        duration_minutes=45,
    )  # fmt: skip
    extend_schedules()
    visit = weekly.visits.order_by("date")[0]
    assert (visit.part_of_day, str(visit.arrives_from), str(visit.arrives_until)) == (
        "morning", "08:00:00", "10:00:00",
    )  # fmt: skip
    assert (visit.technician, visit.duration_minutes, visit.occurrence_date) == (theo, 45, TUESDAY)
    cast.mowing.duration_minutes = 90
    cast.mowing.save()
    another = agreed(cast)
    extend_schedules()
    assert another.visits.order_by("date")[0].duration_minutes == 90


@at_noon
def test_a_closed_day_keeps_its_visit(cast: Cast) -> None:
    Business.objects.update(closed_dates=[TUESDAY.isoformat()])
    weekly = agreed(cast)
    extend_schedules()
    assert TUESDAY in days(weekly)


@at_noon
def test_nothing_is_made_after_the_end_and_it_is_not_taken_again(cast: Cast) -> None:
    weekly = agreed(cast, ends_on=TUESDAY + WEEK)
    extend_schedules()
    assert days(weekly) == [TUESDAY, TUESDAY + WEEK]
    weekly.refresh_from_db()
    assert weekly.extends_on is None


@at_noon
@pytest.mark.parametrize("status", ["paused", "cancelled", "completed"])
def test_nothing_is_made_for_one_that_does_not_run(cast: Cast, status: str) -> None:
    agreed(cast, status=status, extends_on=None)
    assert extend_schedules() == 0
    assert not Visit.objects.exists()


@at_noon
def test_an_archived_client_gets_none_until_she_is_back(cast: Cast) -> None:
    weekly = agreed(cast)
    Client.objects.filter(pk=cast.maria.pk).update(archived_at=NOW)
    extend_schedules()
    assert days(weekly) == []
    bring_back_client(Client.objects.select_related("business").get(pk=cast.maria.pk))
    with a_week_later(weeks=1 / 7):
        extend_schedules()
    assert days(weekly) == [TUESDAY + n * WEEK for n in range(4)]


@at_noon
def test_one_that_cannot_be_worked_out_holds_up_no_other(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    broken, weekly = agreed(cast), agreed(cast)
    ClientService.objects.filter(pk=broken.pk).update(rule="FREQ=NEVER")
    extend_schedules()
    assert days(weekly) == [TUESDAY + n * WEEK for n in range(4)]
    assert "cannot be made" in caplog.text
    assert extend_schedules() == 0  # until tomorrow


# Pauses


@at_noon
def test_a_planned_pause_leaves_its_weeks_out(cast: Cast) -> None:
    weekly = agreed(cast)
    pause(weekly, by=cast.dana, clears_schedule=False, when=Pause(date(2026, 3, 9), date(2026, 3, 20)))
    assert ClientService.objects.get().status == "active"
    extend_schedules()
    assert days(weekly) == [TUESDAY, TUESDAY + 3 * WEEK]


@at_noon
def test_a_pause_cancels_the_visits_in_it_and_no_others(cast: Cast) -> None:
    weekly = agreed(cast)
    extend_schedules()
    when = Pause(date(2026, 3, 9), date(2026, 3, 20))
    pause(weekly, by=cast.dana, clears_schedule=True, when=when, reason="You are away.")
    assert days(weekly) == [TUESDAY, TUESDAY + 3 * WEEK]
    cancelled = weekly.visits.get(date=TUESDAY + WEEK)
    assert cancelled.status == "cancelled"
    assert cancelled.events.get().data["reason"] == "You are away."


@at_noon
def test_the_worker_begins_and_ends_a_pause_on_its_days(cast: Cast) -> None:
    weekly = agreed(cast)
    pause(weekly, by=cast.dana, clears_schedule=False, when=Pause(date(2026, 3, 9), date(2026, 3, 20)))
    extend_schedules()
    assert keep_pauses() == 0
    with a_week_later():
        assert keep_pauses() == 1
        assert ClientService.objects.get().status == "paused"
        assert keep_pauses() == 0
        assert extend_schedules() == 0
    with a_week_later(weeks=3):
        assert keep_pauses() == 1
        weekly.refresh_from_db()
        assert (weekly.status, weekly.paused_from) == ("active", None)
        assert days(weekly) == [TUESDAY, *(TUESDAY + n * WEEK for n in (3, 4, 5, 6))]


@at_noon
def test_resumed_its_visits_are_made_from_today_on(cast: Cast) -> None:
    weekly = agreed(cast)
    pause(weekly, by=cast.dana, clears_schedule=True)
    with a_week_later(weeks=2):
        weekly.refresh_from_db()
        resume(weekly, by=cast.dana)
        assert days(weekly) == [TUESDAY + n * WEEK for n in range(2, 6)]


# Whatever comes, and in whichever zone

ACTS = st.lists(
    st.tuples(st.sampled_from(["wait", "move", "skip", "cancel", "pause", "run"]), st.integers(0, 40)),
    max_size=8,
)
ZONES = st.sampled_from(
    ["America/New_York", "Europe/Madrid", "Pacific/Auckland", "Pacific/Kiritimati", "Etc/GMT+12"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RECURRENCES, st.dates(date(2026, 1, 1), date(2026, 11, 1)), ZONES, ACTS)
def test_each_date_of_the_rule_is_made_once_whatever_is_done_to_its_visits(
    cast: Cast, recurrence: Recurrence, begins: date, zone: str, acts: list[tuple[str, int]]
) -> None:
    Visit.objects.all().delete(), ClientService.objects.all().delete()
    Business.objects.update(time_zone=zone)
    moment = datetime(begins.year, begins.month, begins.day, 12, tzinfo=ZoneInfo(zone))
    agreement = agreed(
        cast, frequency=recurrence.frequency, rule=recurrence.rule, rule_start=begins, start_date=begins
    )
    expected: set[date] = set()
    for act, number in [*acts, ("run", 0)]:
        moment += timedelta(days=number) if act == "wait" else timedelta()
        with time_machine.travel(moment, tick=False):
            agreement = ClientService.objects.select_related("business").get(pk=agreement.pk)
            expected |= play(agreement, act, number)
    made = list(Visit.objects.values_list("occurrence_date", flat=True))
    assert sorted(made) == sorted(expected)


def play(agreement: ClientService, act: str, number: int) -> set[date]:
    """Do it to one of the visits ahead; returns the dates that should have been made."""
    today = agreement.business.today()
    ahead = list(agreement.visits.filter(status="scheduled", date__gte=today).order_by("date"))
    if act == "run":
        return run(agreement, today, {visit.date for visit in ahead})
    if act == "pause" and agreement.paused_from is None:
        first = today + timedelta(days=number)
        ClientService.objects.update(paused_from=first, paused_until=first + timedelta(days=number))
    if ahead and act in ("move", "skip", "cancel"):
        visit = ahead[number % len(ahead)]
        visit.date = today + timedelta(days=number) if act == "move" else visit.date
        visit.status = {"skip": "skipped", "cancel": "cancelled"}.get(act, "scheduled")
        visit.version += 1
        visit.save()
    return set()


def run(agreement: ClientService, today: date, taken: set[date]) -> set[date]:
    """What the rule has in the coming four weeks, without the pause and without days that have a visit already."""
    already = set(agreement.visits.values_list("occurrence_date", flat=True))
    ClientService.objects.update(extends_on=today - timedelta(days=2))
    extend_schedules()
    start, last = agreement.rule_start or today, today + timedelta(days=27)
    found = rrulestr(agreement.rule, dtstart=midnight(start)).between(
        midnight(today), midnight(last), inc=True
    )
    due = {moment.date() for moment in found}
    return {day for day in due if not agreement.is_in_pause(day) and (day not in taken or day in already)}
