"""Approve does what the plan said, whole and once (DESIGN rules 9 to 16)."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from sidegate.actions.booking_requests import (
    Choices,
    approve_booking_request,
    decline_booking_request,
    plan_approvals,
    withdraw_booking_request,
)
from sidegate.actions.errors import AlreadyDecided, CannotApprove, PlanChanged
from sidegate.models import BookingRequest, ClientService, Event, Message, Visit
from sidegate.models.compiled import CompiledInsert
from tests import factories
from tests.conftest import Cast

from .conftest import SATURDAY, TUESDAY
from .test_plan import agree, ask


def approve(booking_request: BookingRequest, cast: Cast, **fields: Any) -> Any:
    return approve_booking_request(booking_request, by=cast.dana, **fields)


def test_approve_adds_a_visit_to_her_service_and_writes_in_her_language(cast: Cast) -> None:
    weekly = agree(cast)
    booking_request = ask(cast, part_of_day="morning")
    approve(booking_request, cast)
    visit = Visit.objects.get()
    assert (visit.client_service, visit.date, visit.part_of_day) == (weekly, TUESDAY, "morning")
    assert visit.booking_request == booking_request
    message = Message.objects.get()
    assert (message.key, message.language, message.to_address) == ("booking.approved", "es", cast.maria.email)
    assert "martes 3 de marzo" in message.text and "$95" in message.text
    assert ClientService.objects.count() == 1


def test_approve_without_a_match_creates_a_one_time_service_at_the_catalog_price(cast: Cast) -> None:
    booking_request = ask(cast)
    approve(booking_request, cast)
    made = ClientService.objects.get()
    assert (made.frequency, made.price_minor, made.start_date, made.status) == ("", 9500, TUESDAY, "active")
    assert made.booking_request == booking_request
    assert Visit.objects.get().client_service == made


def test_approving_as_weekly_makes_the_first_four_weeks_of_visits(cast: Cast) -> None:
    booking_request = ask(cast, kind="recurring", frequency="weekly")
    approve(booking_request, cast, choices=Choices(as_recurring=True))
    visits = Visit.objects.order_by("date")
    assert [visit.date for visit in visits] == [TUESDAY + timedelta(weeks=n) for n in range(4)]
    assert [visit.occurrence_date for visit in visits] == [visit.date for visit in visits]
    assert [visit.booking_request for visit in visits] == [booking_request, None, None, None]
    assert ClientService.objects.get().frequency == "weekly"
    assert "cada semana" in Message.objects.get().text


def test_the_decision_is_recorded_with_who_when_and_the_price(cast: Cast) -> None:
    booking_request = ask(cast)
    approve(booking_request, cast)
    booking_request.refresh_from_db()
    assert (booking_request.status, booking_request.outcome) == ("approved", "visit_added")
    assert (booking_request.decided_by, booking_request.decision_no) == (cast.dana, 1)
    event = Event.objects.get(decision_no=1)
    assert (event.actor, event.from_state, event.to_state) == (cast.dana, "pending", "approved")
    assert event.data["price_minor"] == 9500 and event.data["date"] == "2026-03-03"


def test_an_issue_approved_at_no_charge_bills_nothing(cast: Cast) -> None:
    approve(ask(cast, kind="issue_report"), cast, choices=Choices(charge=False))
    assert Visit.objects.get().is_charged is False
    assert ClientService.objects.get().price_minor == 0


def test_the_personal_line_reaches_the_client_as_typed(cast: Cast) -> None:
    approve(ask(cast), cast, note="See you then <3 & hello")
    assert "See you then <3 & hello" in Message.objects.get().text


def test_approve_twice_is_refused_and_makes_one_visit(cast: Cast) -> None:
    booking_request = ask(cast)
    approve(booking_request, cast)
    with pytest.raises(AlreadyDecided) as refused:
        approve(booking_request, cast)
    assert (refused.value.status, refused.value.by) == ("approved", "Dana Reyes")
    assert (Visit.objects.count(), Message.objects.count(), Event.objects.filter(decision_no=1).count()) == (
        1,
        1,
        1,
    )


@pytest.mark.parametrize("first", [decline_booking_request, withdraw_booking_request])
def test_what_was_answered_otherwise_cannot_be_approved(cast: Cast, first: Any) -> None:
    booking_request = ask(cast)
    first(booking_request, by=cast.dana)
    messages = Message.objects.count()
    with pytest.raises(AlreadyDecided):
        approve(booking_request, cast)
    assert (Visit.objects.count(), Message.objects.count()) == (0, messages)


def test_what_was_shown_is_what_is_done_or_nothing_is(cast: Cast) -> None:
    booking_request = ask(cast)
    shown = plan_approvals([booking_request])[0].fingerprint
    agree(cast, price_minor=7000)
    with pytest.raises(PlanChanged) as changed:
        approve(booking_request, cast, shown_plan=shown)
    assert changed.value.plan.price_minor == 7000
    booking_request.refresh_from_db()
    assert booking_request.status == "pending"
    assert (Visit.objects.count(), Message.objects.count()) == (0, 0)
    approve(booking_request, cast, shown_plan=changed.value.plan.fingerprint)
    assert Visit.objects.get().client_service.price_minor == 7000


def test_a_plan_that_changes_between_the_look_and_the_claim_rolls_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sidegate.actions.booking_requests import approve as module

    booking_request = ask(cast)
    shown = plan_approvals([booking_request])[0].fingerprint
    really_claim = module._claim

    def claim_late(*args: Any) -> None:
        agree(cast, price_minor=7000)
        really_claim(*args)

    monkeypatch.setattr(module, "_claim", claim_late)
    with pytest.raises(PlanChanged):
        approve(booking_request, cast, shown_plan=shown)
    booking_request.refresh_from_db()
    assert (booking_request.status, booking_request.decision_no) == ("pending", 0)
    assert (Visit.objects.count(), Message.objects.count()) == (0, 0)


@pytest.mark.parametrize("price", [None])
def test_a_refused_plan_is_never_carried_out(cast: Cast, price: None) -> None:
    service = factories.make_service(business=cast.greenlawn, names={"en": "Landscaping"}, price_minor=price)
    booking_request = ask(cast, service=service, shown_price_minor=None)
    with pytest.raises(CannotApprove) as refused:
        approve(booking_request, cast)
    assert refused.value.plan.refusal == "no_price"
    assert ClientService.objects.count() == 0


def test_t06_a_fault_at_the_visit_leaves_nothing_at_all(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    booking_request = ask(cast)

    def fail(*args: object, **fields: object) -> None:
        raise RuntimeError("the disk broke")

    monkeypatch.setattr(CompiledInsert, "run", fail)  # the first row that is inserted is the visit
    with pytest.raises(RuntimeError):
        approve(booking_request, cast)
    booking_request.refresh_from_db()
    assert booking_request.status == "pending"
    assert (ClientService.objects.count(), Event.objects.filter(verb="approved").count()) == (0, 0)


def test_the_owners_date_is_the_one_scheduled_and_written(cast: Cast) -> None:
    approve(ask(cast), cast, choices=Choices(date=SATURDAY))
    assert Visit.objects.get().date == SATURDAY
    assert "sábado 7 de marzo" in Message.objects.get().text


def test_a_client_without_email_is_not_told_and_the_text_is_ready(cast: Cast) -> None:
    type(cast.maria).objects.filter(pk=cast.maria.pk).update(email="")
    booking_request = ask(cast)
    approve(booking_request, cast)
    message = Message.objects.get()
    assert (message.status, message.reason) == ("not_sendable", "no_address")
    assert "martes 3 de marzo" in message.text


def test_two_services_are_kept_apart_by_property(cast: Cast) -> None:
    lake = factories.make_property(client=cast.maria, address="3 Lake Road")
    agree(cast)
    approve(ask(cast, property=lake), cast)
    assert Visit.objects.get().client_service.property == lake


def test_the_visit_of_a_request_past_midnight_utc_is_on_the_date_asked(
    cast: Cast, monday_morning: Any
) -> None:
    cast.greenlawn.time_zone = "Pacific/Auckland"
    cast.greenlawn.save()
    monday_morning.move_to("2026-03-02T11:30:00Z")  # half past midnight on Tuesday in Auckland
    approve(ask(cast), cast)
    assert Visit.objects.get().date == date(2026, 3, 3)


def test_the_agreements_hours_hold_where_they_suit_the_part_of_the_day(cast: Cast) -> None:
    agreed = factories.make_client_service(
        client=cast.maria,
        property=cast.palm_court,
        service=cast.mowing,
        arrives_from=time(9),
        arrives_until=time(11),
    )
    for part, hours in (("morning", time(9)), ("afternoon", None), ("any", time(9))):
        made = factories.make_booking_request(
            client=cast.maria, property=cast.palm_court, service=cast.mowing, part_of_day=part
        )
        shown = plan_approvals([made])[0]
        ClientService.objects.filter(pk=agreed.pk).update(arrives_until=time(12))
        if hours:  # what was shown names them
            with pytest.raises(PlanChanged):
                approve_booking_request(made, by=cast.dana, shown_plan=shown.fingerprint)
        ClientService.objects.filter(pk=agreed.pk).update(arrives_until=time(11))
        approve_booking_request(made, by=cast.dana, shown_plan=shown.fingerprint)
        assert Visit.objects.get(booking_request=made).arrives_from == hours
