"""The demo's story is believable on whatever day it is told, and breaks no rule."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.db.models import Count
from django.utils import timezone

from sidegate.actions.booking_requests import (
    PlanWords,
    approve_booking_request,
    decline_booking_request,
    plan_approvals,
)
from sidegate.actions.invariants import violations
from sidegate.actions.inviting import plan_invitations
from sidegate.actions.proposals.answer import take_date
from sidegate.cli.story import pictures, tell
from sidegate.models import (
    BookingRequest,
    Business,
    Client,
    ClientService,
    DateProposal,
    Event,
    Membership,
    Message,
    Photo,
    User,
    Visit,
)

pytestmark = pytest.mark.django_db
DAYS = {
    "a Tuesday morning": "2026-03-03T14:30:00Z",
    "a Saturday at noon": "2026-03-07T17:00:00Z",
    "a Sunday, just after midnight": "2026-03-08T05:05:00Z",
    "a Monday before dawn": "2026-03-09T09:40:00Z",
    "the first of the year": "2027-01-01T15:00:00Z",
    "the day after the clocks went back": "2026-11-02T02:00:00Z",
}


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: LazySettings) -> Path:
    settings.SIDEGATE_DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def drawn_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tells without drawing: only the tests about pictures look at them."""
    monkeypatch.setattr("sidegate.cli.story.past.photographed", lambda names: ())


def greenlawn() -> Business:
    return Business.objects.get(slug="greenlawn")


def full_days(today: date) -> list[date]:
    """Of the coming week."""
    coming = today + timedelta(days=1), today + timedelta(days=7)
    rows = Visit.objects.occupying().filter(business=greenlawn(), date__range=coming)
    counted = rows.values_list("date").annotate(count=Count("id")).order_by("date")
    return [day for day, count in counted if count >= (greenlawn().capacity_visits or 0)]


def pending(**lookup: object) -> list[BookingRequest]:
    rows = BookingRequest.objects.pending().filter(business__slug="greenlawn", **lookup)
    return list(rows.select_related("client", "business", "service").order_by("id"))


@pytest.mark.usefixtures("drawn_small")
@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS.keys())
def test_on_any_day_it_looks_alive_and_breaks_no_rule(day: str) -> None:
    with time_machine.travel(day, tick=False):
        tell()
        now, today = timezone.now(), greenlawn().today()
        assert violations() == []
        assert len(pending()) == 13
        assert {request.kind for request in pending()} == set(BookingRequest.Kind.values)
        assert [request.client.name for request in pending(turn="client")] == ["Maria Álvarez"]
        assert len(full_days(today)) == 1
        assert [request.client.name for request in pending(reply_by__lt=today)] == ["Ruth Goldberg"]
        assert not BookingRequest.objects.pending().filter(window_end__lt=today).exists()
        assert not BookingRequest.objects.filter(created_at__gt=now).exists()
        assert not Event.objects.filter(at__gt=now).exists()
        assert not Message.objects.filter(sent_at__gt=now).exists()
        assert Visit.objects.filter(status="scheduled", date__gte=today).count() > 20
        assert not Visit.objects.filter(status="scheduled", date__lt=today).exists()
        moments = [request.created_at for request in pending()]
        assert moments == sorted(moments)


@pytest.mark.usefixtures("drawn_small")
def test_who_is_who() -> None:
    tell()
    maria, omar = Client.objects.get(name="Maria Álvarez"), Client.objects.get(name="Omar Brooks")
    assert (maria.language, maria.email) == ("es", "maria@example.com")
    assert (omar.language, omar.email) == ("en", "")
    assert set(Membership.objects.filter(role="owner").values_list("business__slug", "user__name")) == {
        ("greenlawn", "Dana Reyes"),
        ("bluepool", "Bea Lin"),
    }
    assert Business.objects.order_by("pk").values_list("slug", flat=True)[0] == "greenlawn"
    mowing = ClientService.objects.get(client=maria, frequency="weekly")
    assert (mowing.property.address, mowing.price_minor) == ("12 Palm Court", 9500)
    statuses = set(mowing.visits.values_list("status", flat=True))
    assert statuses == {"completed", "skipped", "scheduled"}


@pytest.mark.usefixtures("drawn_small")
def test_some_were_invited_and_some_are_left_to_invite() -> None:
    tell()
    mine = Client.objects.filter(business=greenlawn())
    invited = mine.exclude(invited_at=None)
    assert set(invited.values_list("name", flat=True)) == {"Nora Haddad", "Luz Herrera"}
    assert set(Message.objects.filter(key="client.invited").values_list("to_address", "language")) == {
        ("nora@example.com", "en"),
        ("luz@example.com", "es"),
    }
    assert plan_invitations(greenlawn()).by_language == {"en": 2, "es": 1}


@pytest.mark.usefixtures("drawn_small")
def test_each_waiting_request_has_something_to_say() -> None:
    with time_machine.travel(DAYS["a Tuesday morning"], tick=False):
        tell()
        words = PlanWords(greenlawn())
        plans = {plan.facts.client_first_name(): plan for plan in plan_approvals(pending())}
        said = {name: words.sentence(plan) for name, plan in plans.items()}
        codes = {name: {warned.code for warned in plan.warnings} for name, plan in plans.items()}
    assert said["Maria"].endswith("to Weekly mowing, $95. Tells Maria in Spanish.")
    assert said["Omar"].endswith("$180, on Mon, Mar 9. Omar has no email: you tell them.")
    assert plans["Peter"].refusal == "no_price"
    assert codes["Aisha"] == {"paused_exists"}
    assert codes["Emily"] == {"price_differs"}
    assert codes["Omar"] == {"day_full"}
    assert (plans["Linda"].visit, plans["Rosa"].visit) != (None, None)
    assert plans["Júlia"].makes_client_service and plans["Carmen"].makes_client_service


@pytest.mark.usefixtures("drawn_small")
def test_maria_has_dates_to_choose_from_and_can_take_one() -> None:
    tell()
    proposal = DateProposal.objects.select_related(
        "booking_request__client", "booking_request__business"
    ).get()
    asked = proposal.booking_request
    assert (asked.client.name, asked.turn, proposal.status) == ("Maria Álvarez", "client", "open")
    took = date.fromisoformat(proposal.dates[0])
    maria = User.objects.get(email="maria@example.com")
    take_date(asked, by=maria, proposal_id=proposal.pk, day=took)
    assert Visit.objects.get(booking_request=asked).date == took
    assert violations() == []


@pytest.mark.usefixtures("drawn_small")
def test_one_asks_to_move_one_to_skip_and_one_service_rests_for_a_while() -> None:
    tell()
    asked = {request.kind: request for request in pending(kind__in=BookingRequest.OF_A_VISIT)}
    assert {kind: request.client.name for kind, request in asked.items()} == {
        "move_visit": "Linda Chen",
        "skip_visit": "Rosa Delgado",
    }
    paused = ClientService.objects.get(status="paused")
    today = greenlawn().today()
    assert paused.paused_from and paused.paused_until
    assert paused.paused_from < today < paused.paused_until


@pytest.mark.usefixtures("drawn_small")
def test_the_owner_can_play_it_through() -> None:
    tell()
    dana = User.objects.get(email="dana@example.com")
    for booking_request, plan in zip(pending(), plan_approvals(pending()), strict=True):
        if plan.refusal:
            decline_booking_request(booking_request, by=dana, reason="We call you about it.")
        else:
            approve_booking_request(booking_request, by=dana)
    assert pending() == []
    assert violations() == []


@pytest.mark.usefixtures("drawn_small")
def test_the_mailbox_begins_with_the_newest_and_that_is_greenlawns() -> None:
    tell()
    newest = list(Message.objects.order_by("-pk").values_list("created_at", "business__slug"))
    assert newest[0][1] == "greenlawn"
    assert [moment for moment, _slug in newest] == sorted((moment for moment, _slug in newest), reverse=True)


@pytest.mark.usefixtures("drawn_small")
def test_every_message_has_left_or_was_told_by_hand() -> None:
    tell()
    assert set(Message.objects.values_list("status", flat=True)) == {"sent", "not_sendable"}
    assert not Message.objects.undelivered().exists()
    reasons = BookingRequest.objects.filter(status="declined").exclude(reason="")
    for declined in reasons:
        assert declined.reason in Message.objects.get(booking_request=declined, key="booking.declined").text


def test_the_photos_came_in_through_the_same_door_as_anybodys(data_dir: Path) -> None:
    tell()
    assert Photo.objects.count() == len(pictures.PICTURES) == 4
    assert violations() == []
    assert all(photo.created_at - timezone.now() < timedelta(minutes=1) for photo in Photo.objects.all())
    assert len(list(data_dir.glob("photos/*/*-small.jpg"))) == 4
