"""What Approve will do, before it is pressed (DESIGN rules 8 to 14)."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from sidegate.actions.booking_requests import Choices, Planner, PlanWords, facts_of_one, plan_approvals
from sidegate.actions.booking_requests.approval_plan import ApprovalPlan
from sidegate.actions.booking_requests.plan import series_dates
from sidegate.models import BookingRequest
from tests import factories
from tests.conftest import Cast

from .conftest import FRIDAY, MONDAY, SATURDAY, THURSDAY, TUESDAY, WEDNESDAY


def ask(cast: Cast, **fields: Any) -> BookingRequest:
    """Maria asks for mowing at Palm Court, Tuesday to Thursday."""
    fields = {"window_start": TUESDAY, "window_end": THURSDAY, **fields}
    return factories.make_booking_request(
        client=cast.maria, **{"property": cast.palm_court, "service": cast.mowing, **fields}
    )


def agree(cast: Cast, **fields: Any) -> Any:
    """Maria has mowing at Palm Court every week."""
    return factories.make_client_service(
        client=cast.maria, **{"property": cast.palm_court, "service": cast.mowing, **fields}
    )


def plan(booking_request: BookingRequest, **choices: Any) -> ApprovalPlan:
    return plan_approvals([booking_request], choices=Choices(**choices))[0]


def ways(booking_request: BookingRequest) -> list[ApprovalPlan]:
    facts = facts_of_one(booking_request.business, booking_request.pk)
    return Planner.for_requests(booking_request.business, [facts]).ways(facts)


def codes(planned: ApprovalPlan) -> set[str]:
    return {warned.code for warned in planned.warnings}


def say(cast: Cast, planned: ApprovalPlan, language: str = "en") -> str:
    with translation.override(language):
        return PlanWords(cast.greenlawn).sentence(planned)


def test_with_an_active_service_it_adds_a_visit_and_says_so(cast: Cast) -> None:
    weekly = agree(cast)
    planned = plan(ask(cast, part_of_day="morning"))
    assert (planned.client_service_id, planned.date, planned.price_minor) == (weekly.pk, TUESDAY, 9500)
    assert say(cast, planned) == (
        "Adds a visit on Tue, Mar 3, morning, to Weekly mowing, $95. Tells Maria in Spanish."
    )


def test_without_one_it_creates_a_one_time_service_at_the_catalog_price(cast: Cast) -> None:
    gutters = factories.make_service(
        business=cast.greenlawn, names={"en": "Gutter cleaning"}, price_minor=18000
    )
    omar = factories.make_client(business=cast.greenlawn, name="Omar Brooks", language="en", email="")
    home = factories.make_property(client=omar)
    planned = plan(
        factories.make_booking_request(
            client=omar, property=home, service=gutters, window_start=TUESDAY, window_end=THURSDAY
        )
    )
    assert planned.makes_client_service and planned.frequency == ""
    assert say(cast, planned) == (
        "Creates a one-time Gutter cleaning, $180, on Tue, Mar 3. Omar has no email: you tell them."
    )


def test_the_agreed_price_holds_whatever_the_catalog_says_now(cast: Cast) -> None:
    agree(cast, price_minor=8000)
    planned = plan(ask(cast, shown_price_minor=8000))
    assert planned.price_minor == 8000
    assert "price_differs" not in codes(planned)


def test_a_price_other_than_the_one_she_was_shown_is_said(cast: Cast) -> None:
    planned = plan(ask(cast, shown_price_minor=9000))
    words = PlanWords(cast.greenlawn).warnings(planned)
    assert words == ["Maria was shown $90; this visit is $95."]


@pytest.mark.parametrize(
    ("start", "end", "chosen", "because"),
    [
        (MONDAY, THURSDAY, MONDAY, ""),
        (date(2026, 2, 26), THURSDAY, MONDAY, "past"),
        (SATURDAY, date(2026, 3, 10), date(2026, 3, 9), "closed"),
    ],
)
def test_the_date_is_the_first_of_the_window_that_can_be_kept(
    cast: Cast, start: date, end: date, chosen: date, because: str
) -> None:
    planned = plan(ask(cast, window_start=start, window_end=end))
    assert (planned.date, planned.moved_because) == (chosen, because)


def test_a_day_that_has_her_weekly_visit_is_passed_over_and_the_plan_says_why(cast: Cast) -> None:
    weekly = agree(cast)
    factories.make_visit(client_service=weekly, date=TUESDAY)
    factories.make_visit(client_service=weekly, date=WEDNESDAY, status="completed")
    planned = plan(ask(cast))
    assert planned.date == THURSDAY
    assert PlanWords(cast.greenlawn).moved(planned) == "Tue, Mar 3 already has a visit."


@pytest.mark.parametrize("status", ["cancelled", "skipped"])
def test_a_cancelled_or_skipped_visit_leaves_its_day_free(cast: Cast, status: str) -> None:
    factories.make_visit(client_service=agree(cast), date=TUESDAY, status=status)
    assert plan(ask(cast)).date == TUESDAY


def test_a_closed_date_is_no_working_day(cast: Cast) -> None:
    cast.greenlawn.closed_dates = [TUESDAY.isoformat()]
    cast.greenlawn.save()
    assert plan(ask(cast)).date == WEDNESDAY


def test_a_window_without_a_free_day_asks_for_a_date_and_never_guesses(cast: Cast) -> None:
    planned = plan(ask(cast, window_start=SATURDAY, window_end=date(2026, 3, 8)))
    assert (planned.date, planned.refusal) == (None, "no_day_left")


def test_a_window_that_has_passed_says_so(cast: Cast) -> None:
    planned = plan(ask(cast, window_start=date(2026, 2, 24), window_end=date(2026, 2, 26)))
    assert (planned.date, planned.refusal) == (None, "window_passed")


def test_the_owner_may_choose_a_closed_day_outside_the_window_and_is_warned(cast: Cast) -> None:
    planned = plan(ask(cast), date=SATURDAY)
    assert (planned.date, planned.refusal) == (SATURDAY, "")
    assert codes(planned) == {"outside_window", "closed_day"}


def test_the_owner_may_not_choose_a_past_day(cast: Cast) -> None:
    planned = plan(ask(cast), date=date(2026, 3, 1))
    assert (planned.date, planned.refusal) == (None, "date_past")


@pytest.mark.parametrize("day", [date(2028, 3, 10), date.max])
def test_a_date_years_away_is_a_slip_of_the_finger(cast: Cast, day: date) -> None:
    assert plan(ask(cast), date=day).refusal == "date_too_far"


def test_today_is_a_calendar_date_where_the_business_is(cast: Cast, monday_morning: Any) -> None:
    monday_morning.move_to("2026-03-04T03:30:00Z")  # still Tuesday evening in New York
    assert plan(ask(cast)).date == TUESDAY


def test_of_several_matches_the_first_started_is_used_and_the_others_are_named(cast: Cast) -> None:
    agree(cast, start_date=date(2026, 2, 1), price_minor=7000)
    first = agree(cast, start_date=date(2025, 5, 1))
    planned = plan(ask(cast))
    assert planned.client_service_id == first.pk
    assert codes(planned) == {"others_match"}


def test_the_same_service_at_another_property_is_no_match_but_is_mentioned(cast: Cast) -> None:
    agree(cast, property=factories.make_property(client=cast.maria, address="3 Lake Road"))
    planned = plan(ask(cast))
    assert planned.makes_client_service
    assert PlanWords(cast.greenlawn).warnings(planned) == ["Maria has this service at 3 Lake Road, not here."]


def test_a_paused_service_is_no_match_and_its_price_is_named(cast: Cast) -> None:
    agree(cast, status="paused", price_minor=8800)
    planned = plan(ask(cast))
    assert planned.makes_client_service
    assert PlanWords(cast.greenlawn).warnings(planned) == [
        "Maria has this service paused here, at $88. It stays paused."
    ]


@pytest.mark.parametrize(("status", "said"), [("cancelled", {"had_before"}), ("completed", set())])
def test_an_ended_service_is_no_match(cast: Cast, status: str, said: set[str]) -> None:
    agree(cast, status=status)
    planned = plan(ask(cast))
    assert planned.makes_client_service and codes(planned) == said


def test_an_old_one_time_price_is_never_met_again_by_accident(cast: Cast) -> None:
    one_time = agree(cast, frequency="", price_minor=5000)
    factories.make_visit(client_service=one_time, date=date(2026, 2, 20))
    assert plan(ask(cast)).makes_client_service


def test_a_one_time_service_matches_before_its_visit_and_until_its_day(cast: Cast) -> None:
    one_time = agree(cast, frequency="", price_minor=5000)
    booking_request = ask(cast)
    assert plan(booking_request).client_service_id == one_time.pk
    factories.make_visit(client_service=one_time, date=MONDAY)
    assert plan(booking_request).client_service_id == one_time.pk


def test_a_service_without_a_price_cannot_be_approved_yet(cast: Cast) -> None:
    on_request = factories.make_service(
        business=cast.greenlawn, names={"en": "Landscaping"}, price_minor=None
    )
    planned = plan(ask(cast, service=on_request, shown_price_minor=None))
    assert planned.refusal == "no_price"


@pytest.mark.parametrize("archived", ["client", "service", "property"])
def test_what_was_archived_since_refuses_approval_with_the_reason(cast: Cast, archived: str) -> None:
    booking_request = ask(cast)
    row = {"client": cast.maria, "service": cast.mowing, "property": cast.palm_court}[archived]
    row.archived_at = booking_request.created_at
    row.save()
    assert plan(booking_request).refusal == f"{archived}_archived"


def test_a_recurring_request_without_a_match_can_be_approved_in_two_ways(cast: Cast) -> None:
    once, weekly = ways(ask(cast, kind="recurring", frequency="weekly"))
    assert (once.frequency, once.visit_dates) == ("", (TUESDAY,))
    assert weekly.visit_dates == (TUESDAY, date(2026, 3, 10), date(2026, 3, 17), date(2026, 3, 24))
    assert say(cast, weekly) == "Starts Weekly mowing, $95 a visit, from Tue, Mar 3. Tells Maria in Spanish."


def test_a_recurring_request_with_a_match_adds_one_visit_and_leaves_her_plan(cast: Cast) -> None:
    agree(cast)
    (planned,) = ways(ask(cast, kind="recurring", frequency="monthly"))
    assert codes(planned) == {"plan_stays"}
    assert plan(ask(cast, kind="recurring", frequency="monthly"), as_recurring=True).as_recurring is False


def test_an_issue_report_never_bills_by_surprise(cast: Cast) -> None:
    free, charged = ways(ask(cast, kind="issue_report"))
    assert (free.is_charged, free.price_minor) == (False, 0)
    assert (charged.is_charged, charged.price_minor) == (True, 9500)
    assert codes(free) == {"issue_without_agreement"}


def test_an_issue_about_a_visit_uses_that_visits_service_first(cast: Cast) -> None:
    agree(cast, start_date=date(2025, 1, 1))
    second = agree(cast, start_date=date(2026, 1, 1))
    visit = factories.make_visit(client_service=second, date=date(2026, 2, 27), status="completed")
    planned = plan(ask(cast, kind="issue_report", about_visit=visit))
    assert planned.client_service_id == second.pk


def test_no_charge_needs_no_price(cast: Cast) -> None:
    on_request = factories.make_service(
        business=cast.greenlawn, names={"en": "Landscaping"}, price_minor=None
    )
    free, charged = ways(ask(cast, kind="issue_report", service=on_request, shown_price_minor=None))
    assert (free.refusal, charged.refusal) == ("", "no_price")


def test_the_fingerprint_is_of_the_outcome_and_never_of_warnings(cast: Cast) -> None:
    booking_request = ask(cast)
    before = plan(booking_request)
    agree(cast, status="paused")
    after = plan(booking_request)
    assert codes(before) != codes(after)
    assert before.fingerprint == after.fingerprint


@pytest.mark.parametrize(
    "change", ["version", "client_service", "date", "price", "charged", "frequency", "language", "told"]
)
def test_each_part_of_the_outcome_changes_the_fingerprint(cast: Cast, change: str) -> None:
    booking_request = ask(cast, kind="recurring", frequency="weekly")
    before = plan(booking_request)
    choices: dict[str, Any] = {}
    if change == "version":
        BookingRequest.objects.update(version=5)
    elif change == "client_service":
        agree(cast)
    elif change == "date":
        choices = {"date": FRIDAY}
    elif change == "price":
        cast.mowing.price_minor = 9900
        cast.mowing.save()
    elif change == "charged":
        choices = {"charge": False}
    elif change == "frequency":
        choices = {"as_recurring": True}
    elif change == "language":
        type(cast.maria).objects.filter(pk=cast.maria.pk).update(language="en")
    else:
        type(cast.maria).objects.filter(pk=cast.maria.pk).update(email="")
    assert plan(booking_request, **choices).fingerprint != before.fingerprint


def test_planning_takes_three_statements_for_one_request_or_many(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    agree(cast)
    many = [ask(cast) for _ in range(3)]
    for batch in (many[:1], many):
        with django_assert_num_queries(3):
            plan_approvals(batch)


@pytest.mark.parametrize(
    ("frequency", "count", "last"),
    [("weekly", 4, date(2026, 2, 21)), ("biweekly", 2, date(2026, 2, 14)), ("monthly", 1, date(2026, 1, 31))],
)
def test_a_series_covers_its_first_four_weeks(frequency: str, count: int, last: date) -> None:
    dates = series_dates(date(2026, 1, 31), frequency)
    assert (len(dates), dates[-1]) == (count, last)
