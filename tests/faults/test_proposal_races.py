"""Proposed dates under two hands at once: one outcome, everybody told, nothing half-done."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from sidegate.actions.booking_requests import withdraw_booking_request
from sidegate.actions.invariants import violations
from sidegate.actions.proposals.answer import refuse_dates, take_date
from sidegate.actions.proposals.lapsing import end_lapsed_proposals
from sidegate.actions.proposals.propose import Offer, propose_dates, ways_to_offer
from sidegate.models import BookingRequest, DateProposal, Event, Message, Service, Visit
from tests.conftest import Cast

from .test_races import approve, at_once, decline, fresh, pending

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 20


def days_of(cast: Cast) -> tuple[date, date]:
    first = cast.greenlawn.calendar().next_working(cast.greenlawn.today() + timedelta(days=20))
    assert first
    second = cast.greenlawn.calendar().next_working(first + timedelta(days=1))
    assert second
    return first, second


def offered(cast: Cast, booking_request: BookingRequest) -> DateProposal:
    way = ways_to_offer(fresh(booking_request))[0].fingerprint_less_date
    return propose_dates(fresh(booking_request), by=cast.dana, offer=Offer(days_of(cast), way))


def take(cast: Cast, booking_request: BookingRequest, proposal: DateProposal, day: date) -> Callable[[], Any]:
    return lambda: take_date(fresh(booking_request), by=cast.maria_user, proposal_id=proposal.pk, day=day)


def keys_of(booking_request: BookingRequest) -> list[str]:
    rows = Message.objects.filter(booking_request=booking_request).exclude(key="booking.proposed")
    return sorted(rows.values_list("key", flat=True))


def test_two_days_taken_in_two_tabs_are_one_visit(cast: Cast) -> None:
    first, second = days_of(cast)
    for booking_request in pending(cast, ROUNDS):
        proposal = offered(cast, booking_request)
        at_once([take(cast, booking_request, proposal, day) for day in (first, first, second)])
        assert Visit.objects.filter(booking_request=booking_request).count() == 1
        assert keys_of(booking_request) == ["booking.approved", "booking.date_taken"]
    assert violations() == []


def test_taken_while_dana_approves_declines_and_it_is_withdrawn(cast: Cast) -> None:
    first, _second = days_of(cast)
    outcomes = set()
    for booking_request in pending(cast, ROUNDS):
        proposal = offered(cast, booking_request)
        at_once(
            [
                take(cast, booking_request, proposal, first),
                approve(booking_request, cast.dana),
                decline(booking_request, cast.dana),
                lambda b=booking_request: withdraw_booking_request(fresh(b), by=cast.maria_user),
            ]
        )
        row, told = fresh(booking_request), keys_of(booking_request)
        outcomes.add((row.status, *told))
        assert Visit.objects.filter(booking_request=row).count() == (row.status == "approved")
        assert row.turn == "office"
    assert outcomes <= {
        ("approved", "booking.approved"),
        ("approved", "booking.approved", "booking.date_taken"),
        ("declined", "booking.declined"),
        ("withdrawn", "booking.withdrawn"),
    }
    assert violations() == []


def test_taken_and_refused_at_once_it_is_one_of_the_two(cast: Cast) -> None:
    first, _second = days_of(cast)
    for booking_request in pending(cast, ROUNDS):
        proposal = offered(cast, booking_request)
        at_once(
            [
                take(cast, booking_request, proposal, first),
                lambda b=booking_request, p=proposal: refuse_dates(
                    fresh(b), by=cast.maria_user, proposal_id=p.pk
                ),
            ]
        )
        expected = {
            "approved": ["booking.approved", "booking.date_taken"],
            "pending": ["booking.dates_refused"],
        }
        assert keys_of(booking_request) == expected[fresh(booking_request).status]
    assert violations() == []


def test_two_of_the_office_offer_at_once_and_one_offer_is_open(cast: Cast) -> None:
    first, second = days_of(cast)
    for booking_request in pending(cast, ROUNDS):
        way = ways_to_offer(fresh(booking_request))[0].fingerprint_less_date
        at_once(
            [
                lambda b=booking_request, d=day, w=way: propose_dates(
                    fresh(b), by=cast.dana, offer=Offer((d,), w)
                )
                for day in (first, second, second)
            ]
        )
        assert DateProposal.objects.filter(booking_request=booking_request, status="open").count() == 1
    told = Message.objects.filter(key="booking.proposed").count()
    assert told == Event.objects.filter(verb="proposed").count() == DateProposal.objects.count()
    assert violations() == []


def test_taken_while_the_price_changes_it_is_booked_at_the_old_price_or_not_at_all(cast: Cast) -> None:
    first, _second = days_of(cast)
    for booking_request in pending(cast, ROUNDS):
        Service.objects.filter(pk=cast.mowing.pk).update(price_minor=9500)
        proposal = offered(cast, booking_request)
        at_once(
            [
                take(cast, booking_request, proposal, first),
                lambda: Service.objects.filter(pk=cast.mowing.pk).update(price_minor=12000),
            ]
        )
        row = fresh(booking_request)
        if row.status == "approved":
            assert row.visit.client_service.price_minor == 9500
        else:
            assert keys_of(row) == ["booking.date_not_held"] and row.turn == "office"
    assert violations() == []


def test_two_workers_let_it_lapse_once(cast: Cast) -> None:
    requests = pending(cast, 5)
    for booking_request in requests:
        offered(cast, booking_request)
    DateProposal.objects.update(dates=["2020-01-01"])
    at_once([end_lapsed_proposals] * 3)
    assert Event.objects.filter(verb="proposal_ended").count() == len(requests)
    assert violations() == []
