"""Two people, one request, the same instant: decided once, whichever database (CASES T01 to T04)."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection

from sidegate.actions.booking_requests import (
    Ask,
    approve_booking_request,
    decline_booking_request,
    edit_booking_request,
    submit_booking_request,
    undo_booking_request,
    withdraw_booking_request,
)
from sidegate.actions.errors import AlreadyDecided, PlanChanged, Refused, TooMany
from sidegate.actions.invariants import violations
from sidegate.models import BookingRequest, ClientService, Event, Message, User, Visit
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 150


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run the acts in threads that start together; what each returned, or the refusal it met."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=20)
            return act()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def fresh(booking_request: BookingRequest) -> BookingRequest:
    return BookingRequest.objects.select_related("business").get(pk=booking_request.pk)


def pending(cast: Cast, count: int) -> list[BookingRequest]:
    """As many waiting requests, each of a client of her own."""
    made = []
    for number in range(count):
        client = factories.make_client(business=cast.greenlawn, name=f"Client {number}")
        home = factories.make_property(client=client)
        made.append(factories.make_booking_request(client=client, property=home, service=cast.mowing))
    return made


def approve(booking_request: BookingRequest, by: User) -> Callable[[], Any]:
    return lambda: approve_booking_request(fresh(booking_request), by=by)


def decline(booking_request: BookingRequest, by: User) -> Callable[[], Any]:
    return lambda: decline_booking_request(fresh(booking_request), by=by)


def test_t03_two_people_approve_the_same_150_requests_and_each_is_approved_once(cast: Cast) -> None:
    theo = factories.make_member(business=cast.greenlawn, role="staff", name="Theo Park").user
    losers = []
    for booking_request in pending(cast, ROUNDS):
        answers = at_once([approve(booking_request, cast.dana), approve(booking_request, theo)])
        losers += [answer for answer in answers if isinstance(answer, Refused)]
    assert len(losers) == ROUNDS
    assert {type(loser) for loser in losers} == {AlreadyDecided}
    assert {loser.by for loser in losers} <= {"Dana Reyes", "Theo Park"}
    assert Visit.objects.count() == ClientService.objects.count() == ROUNDS
    assert Message.objects.filter(key="booking.approved").count() == ROUNDS
    assert violations() == []


def test_t03b_two_requests_of_one_client_make_one_service(cast: Cast) -> None:
    for number in range(30):
        client = factories.make_client(business=cast.greenlawn, name=f"Client {number}")
        home = factories.make_property(client=client)
        both = [
            factories.make_booking_request(client=client, property=home, service=cast.mowing)
            for _ in range(2)
        ]
        at_once([approve(booking_request, cast.dana) for booking_request in both])
        assert ClientService.objects.filter(client=client).count() == 1
        assert Visit.objects.filter(client_service__client=client).count() == 2
    assert Message.objects.filter(key="booking.approved").count() == 60
    assert violations() == []


def test_t04_approve_against_decline_ends_in_one_answer_and_one_message_of_its_kind(cast: Cast) -> None:
    for booking_request in pending(cast, 100):
        at_once([approve(booking_request, cast.dana), decline(booking_request, cast.dana)])
        answered = fresh(booking_request)
        keys = list(Message.objects.filter(booking_request=answered).values_list("key", flat=True))
        assert keys == [f"booking.{answered.status}"]
        assert Visit.objects.filter(booking_request=answered).count() == (answered.status == "approved")
    assert violations() == []


def test_withdraw_against_approve_ends_in_one_of_the_two(cast: Cast) -> None:
    for booking_request in pending(cast, 40):
        acts = [approve(booking_request, cast.dana)]
        acts.append(lambda b=booking_request: withdraw_booking_request(fresh(b), by=cast.maria_user))
        at_once(acts)
        answered = fresh(booking_request)
        assert answered.status in ("approved", "withdrawn")
        assert Visit.objects.filter(booking_request=answered).count() == (answered.status == "approved")
    assert violations() == []


def test_an_edit_against_approve_never_approves_what_was_not_shown(cast: Cast) -> None:
    for booking_request in pending(cast, 40):
        first = fresh(booking_request)
        ask = Ask(
            kind="one_time",
            property_id=first.property_id,
            service_id=first.service_id,
            window_start=first.window_end,
            window_end=first.window_end,
        )
        client = first.client
        answers = at_once(
            [
                approve_shown(booking_request, cast.dana),
                lambda b=first, a=ask, c=client: edit_booking_request(
                    b, by=cast.maria_user, client=c, ask=a, version=0
                ),
            ]
        )
        assert any(isinstance(answer, (PlanChanged, AlreadyDecided)) for answer in answers)
    assert violations() == []


def approve_shown(booking_request: BookingRequest, by: User) -> Callable[[], Any]:
    """Approve as from a page that shows the plan of now."""
    from sidegate.actions.booking_requests import plan_approvals

    shown = plan_approvals([fresh(booking_request)])[0].fingerprint
    return lambda: approve_booking_request(fresh(booking_request), by=by, shown_plan=shown)


def test_undo_pressed_twice_at_once_takes_back_once(cast: Cast) -> None:
    cast.greenlawn.undo_seconds = 60
    cast.greenlawn.save()
    for booking_request in pending(cast, 40):
        approve_booking_request(fresh(booking_request), by=cast.dana)
        undo = [lambda b=booking_request: undo_booking_request(fresh(b), by=cast.dana)] * 2
        refused = [answer for answer in at_once(undo) if isinstance(answer, Refused)]
        assert len(refused) == 1
        assert fresh(booking_request).status == "pending"
    assert (Visit.objects.count(), Message.objects.count()) == (0, 0)
    assert Event.objects.filter(verb="undone").count() == 40
    assert violations() == []


def test_fourteen_forms_of_one_client_at_once_are_ten_requests(cast: Cast) -> None:
    """Her limit of ten an hour is counted where they are stored (CASES D15)."""
    start = cast.greenlawn.calendar().next_working(cast.greenlawn.today())
    assert start
    ask = Ask("one_time", cast.palm_court.pk, cast.mowing.pk, start, start)
    people = {"business": cast.greenlawn, "client": cast.maria, "by": cast.maria_user}
    forms = [partial(submit_booking_request, **people, ask=ask, token=f"form-{n}") for n in range(14)]
    refused = [answer for answer in at_once(forms) if isinstance(answer, TooMany)]
    assert (len(refused), BookingRequest.objects.count()) == (4, 10)
    assert violations() == []


def test_t01_the_same_form_ten_times_at_once_is_one_request(cast: Cast) -> None:
    today = cast.greenlawn.today()
    start = cast.greenlawn.calendar().next_working(today)
    assert start
    ask = Ask(
        kind="one_time",
        property_id=cast.palm_court.pk,
        service_id=cast.mowing.pk,
        window_start=start,
        window_end=start,
    )

    def send() -> Any:
        return submit_booking_request(
            business=cast.greenlawn, client=cast.maria, by=cast.maria_user, ask=ask, token="one-form"
        )

    answers = at_once([send] * 10)
    assert len({answer.booking_request.pk for answer in answers}) == 1
    assert sum(not answer.is_repeat for answer in answers) == 1
    assert Message.objects.filter(key="booking.submitted").count() == 1
    assert violations() == []
