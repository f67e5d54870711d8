"""Another rhythm: future visits that came from the old one follow it, all others stay, and the client is told."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from sidegate.actions import visits as actions
from sidegate.actions.client_services import Terms, change_terms, pause
from sidegate.actions.visits import VisitChanges, extend_schedules
from sidegate.models import Client, ClientService, Event, Message, Visit
from sidegate.models.recurrence import Recurrence
from tests import factories
from tests.conftest import Cast

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
WEEK = timedelta(weeks=1)
pytestmark = pytest.mark.time_machine(datetime(2026, 3, 2, 15, tzinfo=UTC), tick=False)
ON_THURSDAYS = Recurrence("weekly", (3,))


@pytest.fixture
def weekly(cast: Cast) -> ClientService:
    """On Tuesdays, with four weeks on the schedule."""
    agreement = factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, makes_visits=True, extends_on=MONDAY
    )
    extend_schedules()
    return agreement


def terms(agreement: ClientService, **changes: Any) -> Terms:
    """As they stand, but for the changes."""
    as_agreed = {
        "price_minor": agreement.price_minor,
        "frequency": agreement.frequency,
        "start_date": agreement.start_date,
        "recurrence": agreement.recurrence(),
        "rule_start": agreement.rule_start,
    }
    return Terms(**{**as_agreed, **changes})


def on_thursdays(agreement: ClientService, **changes: Any) -> Terms:
    return terms(agreement, recurrence=ON_THURSDAYS, rule_start=TUESDAY, **changes)


def days(agreement: ClientService) -> list[date]:
    return list(agreement.visits.filter(status="scheduled").order_by("date").values_list("date", flat=True))


def test_the_days_ahead_follow_the_new_rhythm(cast: Cast, weekly: ClientService) -> None:
    change_terms(weekly, on_thursdays(weekly), by=cast.dana)
    assert days(weekly) == [date(2026, 3, 5) + n * WEEK for n in range(4)]
    stored = ClientService.objects.get()
    assert (stored.rule, stored.rule_start) == ("FREQ=WEEKLY;BYDAY=TH", date(2026, 3, 5))
    assert stored.start_date == date(2026, 1, 6)


def test_the_client_is_told_in_her_language_what_changes(cast: Cast, weekly: ClientService) -> None:
    change_terms(weekly, on_thursdays(weekly), by=cast.dana)
    message = Message.objects.get()
    assert (message.key, message.language, message.status) == ("plan.changed", "es", "queued")
    for words in ("cada semana, los jueves", "cada semana, los martes", "5 mar, 12 mar, 19 mar y 26 mar"):
        assert words in message.text
    event = Event.objects.get(verb="service_changed")
    assert (message.event_id, event.client) == (event.pk, cast.maria)
    assert event.data["from"]["rule"] == "FREQ=WEEKLY;BYDAY=TU"


def test_what_is_past_done_moved_or_settled_by_hand_stays(cast: Cast, weekly: ClientService) -> None:
    first, second, third, _fourth = weekly.visits.order_by("date")
    actions.change_visit(first, VisitChanges(date(2026, 3, 6), "any", None, True), by=cast.dana, version=0)
    actions.skip_visit(second, by=cast.dana, version=0)
    actions.cancel_visit(third, by=cast.dana, version=0)
    today = factories.make_visit(client_service=weekly, date=MONDAY, occurrence_date=MONDAY)
    past = factories.make_visit(client_service=weekly, date=MONDAY - WEEK, status="completed")
    by_hand = factories.make_visit(client_service=weekly, date=date(2026, 3, 7))
    kept = {first.pk, second.pk, third.pk, today.pk, past.pk, by_hand.pk}
    change_terms(weekly, on_thursdays(weekly), by=cast.dana)
    assert kept <= set(Visit.objects.values_list("pk", flat=True))
    thursdays = [date(2026, 3, 5) + n * WEEK for n in range(4)]
    assert days(weekly) == sorted([MONDAY, date(2026, 3, 6), date(2026, 3, 7), *thursdays])


def test_days_that_both_rhythms_have_keep_their_visits_and_who_goes_there(
    cast: Cast, weekly: ClientService
) -> None:
    theo = factories.make_member(business=cast.greenlawn, role="technician", name="Theo Park")
    visit = weekly.visits.order_by("date")[0]
    actions.change_visit(visit, VisitChanges(TUESDAY, "any", theo, True), by=cast.dana, version=0)
    twice = Recurrence("weekly", (1, 3))
    change_terms(weekly, terms(weekly, recurrence=twice), by=cast.dana)
    visit.refresh_from_db()
    assert visit.technician == theo
    assert days(weekly) == sorted(
        [TUESDAY + n * WEEK for n in range(4)] + [date(2026, 3, 5) + n * WEEK for n in range(4)]
    )


def test_a_new_arrival_window_reaches_the_visits_that_had_the_old_one(
    cast: Cast, weekly: ClientService
) -> None:
    first, second = weekly.visits.order_by("date")[:2]
    actions.change_visit(second, VisitChanges(second.date, "morning", None, True), by=cast.dana, version=0)
    Message.objects.all().delete()
    change_terms(weekly, terms(weekly, part_of_day="afternoon", duration_minutes=30), by=cast.dana)
    parts = dict(weekly.visits.values_list("date", "part_of_day"))
    assert parts == {
        first.date: "afternoon",
        second.date: "morning",
        TUESDAY + 2 * WEEK: "afternoon",
        TUESDAY + 3 * WEEK: "afternoon",
    }
    assert set(weekly.visits.values_list("duration_minutes", flat=True)) == {30}
    assert not Message.objects.exists()


def test_a_rhythm_that_has_today_as_well_makes_none_for_today(cast: Cast, weekly: ClientService) -> None:
    with_mondays = Recurrence("weekly", (0, 1))
    change_terms(weekly, terms(weekly, recurrence=with_mondays), by=cast.dana)
    assert days(weekly)[:2] == [TUESDAY, MONDAY + WEEK]


def test_a_new_price_alone_moves_no_visit_and_tells_nobody(cast: Cast, weekly: ClientService) -> None:
    before = set(weekly.visits.values_list("pk", flat=True))
    change_terms(weekly, terms(weekly, price_minor=8800), by=cast.dana)
    assert set(weekly.visits.values_list("pk", flat=True)) == before
    assert not Message.objects.exists()


def test_one_that_ends_sooner_loses_the_visits_after_its_end(cast: Cast, weekly: ClientService) -> None:
    change_terms(weekly, terms(weekly, ends_on=TUESDAY + WEEK), by=cast.dana)
    assert days(weekly) == [TUESDAY, TUESDAY + WEEK]
    assert Message.objects.get().key == "plan.changed"


def test_one_that_is_paused_takes_the_new_rhythm_when_it_is_resumed(
    cast: Cast, weekly: ClientService
) -> None:
    pause(weekly, by=cast.dana, clears_schedule=True)
    Message.objects.all().delete()
    change_terms(weekly, on_thursdays(weekly), by=cast.dana)
    assert days(weekly) == []
    assert not Message.objects.exists()


def test_one_that_becomes_one_time_makes_no_more_visits(cast: Cast, weekly: ClientService) -> None:
    change_terms(weekly, Terms(9500, "", date(2026, 1, 6)), by=cast.dana)
    assert days(weekly) == []
    stored = ClientService.objects.get()
    assert (stored.rule, stored.makes_visits, stored.extends_on) == ("", False, None)


def test_a_client_without_email_leaves_the_text_ready_to_be_told(cast: Cast, weekly: ClientService) -> None:
    Client.objects.update(email="")
    fresh = ClientService.objects.select_related("client", "business", "service", "property").get()
    change_terms(fresh, on_thursdays(fresh), by=cast.dana)
    message = Message.objects.get()
    assert (message.status, message.reason) == ("not_sendable", "no_address")
    assert "jueves" in message.text
