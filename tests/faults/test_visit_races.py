"""A visit that two people change in one instant ends in one outcome, whichever database."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from sidegate.actions.booking_requests import (
    Ask,
    approve_booking_request,
    decline_booking_request,
    submit_booking_request,
    undo_booking_request,
)
from sidegate.actions.calendar_feeds import new_feed
from sidegate.actions.errors import Refused
from sidegate.actions.invariants import violations
from sidegate.actions.visits import VisitChanges, cancel_visit, change_visit
from sidegate.models import BookingRequest, Business, CalendarFeed, Event, Message, Visit
from tests import factories
from tests.conftest import Cast

from .test_races import at_once, fresh

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 15
DAY = timedelta(days=1)


def stands(cast: Cast) -> Visit:
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    day = cast.greenlawn.calendar().next_working(cast.greenlawn.today() + 7 * DAY)
    assert day
    return factories.make_visit(client_service=agreed, date=day)


def asks(cast: Cast, visit: Visit, kind: str = "move_visit", token: str = "t") -> BookingRequest:
    day = cast.greenlawn.calendar().next_working(visit.date + DAY)
    ask = Ask(kind=kind, about_visit_id=visit.pk, window_start=day, window_end=day)
    return submit_booking_request(
        business=cast.greenlawn, client=cast.maria, by=cast.maria_user, ask=ask, token=token
    ).booking_request


def as_stored(visit: Visit) -> Visit:
    rows = Visit.objects.select_related(
        "booking_request", "client_service__business", "client_service__client",
        "client_service__service", "client_service__property", "client_service__booking_request",
    )  # fmt: skip
    return rows.get(pk=visit.pk)


def by_hand(cast: Cast, visit: Visit) -> None:
    change_visit(
        as_stored(visit), VisitChanges(visit.date + 14 * DAY, "any", None, True), by=cast.dana, version=0
    )


def by_cancelling(cast: Cast, visit: Visit) -> None:
    cancel_visit(as_stored(visit), by=cast.dana, version=0)


@pytest.mark.parametrize("hand", [by_hand, by_cancelling])
@pytest.mark.parametrize("kind", ["move_visit", "skip_visit"])
def test_danas_hand_and_an_approval_end_in_one_outcome(
    cast: Cast, kind: str, hand: Callable[[Cast, Visit], None]
) -> None:
    for number in range(ROUNDS):
        visit = stands(cast)
        asked = fresh(asks(cast, visit, kind, token=f"t{number}"))
        outcomes = at_once(
            [partial(approve_booking_request, asked, by=cast.dana), partial(hand, cast, visit)]
        )
        refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
        assert len(refused) == 1
        approved = BookingRequest.objects.get(pk=asked.pk).status == "approved"
        assert approved != isinstance(outcomes[0], Refused)
        assert Visit.objects.get(pk=visit.pk).version == 1
        told = Message.objects.filter(event__visit=visit, recipient__startswith="client:")
        assert told.count() == 1
        if not approved:
            decline_booking_request(fresh(asked), by=cast.dana)
        clear_limits()
    assert not violations()


def clear_limits() -> None:
    """So that ten an hour do not end the rounds: what was decided is told and gone."""
    Message.objects.all().delete()
    Event.objects.all().delete()
    Visit.objects.all().delete()
    BookingRequest.objects.all().delete()


def test_two_tabs_ask_about_one_visit_once(cast: Cast) -> None:
    visit = stands(cast)
    acts: list[Callable[[], Any]] = [
        partial(asks, cast, visit, kind, token=f"{kind}{number}")
        for number in range(3)
        for kind in ("move_visit", "skip_visit")
    ]
    made = [outcome for outcome in at_once(acts) if isinstance(outcome, BookingRequest)]
    assert len(made) == BookingRequest.objects.count() == 1


def test_a_move_is_approved_once_by_two_and_undone_whole(cast: Cast) -> None:
    Business.objects.update(undo_seconds=60)
    cast.greenlawn.refresh_from_db()
    visit = stands(cast)
    asked = fresh(asks(cast, visit))
    outcomes = at_once([partial(approve_booking_request, asked, by=cast.dana)] * 2)
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    assert Visit.objects.get().version == 1
    undone = at_once([partial(undo_booking_request, fresh(asked), by=cast.dana)] * 2)
    assert sum(isinstance(outcome, Refused) for outcome in undone) == 1
    assert (Visit.objects.get().date, Visit.objects.get().version) == (visit.date, 2)
    assert not violations()


def test_new_addresses_made_at_once_leave_one(cast: Cast) -> None:
    at_once([partial(new_feed, cast.greenlawn, client=cast.maria)] * 6)
    assert CalendarFeed.objects.filter(client=cast.maria, revoked_at=None).count() == 1
