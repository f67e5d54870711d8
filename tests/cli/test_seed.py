"""`seed` makes believable data: as many rows as asked for, the same for the same seed, and no rule broken."""

import hashlib
from collections import Counter
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import transaction

from sidegate.actions.booking_requests import approve_booking_request
from sidegate.actions.invariants import violations
from sidegate.cli import main
from sidegate.cli.seeding import Plan, seed
from sidegate.cli.seeding.asked import LETTERS, STRIDE, _as_letters
from sidegate.models import BookingRequest, Business, Client, Event, Message, SignIn, User, Visit
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def sown(**fields: object) -> None:
    plan = Plan(**{"clients": 20, "requests": 300, "today": DAY, **fields})  # type: ignore[arg-type]
    for _progress in seed(plan):
        pass


def digest() -> str:
    """Of every row of every table of ours."""
    whole = hashlib.sha256()
    for model in sorted(apps.get_app_config("sidegate").get_models(), key=lambda model: model.__name__):
        for row in model._default_manager.order_by("pk").values_list():
            whole.update(repr(row).encode())
    return whole.hexdigest()


def digest_of(**fields: object) -> str:
    with transaction.atomic():
        sown(**fields)
        found = digest()
        transaction.set_rollback(True)
    return found


def test_the_same_seed_makes_the_same_rows_and_another_makes_others() -> None:
    first = digest_of(seed=7)
    assert digest_of(seed=7) == first
    assert digest_of(seed=8) != first


def test_no_rule_is_broken_by_what_is_sown() -> None:
    sown()
    assert violations() == []
    assert (Client.objects.count(), BookingRequest.objects.count()) == (20, 300)
    assert not Message.objects.exclude(status="sent").exists()


@pytest.mark.parametrize(("share", "waiting"), [(0, 0), (0.05, 15), (0.5, 150), (1, 300)])
def test_exactly_the_asked_for_share_waits(share: float, waiting: int) -> None:
    sown(pending=share)
    assert BookingRequest.objects.pending().count() == waiting
    assert violations() == []


def test_it_is_a_believable_mix() -> None:
    sown(requests=1000)
    statuses = Counter(BookingRequest.objects.values_list("status", flat=True))
    assert set(statuses) == {"pending", "approved", "declined", "withdrawn"}
    assert statuses["approved"] > statuses["declined"] > 0
    kinds = Counter(BookingRequest.objects.values_list("kind", flat=True))
    assert kinds.most_common(1)[0][0] == "one_time" and len(kinds) == 3
    assert set(Message.objects.values_list("language", flat=True)) == {"en", "es"}
    assert set(Visit.objects.values_list("status", flat=True)) == {"scheduled", "completed", "skipped"}


def test_nothing_was_asked_or_decided_after_today_began() -> None:
    sown()
    today = Business.objects.get().today
    for rows, column in ((BookingRequest.objects, "created_at"), (Event.objects, "at")):
        assert today(rows.order_by(f"-{column}").values_list(column, flat=True)[:1].get()) < DAY
    assert not Visit.objects.filter(status="scheduled", date__lt=DAY).exists()
    assert not Visit.objects.filter(status="completed", date__gte=DAY).exists()


def test_keys_are_in_order_of_time() -> None:
    """The queue pages by key."""
    sown()
    moments = list(BookingRequest.objects.order_by("id").values_list("created_at", flat=True))
    assert moments == sorted(moments)


def test_a_message_reads_as_one_that_was_really_sent() -> None:
    sown(requests=100)
    message = Message.objects.filter(key="booking.approved", language="es").first()
    assert message is not None and message.booking_request is not None
    booking_request = message.booking_request
    assert f"/evergreen/requests/{booking_request.reference}" in message.text
    assert booking_request.property.address in message.text
    assert "⟦" not in message.text + message.subject
    assert message.recipient == f"client:{booking_request.client_id}"


def test_what_waits_can_be_approved(monkeypatch: pytest.MonkeyPatch) -> None:
    sown(today=None, pending=0.2)
    owner = User.objects.get(email="owner@evergreen.example")
    waiting = BookingRequest.objects.pending().select_related("business").order_by("-id")
    for booking_request in waiting.filter(window_end__gte=Business.objects.get().today() + timedelta(days=1))[
        :5
    ]:
        approve_booking_request(booking_request, by=owner)
    assert violations() == []


def test_a_business_that_is_there_gets_more_clients_and_keeps_its_catalog(cast: Cast) -> None:
    sown(slug="greenlawn", seed=3)
    requests = BookingRequest.objects.filter(business=cast.greenlawn)
    assert requests.count() == 300
    assert set(requests.values_list("service", flat=True)) == {cast.mowing.pk}
    assert set(requests.exclude(decided_by=None).values_list("decided_by", flat=True)) == {cast.dana.pk}
    assert not BookingRequest.objects.filter(business=cast.bluepool).exists()
    assert violations() == []


def test_a_second_time_makes_a_second_business() -> None:
    sown(requests=10)
    sown(requests=10)
    assert set(Business.objects.values_list("slug", flat=True)) == {"evergreen", "evergreen-2"}


@pytest.mark.django_db(transaction=True)
def test_the_same_seed_twice_in_one_business_is_refused(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = ["seed", "--clients", "5", "--requests", "10", "--business", "greenlawn", "--seed", "4"]
    assert main(typed) == 0
    assert "5 clients and 10 requests for greenlawn, in " in capsys.readouterr().out
    assert main(typed) == 1
    said = "sidegate seed: Seed 4 was used for greenlawn before. Choose another with --seed.\n"
    assert capsys.readouterr().err == said
    assert BookingRequest.objects.count() == 10


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--business", "nowhere"], "There is no business nowhere."),
        (["--today", "tomorrow"], "tomorrow is no date; one looks like 2026-03-02."),
    ],
)
def test_what_cannot_be_is_told(typed: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["seed", "--clients", "1", "--requests", "1", *typed]) == 1
    assert capsys.readouterr().err == f"sidegate seed: {said}\n"
    assert not SignIn.objects.exists()


def test_a_business_that_never_works_is_sown_all_the_same() -> None:
    factories.make_business(slug="closed", working_days=[])
    sown(slug="closed", requests=50)
    assert violations() == []


def test_no_reference_comes_twice_before_all_have_come() -> None:
    """The stride and the number of references have no common divisor."""
    assert all(STRIDE % prime for prime in (2, 3, 5)) and LETTERS == 30
    assert (_as_letters(0), _as_letters(LETTERS**6 - 1)) == ("222-222", "ZZZ-ZZZ")
