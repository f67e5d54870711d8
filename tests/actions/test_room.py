"""What a day holds: full days are warned of, or passed over; clients read which days look good, and no more."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from sidegate.actions.booking_requests import Choices, approve_booking_request, plan_approvals
from sidegate.actions.errors import CannotApprove
from sidegate.actions.visits import Load, Room
from sidegate.models import BookingRequest, Business, ClientService, User, Visit
from tests import factories
from tests.conftest import Cast
from tests.office.reading import errors, main

MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)
pytestmark = pytest.mark.time_machine(datetime(2026, 3, 2, 15, tzinfo=UTC), tick=False)


@pytest.fixture
def busy(cast: Cast) -> ClientService:
    """Omar's; two visits of an hour stand on Tuesday, and one that was cancelled."""
    agreed = factories.make_client_service(client=cast.omar, property=cast.cedar_row, service=cast.mowing)
    for status in ("scheduled", "scheduled", "cancelled"):
        factories.make_visit(client_service=agreed, date=TUESDAY, status=status)
    return agreed


@pytest.fixture
def asked(cast: Cast) -> BookingRequest:
    """Maria would like Tuesday or one of the days after it."""
    return factories.make_booking_request(
        client=cast.maria, property=cast.palm_court, service=cast.mowing,
        window_start=TUESDAY, window_end=TUESDAY + timedelta(days=3),
    )  # fmt: skip


def holds(**bounds: Any) -> None:
    Business.objects.update(**bounds)


def plan_of(asked: BookingRequest, **choices: Any) -> Any:
    fresh = BookingRequest.objects.select_related("business").get(pk=asked.pk)
    return plan_approvals([fresh], choices=Choices(**choices))[0]


def codes(plan: Any) -> set[str]:
    return {warned.code for warned in plan.warnings}


def test_a_day_counts_the_visits_that_take_it_up_and_their_minutes(cast: Cast, busy: ClientService) -> None:
    holds(capacity_visits=5)
    room = Room.between(Business.objects.get(pk=cast.greenlawn.pk), MONDAY, WEDNESDAY)
    assert room.on(TUESDAY) == Load(2, 120)
    assert room.on(MONDAY) == Load()
    assert room.on(MONDAY - timedelta(days=30)) == Load()


def test_without_a_bound_no_day_is_full_and_nothing_is_asked(
    cast: Cast, busy: ClientService, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_num_queries(0):
        room = Room.between(cast.greenlawn, MONDAY, WEDNESDAY)
        assert not room.is_full(TUESDAY, minutes=10_000)


@pytest.mark.parametrize(
    ("bounds", "is_full"),
    [
        ({"capacity_visits": 2}, True),
        ({"capacity_visits": 3}, False),
        ({"capacity_minutes": 179}, True),
        ({"capacity_minutes": 180}, False),
        ({"capacity_visits": 9, "capacity_minutes": 120}, True),
    ],
)
def test_a_full_day_is_warned_of_and_taken_all_the_same(
    busy: ClientService, asked: BookingRequest, bounds: dict[str, int], is_full: bool
) -> None:
    holds(**bounds)
    plan = plan_of(asked)
    assert (plan.date, plan.refusal, "day_full" in codes(plan)) == (TUESDAY, "", is_full)


def test_a_business_that_refuses_passes_the_full_day_over_and_says_so(
    cast: Cast, busy: ClientService, asked: BookingRequest
) -> None:
    holds(capacity_visits=2, capacity_refuses=True)
    plan = plan_of(asked)
    assert (plan.date, plan.moved_because) == (WEDNESDAY, "full")
    approve_booking_request(BookingRequest.objects.get(pk=asked.pk), by=cast.dana)
    assert Visit.objects.get(booking_request=asked).date == WEDNESDAY


def test_a_business_that_refuses_takes_no_full_day_of_the_owners_choice_either(
    cast: Cast, busy: ClientService, asked: BookingRequest
) -> None:
    holds(capacity_visits=2, capacity_refuses=True)
    assert plan_of(asked, date=TUESDAY).refusal == "day_full"
    with pytest.raises(CannotApprove):
        approve_booking_request(
            BookingRequest.objects.get(pk=asked.pk), by=cast.dana, choices=Choices(date=TUESDAY)
        )


def test_a_plan_keeps_its_fingerprint_when_its_day_fills_up(
    busy: ClientService, asked: BookingRequest
) -> None:
    before = plan_of(asked).fingerprint
    holds(capacity_visits=2)
    assert plan_of(asked).fingerprint == before


def test_a_visit_under_her_own_service_takes_its_time_and_who_goes_there(
    cast: Cast, asked: BookingRequest
) -> None:
    theo = factories.make_member(business=cast.greenlawn, role="staff", name="Theo Park")
    factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, technician=theo, duration_minutes=25
    )
    approve_booking_request(asked, by=cast.dana)
    visit = Visit.objects.get(booking_request=asked)
    assert (visit.technician, visit.duration_minutes) == (theo, 25)


def test_a_new_visit_takes_as_long_as_the_service_does(cast: Cast, asked: BookingRequest) -> None:
    type(cast.mowing).objects.update(duration_minutes=90)
    approve_booking_request(asked, by=cast.dana)
    assert Visit.objects.get(booking_request=asked).duration_minutes == 90


def test_a_day_that_her_rhythm_will_bring_is_not_taken_twice(cast: Cast) -> None:
    factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, makes_visits=True, extends_on=MONDAY
    )
    far = TUESDAY + timedelta(weeks=6)
    asked = factories.make_booking_request(
        client=cast.maria, property=cast.palm_court, service=cast.mowing,
        window_start=far, window_end=far + timedelta(days=2),
    )  # fmt: skip
    plan = plan_of(asked)
    assert (plan.date, plan.moved_because) == (far + timedelta(days=1), "occupied")


# What a client reads


def test_clients_read_which_days_look_good_and_nothing_of_others(
    cast: Cast, busy: ClientService, signed_in: Callable[[User], Browser]
) -> None:
    portal = signed_in(cast.maria_user)
    assert "estos días" not in main(portal.get("/greenlawn/requests/new")).lower()
    holds(capacity_visits=2)
    page = main(portal.get("/greenlawn/requests/new"))
    assert "lunes 2 mar, miércoles 4 mar, jueves 5 mar y viernes 6 mar" in page
    assert "martes 3 mar" not in page
    assert "Omar" not in page


def test_after_the_cut_off_hour_the_days_ahead_are_counted_from_tomorrow(
    cast: Cast, signed_in: Callable[[User], Browser]
) -> None:
    portal = signed_in(cast.maria_user)  # it is 10 in the morning in New York
    for hour, earliest in ((11, MONDAY), (10, TUESDAY), (0, TUESDAY), (None, MONDAY)):
        holds(cut_off_hour=hour)
        assert f'min="{earliest}"' in portal.get("/greenlawn/requests/new").content.decode()


def test_the_owners_own_words_stand_beside_the_dates_in_the_readers_language(
    cast: Cast, signed_in: Callable[[User], Browser]
) -> None:
    holds(lead_words={"en": "We plan two days ahead.", "es": "Planificamos con dos días."})
    page = main(signed_in(cast.maria_user).get("/greenlawn/requests/new"))
    assert "Planificamos con dos días." in page
    assert "We plan" not in page


# What an owner settles

SCHEDULE = {"horizon_weeks": "4"}
REQUESTS = {"reply_promise_days": "1", "lead_days": "0", "undo_seconds": "60"}


def test_what_a_day_holds_is_settled_and_shown_again(cast: Cast, office: Browser) -> None:
    page = "/greenlawn/office/settings/schedule"
    typed = {**SCHEDULE, "capacity_visits": "8", "capacity_hours": "16", "capacity_refuses": "on"}
    assert office.post(page, typed).status_code == 302
    stored = Business.objects.get(pk=cast.greenlawn.pk)
    assert (stored.capacity_visits, stored.capacity_minutes, stored.capacity_refuses) == (8, 960, True)
    assert 'value="16"' in office.get(page).content.decode()
    office.post(page, SCHEDULE)
    stored = Business.objects.get(pk=cast.greenlawn.pk)
    assert (stored.capacity_visits, stored.capacity_minutes, stored.capacity_refuses) == (None, None, False)
    assert set(errors(office.post(page, {**SCHEDULE, "capacity_visits": "0"}))) == {"capacity_visits"}


def test_the_cut_off_and_the_words_are_settled(cast: Cast, office: Browser) -> None:
    page = "/greenlawn/office/settings/requests"
    typed = {**REQUESTS, "cut_off_hour": "14", "lead_words_en": "Ask early.", "lead_words_es": ""}
    assert office.post(page, typed).status_code == 302
    stored = Business.objects.get(pk=cast.greenlawn.pk)
    assert (stored.cut_off_hour, stored.lead_words) == (14, {"en": "Ask early."})
    office.post(page, {**REQUESTS, "cut_off_hour": ""})
    stored = Business.objects.get(pk=cast.greenlawn.pk)
    assert (stored.cut_off_hour, stored.lead_words) == (None, {})
    assert set(errors(office.post(page, {**REQUESTS, "cut_off_hour": "25"}))) == {"cut_off_hour"}
