"""Each invariant is broken on purpose, past the actions, and found; what the actions leave breaks none.

Not broken here, for a constraint of the table refuses it on both databases: a second visit for one
request, an outcome without approval or the reverse, a decision without who or when, a window out of
order, a price below zero, a message "sent" without a time or "sending" without a lease.
"""

import os
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from sidegate.actions.booking_requests import (
    Choices,
    approve_booking_request,
    decline_booking_request,
    undo_booking_request,
    withdraw_booking_request,
)
from sidegate.actions.invariants import RULES, violations
from sidegate.actions.photos.files import store
from sidegate.models import BookingRequest, ClientService, Event, Message, Photo, Visit
from sidegate.models.booking_request import BookingRequestQuerySet
from tests import factories
from tests.conftest import Cast


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: LazySettings) -> Path:
    settings.SIDEGATE_DATA_DIR = tmp_path
    return tmp_path


def ask(cast: Cast, **fields: Any) -> BookingRequest:
    today = cast.greenlawn.today()
    fields = {"window_start": today, "window_end": today + timedelta(days=9), **fields}
    return factories.make_booking_request(
        client=cast.maria,
        property=cast.palm_court,
        service=cast.mowing,
        submitted_by=cast.maria_user,
        **fields,
    )


def approved(cast: Cast, **fields: Any) -> BookingRequest:
    booking_request = ask(cast, **fields)
    as_recurring = booking_request.kind == "recurring"
    approve_booking_request(booking_request, by=cast.dana, choices=Choices(as_recurring=as_recurring))
    booking_request.refresh_from_db()
    return booking_request


def declined(cast: Cast) -> BookingRequest:
    booking_request = ask(cast)
    decline_booking_request(booking_request, by=cast.dana, reason="We are away.")
    booking_request.refresh_from_db()
    return booking_request


def undone(cast: Cast) -> BookingRequest:
    cast.greenlawn.undo_seconds = 60
    cast.greenlawn.save()
    booking_request = declined(cast)
    undo_booking_request(booking_request, by=cast.dana)
    booking_request.refresh_from_db()
    return booking_request


def broken() -> set[str]:
    return {f"{violation.rule.number} {violation.rule.sentence}" for violation in violations()}


def test_what_the_actions_leave_breaks_nothing(cast: Cast) -> None:
    ask(cast)
    approved(cast)
    approved(cast, kind="recurring", frequency="weekly")
    declined(cast)
    undone(cast)
    withdraw_booking_request(ask(cast), by=cast.maria_user)
    assert violations() == []


def test_an_empty_database_breaks_nothing(db: None) -> None:
    assert violations() == []


def test_every_number_of_the_design_has_its_rule() -> None:
    assert {rule.number for rule in RULES} == {f"I{number}" for number in range(1, 11)}


def test_i1_an_approved_request_without_its_visit(cast: Cast) -> None:
    booking_request = approved(cast)
    Visit.objects.update(booking_request=None)
    assert broken() == {"I1 An approved request has exactly one visit."}
    assert violations()[0].found.examples == (f"greenlawn {booking_request.reference}",)


def test_i2_a_visit_under_a_service_that_was_not_asked_for(cast: Cast) -> None:
    approved(cast)
    ClientService.objects.update(service=factories.make_service(business=cast.greenlawn))
    assert broken() == {"I2 That visit stands under the request's client, address and service."}


def test_i3_a_decision_without_its_event(cast: Cast) -> None:
    declined(cast)
    Event.objects.filter(verb="declined").update(decision_no=None)
    assert broken() == {"I3 A decided request has the Event of its decision."}


def test_i3_a_decision_that_was_undone_and_still_stands(cast: Cast) -> None:
    booking_request = declined(cast)
    Event.objects.create(
        business=cast.greenlawn, booking_request=booking_request, verb="undone", undoes_no=1, actor=cast.dana
    )
    Message.objects.update(status="sent", sent_at=timezone.now())
    assert broken() == {"I3 No decided request's decision was undone."}


def test_i3_a_decision_that_nobody_was_told(cast: Cast) -> None:
    declined(cast)
    Message.objects.all().delete()
    assert broken() == {"I3 A decision has its messages."}


def test_i3_a_waiting_request_whose_decision_was_never_undone(cast: Cast) -> None:
    booking_request = undone(cast)
    Event.objects.filter(verb="undone").delete()
    assert broken() == {"I3 An undecided request has no decision that stands."}
    assert booking_request.status == "pending"


def test_i3_a_decision_event_that_its_request_does_not_count(cast: Cast) -> None:
    approved(cast)
    Event.objects.filter(verb="approved").update(decision_no=2)
    assert "I3 No decision is ahead of its request's count." in broken()


def test_i3_a_message_of_an_undone_decision_that_would_still_leave(cast: Cast) -> None:
    booking_request = undone(cast)
    Message.objects.create(
        business=cast.greenlawn,
        booking_request=booking_request,
        event=Event.objects.get(verb="declined"),
        key="booking.declined",
        recipient=f"client:{cast.maria.pk}",
        language="es",
        message_id="<left-behind@example.com>",
    )
    assert broken() == {"I3 No message of an undone decision is leaving."}


def test_i4_a_visit_for_a_request_that_still_waits(cast: Cast) -> None:
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    factories.make_visit(client_service=agreed, date=date(2026, 3, 3), booking_request=ask(cast))
    assert broken() == {"I4 Only an approved request has a visit."}


@pytest.mark.parametrize("status", ["active", "cancelled"])
def test_i5_a_one_time_service_from_an_approval_without_any_visit(cast: Cast, status: str) -> None:
    booking_request = ask(cast)
    factories.make_client_service(
        client=cast.maria,
        property=cast.palm_court,
        service=cast.mowing,
        frequency="",
        booking_request=booking_request,
        status=status,
    )
    assert broken() == {"I5 A one-time service made by an approval has a visit."}


def a_photo(cast: Cast) -> Photo:
    prepared = store(photo=b"jpeg", thumbnail=b"jpeg", width=1, height=1, sha256="0" * 64)
    return Photo.objects.create(
        business=cast.greenlawn,
        booking_request=ask(cast),
        position=0,
        name=prepared.name,
        width=1,
        height=1,
        size=4,
        sha256=prepared.sha256,
    )


def test_i6_a_photo_whose_file_is_gone(cast: Cast, data_dir: Path) -> None:
    a_photo(cast)
    assert violations() == []
    next(data_dir.glob("photos/*/*-small.jpg")).unlink()
    assert broken() == {"I6 Every photo has its files."}


def test_i6_a_file_that_lies_there_for_two_days_without_its_photo(cast: Cast, data_dir: Path) -> None:
    a_photo(cast).delete()
    assert violations() == []
    two_days_ago = time.time() - 2 * 24 * 3600
    for file in data_dir.glob("photos/*/*.jpg"):
        os.utime(file, (two_days_ago, two_days_ago))
    assert broken() == {"I6 Every file older than a day has its photo."}
    assert violations()[0].found.count == 2


def test_i7_a_badge_that_leaves_issues_out(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """No row can break it: the badge is counted, not stored. A wrong queryset, or a broken index, can."""
    ask(cast, kind="issue_report")
    plain = BookingRequestQuerySet.pending
    monkeypatch.setattr(BookingRequestQuerySet, "pending", lambda rows: plain(rows).filter(kind="one_time"))
    assert broken() == {"I7 The badge is the number of waiting requests."}
    assert violations()[0].found.examples == ("greenlawn",)


def test_i8_a_message_left_in_the_hands_of_a_worker_that_is_gone(cast: Cast) -> None:
    declined(cast)
    Message.objects.update(status="sending", lease_until=timezone.now() - timedelta(seconds=10))
    assert violations() == []
    Message.objects.update(lease_until=timezone.now() - timedelta(minutes=2))
    assert broken() == {"I8 No message is being sent by a worker that is gone."}


def test_i9_a_request_that_never_began(cast: Cast) -> None:
    ask(cast)
    Event.objects.all().delete()
    assert broken() == {"I9 Every request has the Event of its beginning."}


@pytest.mark.parametrize("rest", [{"reason": "Away."}, {"personal_line": "See you!"}])
def test_i9_a_waiting_request_with_half_a_decision(cast: Cast, rest: dict[str, str]) -> None:
    ask(cast, **rest)
    assert broken() == {"I9 A waiting request keeps nothing of a decision."}


def test_i9_a_message_that_nothing_caused(cast: Cast) -> None:
    declined(cast)
    waiting = ask(cast)
    Message.objects.update(event=None, booking_request=waiting)
    assert "I9 Every message has its cause." in broken()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL refuses it itself")
def test_i9_a_row_that_points_to_nothing(cast: Cast) -> None:
    booking_request = ask(cast)
    nowhere = factories.make_property(client=cast.maria)
    BookingRequest.objects.update(property=nowhere)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sidegate_property WHERE id = %s", [nowhere.pk.hex])
    assert "I9 No row points to a row that is not there." in broken()
    booking_request.save()


def test_i10_a_request_about_another_business_service(cast: Cast) -> None:
    booking_request = ask(cast)
    BookingRequest.objects.update(service=factories.make_service(business=cast.bluepool))
    assert broken() == {"I10 No row belongs to another business than its parent."}
    assert violations()[0].found.examples == (f"greenlawn {booking_request.reference}",)


def test_i10_a_message_of_one_business_about_another_business_request(cast: Cast) -> None:
    declined(cast)
    Message.objects.update(business=cast.bluepool)
    assert broken() == {"I10 No row belongs to another business than its parent."}


def test_i10_a_request_for_another_client_address(cast: Cast) -> None:
    ask(cast)
    BookingRequest.objects.update(property=cast.cedar_row)
    assert broken() == {"I10 No request or service is at another client's address."}


def moved(cast: Cast, kind: str = "move_visit") -> BookingRequest:
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    visit = factories.make_visit(client_service=agreed, date=cast.greenlawn.today() + timedelta(days=2))
    made = ask(cast, kind=kind, about_visit=visit)
    made.events.update(data={"visit_date": visit.date.isoformat()})
    approve_booking_request(made, by=cast.dana)
    made.refresh_from_db()
    assert not violations()
    return made


def test_i1_a_move_that_is_approved_as_something_else(cast: Cast) -> None:
    BookingRequest.objects.filter(pk=moved(cast).pk).update(outcome="visit_skipped")
    assert {found.rule.sentence for found in violations()} == {
        "A request is approved by what it asked for.",
        "A moved or skipped visit is the one asked about.",
    }


def test_i1_a_move_that_is_no_longer_about_the_visit_it_moved(cast: Cast) -> None:
    made = moved(cast)
    other = factories.make_visit(
        client_service=made.about_visit.client_service, date=cast.greenlawn.today() + timedelta(days=30)
    )
    BookingRequest.objects.filter(pk=made.pk).update(about_visit=other)
    assert [found.rule.sentence for found in violations()] == [
        "A moved or skipped visit is the one asked about."
    ]


def test_i1_a_skip_that_added_a_visit(cast: Cast) -> None:
    made = moved(cast, "skip_visit")
    Visit.objects.filter(pk=made.about_visit_id).update(booking_request=made)
    assert [found.rule.sentence for found in violations()] == [
        "A request that moved or skipped a visit, or changed a plan, added none."
    ]


def test_i2_a_move_of_another_clients_visit(cast: Cast) -> None:
    made = moved(cast)
    omars = factories.make_client_service(client=cast.omar, property=cast.cedar_row, service=cast.mowing)
    Visit.objects.filter(pk=made.about_visit_id).update(client_service=omars)
    assert [found.rule.sentence for found in violations()] == ["A visit asked about is the client's own."]
