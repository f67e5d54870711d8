"""A client erased: nothing of her is left anywhere, and the history of what was asked and done is."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client as Browser
from django.utils import timezone

from sidegate.actions.archiving import cancel_visits_and_archive, last_visits_of
from sidegate.actions.booking_requests import (
    approve_booking_request,
    decline_booking_request,
    undo_booking_request,
)
from sidegate.actions.clients import ClientDetails, archive_client, bring_back_client, change_client, let_in
from sidegate.actions.erasing import erase_client, is_in_a_draft
from sidegate.actions.errors import Conflict, Refused
from sidegate.actions.invariants import violations
from sidegate.actions.messages import retry_message
from sidegate.actions.properties import add_property, change_property
from sidegate.actions.visits import cancel_visit
from sidegate.delivery import outbox
from sidegate.models import (
    BookingRequest,
    Client,
    ClientImport,
    Event,
    ImportedRow,
    Membership,
    Message,
    Photo,
    PortalUser,
    SignIn,
    User,
    Visit,
)
from tests import factories
from tests.conftest import Cast
from tests.histories import NEEDLES, WITH_ALL, left_of_her, rich_history


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: LazySettings) -> Iterator[None]:
    settings.SIDEGATE_DATA_DIR = tmp_path
    yield


def facts_of_history(client: Client) -> list[Any]:
    """What stays: who asked for what when, who decided, at what price, which visits."""
    requests = BookingRequest.objects.filter(client=client).order_by("id")
    visits = Visit.objects.filter(client_service__client=client).order_by("id")
    events = Event.objects.filter(booking_request__client=client).order_by("id")
    return [
        *requests.values_list(
            "reference", "kind", "status", "window_start", "shown_price_minor", "decided_by", "decided_at",
            "created_at", "service", "submitted_by", "outcome", "version",
        ),
        *visits.values_list("date", "status", "is_charged", "client_service__price_minor"),
        *events.values_list(
            "verb", "actor", "from_state", "to_state", "at", "decision_no", "data__price_minor", "data__date"
        ),
    ]  # fmt: skip


def test_nothing_of_her_is_left_anywhere(cast: Cast) -> None:
    zenobia = rich_history(cast)
    assert left_of_her() == NEEDLES
    before = facts_of_history(zenobia)
    erase_client(zenobia, by=cast.dana)
    assert left_of_her() == set()
    assert facts_of_history(zenobia) == before
    assert violations() == []


def test_what_is_others_stays(cast: Cast) -> None:
    factories.make_booking_request(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, notes="The hedge."
    )
    erase_client(rich_history(cast), by=cast.dana)
    assert BookingRequest.objects.get(client=cast.maria).notes == "The hedge."
    assert Client.objects.get(pk=cast.maria.pk).email == "maria@example.com"
    assert PortalUser.objects.filter(user=cast.maria_user).exists()
    assert ClientImport.objects.get(source__contains="Omar").status == "draft"
    assert ImportedRow.objects.get(number=4).cells == ["Omar Brooks", "555 0100"]
    assert User.objects.get(pk=cast.dana.pk).name == "Dana Reyes"
    to_dana = Message.objects.filter(recipient=f"user:{cast.dana.pk}")
    assert set(to_dana.values_list("to_address", flat=True)) == {"dana@example.com"}


def test_her_name_reads_as_a_neutral_one_in_the_businesss_language(cast: Cast) -> None:
    erase_client(cast.omar, by=cast.dana)
    assert (cast.omar.name, cast.omar.first_name()) == ("Erased client", "Erased client")
    assert cast.omar.archived_at and cast.omar.erased_at
    event = Event.objects.get(verb="client_erased")
    assert (event.client, event.actor, event.data) == (cast.omar, cast.dana, {})


def test_who_has_nothing_can_be_erased_and_twice_is_refused(cast: Cast) -> None:
    bare = factories.make_client(business=cast.greenlawn, name="Bo", email="")
    erase_client(bare, by=cast.dana)
    with pytest.raises(Conflict, match="already_erased"):
        erase_client(bare, by=cast.dana)
    assert Event.objects.filter(verb="client_erased").count() == 1


def test_an_archived_client_keeps_the_day_on_which_she_was_archived(cast: Cast) -> None:
    archive_client(cast.omar)
    at = cast.omar.archived_at
    erase_client(cast.omar, by=cast.dana)
    assert Client.objects.get(pk=cast.omar.pk).archived_at == at


def test_what_is_still_open_has_to_be_settled_first(cast: Cast) -> None:
    """A visit ahead, a request that waits, a decision that can still be undone: nothing is changed meanwhile."""
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    visit = factories.make_visit(client_service=agreed, date=cast.greenlawn.today())
    with pytest.raises(Conflict, match="visits_ahead"):
        erase_client(cast.maria, by=cast.dana)
    visit.delete()

    cast.greenlawn.undo_seconds = 60
    cast.greenlawn.save()
    asked = factories.make_booking_request(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, notes="The hedge."
    )
    with pytest.raises(Conflict, match="requests_waiting"):
        erase_client(cast.maria, by=cast.dana)
    decline_booking_request(asked, by=cast.dana)
    with pytest.raises(Conflict, match="requests_waiting"):
        erase_client(cast.maria, by=cast.dana)
    asked.refresh_from_db()
    assert (asked.notes, Client.objects.get(pk=cast.maria.pk).name) == ("The hedge.", "Maria Álvarez")
    undo_booking_request(asked, by=cast.dana)


def test_a_table_that_is_being_brought_in_is_waited_for(cast: Cast) -> None:
    table = ClientImport.objects.create(
        business=cast.greenlawn, by=cast.dana, language="en", status="running", source="Maria ÁLVAREZ,x"
    )
    with pytest.raises(Conflict, match="import_running"):
        erase_client(cast.maria, by=cast.dana)
    table.refresh_from_db()
    assert table.source == "Maria ÁLVAREZ,x"


def test_her_sign_in_is_nobodys_and_she_is_signed_out(cast: Cast, portal: Browser) -> None:
    assert portal.get("/greenlawn/").status_code == 200
    erase_client(cast.maria, by=cast.dana)
    assert portal.get("/greenlawn/")["Location"].startswith("/sign-in")
    user = User.objects.get(pk=cast.maria_user.pk)
    assert (user.email, user.name, user.is_active) == (
        f"erased-{user.pk}@erased.invalid",
        "Erased client",
        False,
    )


def test_her_email_is_free_for_someone_else(cast: Cast) -> None:
    erase_client(cast.maria, by=cast.dana)
    let_in(cast.omar, email="maria@example.com", name="Another Maria")
    assert User.objects.get(email="maria@example.com").pk != cast.maria_user.pk


@pytest.mark.parametrize("elsewhere", ["member", "former member", "portal"])
def test_a_sign_in_that_opens_something_else_stays(cast: Cast, elsewhere: str, portal: Browser) -> None:
    if elsewhere == "portal":
        PortalUser.objects.create(business=cast.bluepool, client=cast.bluepool_client, user=cast.maria_user)
    else:
        Membership.objects.create(
            business=cast.bluepool, user=cast.maria_user, role="staff", is_active=elsewhere == "member"
        )
    erase_client(cast.maria, by=cast.dana)
    user = User.objects.get(pk=cast.maria_user.pk)
    assert (user.email, user.is_active) == ("maria@example.com", True)
    assert not PortalUser.objects.filter(client=cast.maria).exists()
    assert portal.get("/greenlawn/").status_code == 404


def test_what_has_not_left_to_her_does_not_leave_and_nobody_has_to_tell_her(cast: Cast) -> None:
    zenobia = rich_history(cast)
    assert outbox.due_keys(50)
    erase_client(zenobia, by=cast.dana)
    hers = Message.objects.filter(business=cast.greenlawn).exclude(status="sent")
    assert set(hers.values_list("status", flat=True)) <= {"not_sendable", "failed"}
    assert set(hers.filter(status="not_sendable").values_list("reason", flat=True)) == {"erased"}
    assert not hers.undelivered().exists()
    assert outbox.due_keys(50) == []
    for message in hers.filter(reason="erased"):
        with pytest.raises(Conflict):
            retry_message(message)


def test_her_photos_are_gone_from_the_disk_too(cast: Cast, tmp_path: Path) -> None:
    zenobia = rich_history(cast)
    assert Photo.objects.count() == 6 == len(list(tmp_path.rglob("*-small.jpg")))
    erase_client(zenobia, by=cast.dana)
    assert (Photo.objects.count(), [path for path in tmp_path.rglob("*") if path.is_file()]) == (0, [])
    assert not SignIn.objects.exists()


def test_who_was_erased_cannot_be_brought_back_or_known_again(cast: Cast) -> None:
    place = cast.palm_court
    erase_client(cast.maria, by=cast.dana)
    for act in (
        lambda: bring_back_client(cast.maria),
        lambda: change_client(cast.maria, ClientDetails(name="Maria", email="maria@example.com")),
        lambda: change_client(cast.maria, ClientDetails(name="Maria")),
        lambda: let_in(cast.maria, email="new@example.com"),
        lambda: add_property(cast.maria, address="1 Elm Street"),
        lambda: change_property(place, address="12 Palm Court", access_notes=""),
    ):
        with pytest.raises(Conflict, match="erased"):
            act()
    stored = Client.objects.get(pk=cast.maria.pk)
    assert (stored.name, stored.email, stored.properties.get().address) == (
        "Erased client",
        "",
        "Erased address",
    )
    assert not User.objects.filter(email__in=["maria@example.com", "new@example.com"]).exists()


def test_a_past_visit_of_hers_can_be_closed_and_writes_to_nobody(cast: Cast) -> None:
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    past = factories.make_visit(client_service=agreed, date=cast.greenlawn.today() - timedelta(days=2))
    erase_client(cast.maria, by=cast.dana)
    visit = Visit.objects.select_related(*WITH_ALL, "client_service__service", "booking_request").get(
        pk=past.pk
    )
    cancel_visit(visit, by=cast.dana, version=0)
    assert not Message.objects.exists()
    assert violations() == []


def test_a_request_sent_while_she_is_archived_is_not_stored(cast: Cast, portal: Browser) -> None:
    from sidegate.actions.booking_requests import Ask, submit_booking_request

    day = cast.greenlawn.calendar().working_days_after(cast.greenlawn.today(), 3)
    ask = Ask("one_time", cast.palm_court.pk, cast.mowing.pk, day, day)
    Client.objects.filter(pk=cast.maria.pk).update(archived_at=timezone.now())
    with pytest.raises(Refused):
        submit_booking_request(
            business=cast.greenlawn, client=cast.maria, by=cast.maria_user, ask=ask, token="t"
        )
    assert not BookingRequest.objects.exists()


def test_archiving_cancels_what_is_ahead_and_tells_once_for_each_service(cast: Cast) -> None:
    today = cast.greenlawn.today()
    for service in (cast.mowing, factories.make_service(business=cast.greenlawn)):
        agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=service)
        for number in range(2):
            factories.make_visit(client_service=agreed, date=today + timedelta(days=number))
    past = factories.make_visit(client_service=agreed, date=today - timedelta(days=1))
    last = last_visits_of(cast.maria, "We move away.")
    assert last.count == 4
    cancel_visits_and_archive(last, by=cast.dana)
    assert Client.objects.get(pk=cast.maria.pk).archived_at
    assert set(Visit.objects.exclude(pk=past.pk).values_list("status", flat=True)) == {"cancelled"}
    assert Visit.objects.get(pk=past.pk).status == "scheduled"
    letters = Message.objects.filter(recipient=f"client:{cast.maria.pk}")
    assert [(m.key, m.language, "We move away." in m.text) for m in letters] == [
        ("visits.cancelled", "es", True)
    ] * 2
    assert violations() == []


def test_a_visit_added_meanwhile_keeps_her_from_being_archived(cast: Cast) -> None:
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    factories.make_visit(client_service=agreed, date=cast.greenlawn.today())
    last = last_visits_of(cast.maria)
    other = factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=factories.make_service(business=cast.greenlawn)
    )
    factories.make_visit(client_service=other, date=cast.greenlawn.today())
    with pytest.raises(Conflict, match="visits_ahead"):
        cancel_visits_and_archive(last, by=cast.dana)
    assert not Message.objects.exists()
    assert set(Visit.objects.values_list("status", flat=True)) == {"scheduled"}


def test_an_archived_client_can_be_erased_once_her_requests_are_answered(cast: Cast) -> None:
    asked = factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    archive_client(cast.maria)
    with pytest.raises(Conflict, match="requests_waiting"):
        erase_client(cast.maria, by=cast.dana)
    decline_booking_request(asked, by=cast.dana)
    erase_client(cast.maria, by=cast.dana)
    with pytest.raises(Refused):
        approve_booking_request(asked, by=cast.dana)
    assert violations() == []


@pytest.mark.parametrize(
    ("line", "names_her"),
    [
        ("Maria Álvarez,x", True),
        ("MARIA,ÁLVAREZ,x", True),
        ('"Álvarez, Maria",x', True),
        ("x;maria@example.com", True),
        ("x\t305 555 0117", True),
        ("12 palm court", True),
        ("Maria Álvarezson", False),
        ("Anna Maria\nÁlvarez", False),
        ("otramaria@example.com", False),
    ],
)
def test_a_draft_that_names_her_is_dropped_and_no_other(cast: Cast, line: str, names_her: bool) -> None:
    Client.objects.filter(pk=cast.maria.pk).update(phone="+13055550117")
    maria = Client.objects.select_related("business").get(pk=cast.maria.pk)
    ClientImport.objects.create(
        business=cast.greenlawn, by=cast.dana, language="en", source=f"Name,Email\n{line}\n"
    )
    assert is_in_a_draft(maria) == names_her
    erase_client(maria, by=cast.dana)
    assert ClientImport.objects.exists() != names_her


def test_a_short_name_is_not_found_within_others(cast: Cast) -> None:
    Client.objects.filter(pk=cast.omar.pk).update(name="Al")
    source = "name,phone\nAlbert Al-Sayed,1\nPal,2\n"
    ClientImport.objects.create(business=cast.greenlawn, by=cast.dana, language="en", source=source)
    erase_client(Client.objects.select_related("business").get(pk=cast.omar.pk), by=cast.dana)
    assert ClientImport.objects.exists()
