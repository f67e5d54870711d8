"""A plan that changes while others are at it: the worker, who pauses it, who presses twice, who undoes."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from sidegate.actions.booking_requests import Choices, approve_booking_request, undo_booking_request
from sidegate.actions.client_services import cancel, pause
from sidegate.actions.invariants import violations
from sidegate.actions.visits import extend_schedules
from sidegate.models import BookingRequest, ClientService, Event, Message, Visit
from sidegate.models.recurrence import Recurrence
from tests import factories
from tests.conftest import Cast

from .test_races import at_once
from .test_schedule_races import agreements
from .test_schedule_races import fresh as agreement_as_it_is

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 12


def asked_of(cast: Cast, agreement: ClientService) -> BookingRequest:
    """A request for every Thursday, of the client whose service comes on Tuesdays."""
    return factories.make_booking_request(
        client=agreement.client,
        property=agreement.property,
        service=agreement.service,
        kind="recurring",
        frequency="weekly",
    )


def fresh(booking_request: BookingRequest) -> BookingRequest:
    return BookingRequest.objects.select_related("business").get(pk=booking_request.pk)


def change(cast: Cast, booking_request: BookingRequest) -> Callable[[], Any]:
    choices = Choices(
        changes_plan=True,
        recurrence=Recurrence("weekly", (3,)),
        date=cast.greenlawn.today() + timedelta(days=1),
    )
    return lambda: approve_booking_request(fresh(booking_request), by=cast.dana, choices=choices)


def ahead(agreement: ClientService) -> list[date]:
    rows = agreement.visits.filter(status="scheduled", date__gt=agreement.business.today())
    return list(rows.order_by("date").values_list("date", flat=True))


def test_pressed_twice_while_the_worker_is_at_it_the_plan_changes_once(cast: Cast) -> None:
    for _round in range(ROUNDS):
        (agreement,) = agreements(cast, 1)
        booking_request = asked_of(cast, agreement)
        at_once([change(cast, booking_request), change(cast, booking_request), extend_schedules])
        extend_schedules()
        agreement.refresh_from_db()
        since = Recurrence("weekly", (3,)).first(cast.greenlawn.today() + timedelta(days=1))
        later = [day for day in ahead(agreement) if day >= since]
        assert agreement.rule.endswith("TH") and len(set(later)) == len(later) >= 3
        assert {day.weekday() for day in later} == {3}
        assert (
            Message.objects.filter(booking_request=booking_request, key="booking.plan_changed").count() == 1
        )
        assert Event.objects.filter(booking_request=booking_request, verb="approved").count() == 1
    assert violations() == []


def test_changed_while_it_is_paused_or_ended_is_one_or_the_other(cast: Cast) -> None:
    for act in (pause, cancel):
        for _round in range(ROUNDS // 2):
            (agreement,) = agreements(cast, 1)
            extend_schedules()
            booking_request = asked_of(cast, agreement)
            stop = lambda a=agreement, act=act: act(  # noqa: E731
                agreement_as_it_is(a), by=cast.dana, clears_schedule=True
            )
            at_once([change(cast, booking_request), stop])
            agreement.refresh_from_db()
            status = fresh(booking_request).status
            if agreement.status == "active":  # whoever stopped it is asked again: other visits are ahead
                assert status == "approved" and agreement.rule.endswith("TH")
            elif status == "approved":
                assert not ahead(agreement) and agreement.extends_on is None
    assert violations() == []


def test_taken_back_while_the_worker_and_another_press_are_at_it_all_is_as_it_was(cast: Cast) -> None:
    cast.greenlawn.undo_seconds = 600
    cast.greenlawn.save()
    for _round in range(ROUNDS):
        (agreement,) = agreements(cast, 1)
        extend_schedules()
        before = list(Visit.objects.filter(client_service=agreement).order_by("id").values())
        booking_request = asked_of(cast, agreement)
        change(cast, booking_request)()
        undo = lambda b=booking_request: undo_booking_request(fresh(b), by=cast.dana)  # noqa: E731
        at_once([undo, undo, extend_schedules])
        agreement.refresh_from_db()
        assert agreement.rule.endswith("TU") and fresh(booking_request).status == "pending"
        assert list(Visit.objects.filter(client_service=agreement).order_by("id").values()) == before
    assert violations() == [] and not Message.objects.exists()
