"""A client leaves through the office's pages: archived with what is ahead, erased for good."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client as Browser

from sidegate.models import BookingRequest, Client, ClientService, Message, User, Visit
from tests import factories
from tests.conftest import Cast
from tests.histories import NEEDLES, rich_history

from .reading import errors, main

OFFICE = "/greenlawn/office"
CLIENTS = f"{OFFICE}/clients"


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: LazySettings) -> None:
    settings.SIDEGATE_DATA_DIR = tmp_path


@pytest.fixture
def visits(cast: Cast) -> list[Visit]:
    """Two ahead of Maria."""
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    today = cast.greenlawn.today()
    return [factories.make_visit(client_service=agreed, date=today + timedelta(days=d)) for d in (1, 8)]


def page_of(client: Client, act: str = "") -> str:
    return f"{CLIENTS}/{client.pk}" + (f"/{act}" if act else "")


def stored(client: Client) -> Client:
    return Client.objects.get(pk=client.pk)


def test_archiving_says_what_waits_and_what_is_ahead(
    office: Browser, cast: Cast, visits: list[Visit]
) -> None:
    asked = factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    page = office.get(page_of(cast.maria, "archive"))
    question = main(page)
    assert "2 visits are ahead, the first on" in question
    assert "Cancel the 2 visits ahead and tell Maria" in question
    assert "A request of Maria is waiting. Answer it first: archived, it can only be declined." in question
    assert f'href="{OFFICE}/requests/{asked.reference}"'.encode() in page.content


def test_nothing_is_cancelled_unless_that_is_chosen(office: Browser, cast: Cast, visits: list[Visit]) -> None:
    answer = office.post(page_of(cast.maria, "archive"), {"reason": "Moving away."})
    assert answer.status_code == 422
    assert errors(answer) == {"visits": "Choose to cancel the visits ahead, or leave it as it is."}
    assert "Moving away." in main(answer)
    assert stored(cast.maria).archived_at is None
    assert not Message.objects.exists()


def test_chosen_the_visits_are_cancelled_and_she_is_told_why(
    office: Browser, cast: Cast, visits: list[Visit]
) -> None:
    answer = office.post(
        page_of(cast.maria, "archive"), {"visits": "2", "reason": "Moving away."}, follow=True
    )
    assert "Maria Álvarez is archived. 2 visits are cancelled." in main(answer)
    assert set(Visit.objects.values_list("status", flat=True)) == {"cancelled"}
    message = Message.objects.get()
    assert (message.key, message.language, message.to_address) == (
        "visits.cancelled",
        "es",
        "maria@example.com",
    )
    assert "Moving away." in message.text
    assert ClientService.objects.get().status == "active"  # brought back, she has it again


def test_a_visit_added_since_the_page_was_shown_is_not_cancelled_unseen(
    office: Browser, cast: Cast, visits: list[Visit]
) -> None:
    factories.make_visit(client_service=visits[0].client_service, date=visits[0].date + timedelta(days=1))
    answer = office.post(page_of(cast.maria, "archive"), {"visits": "2"})
    assert (answer.status_code, set(errors(answer))) == (422, {"visits"})
    assert "Cancel the 3 visits ahead" in main(answer)
    assert set(Visit.objects.values_list("status", flat=True)) == {"scheduled"}


def test_of_a_client_whom_no_mail_reaches_it_says_who_tells_them(
    office: Browser, cast: Cast, visits: list[Visit]
) -> None:
    Client.objects.filter(pk=cast.maria.pk).update(email="")
    question = main(office.get(page_of(cast.maria, "archive")))
    assert "Cancel the 2 visits ahead. Maria has no email: you tell them." in question


def test_archived_twice_from_two_tabs_is_said(office: Browser, cast: Cast) -> None:
    office.post(page_of(cast.omar, "archive"))
    assert "Already archived." in main(office.post(page_of(cast.omar, "archive"), follow=True))


def test_erasing_says_what_goes_and_what_stays_and_asks_for_the_name(office: Browser, cast: Cast) -> None:
    page = office.get(page_of(cast.omar, "erase"))
    question = main(page)
    for words in (
        "Nobody can undo this.",
        "Gone for good: name, email",
        "Kept, without the person",
        "Omar Brooks",
    ):
        assert words in question
    assert page_of(cast.omar, "export").encode() in page.content
    for typed in ({}, {"typed_name": ""}, {"typed_name": "Omar"}, {"typed_name": "Maria Álvarez"}):
        answer = office.post(page_of(cast.omar, "erase"), typed)
        assert (answer.status_code, set(errors(answer))) == (422, {"typed_name"})
    assert stored(cast.omar).erased_at is None


@pytest.mark.parametrize("typed", ["Maria Álvarez", " maria  alvarez "])
def test_with_the_name_typed_she_is_erased(office: Browser, cast: Cast, typed: str) -> None:
    answer = office.post(page_of(cast.maria, "erase"), {"typed_name": typed}, follow=True)
    assert "Erased. What was asked and done stays, without the person." in main(answer)
    assert stored(cast.maria).erased_at
    again = office.post(page_of(cast.maria, "erase"), {"typed_name": typed}, follow=True)
    assert "This client is erased already." in main(again)


def test_what_is_in_the_way_stands_in_place_of_the_button(
    office: Browser, cast: Cast, visits: list[Visit]
) -> None:
    page = office.get(page_of(cast.maria, "erase"))
    assert "Maria still has visits ahead." in main(page)
    assert b"Erase for good" not in page.content
    sent = {"typed_name": "Maria Álvarez"}
    assert "Maria still has visits ahead." in main(
        office.post(page_of(cast.maria, "erase"), sent, follow=True)
    )
    assert stored(cast.maria).name == "Maria Álvarez"


def test_only_an_owner_erases(cast: Cast, signed_in: Callable[[User], Browser]) -> None:
    theo = signed_in(factories.make_member(business=cast.greenlawn, role="staff").user)
    for browser, status in ((theo, 403), (signed_in(cast.bea), 404)):
        assert browser.get(page_of(cast.omar, "erase")).status_code == status
        assert browser.post(page_of(cast.omar, "erase"), {"typed_name": "Omar Brooks"}).status_code == status
    page = theo.get(page_of(cast.omar))
    assert b"/erase" not in page.content and b"/export" not in page.content and b"/archive" in page.content
    assert stored(cast.omar).erased_at is None


def test_every_page_that_shows_her_history_still_opens_without_her(office: Browser, cast: Cast) -> None:
    zenobia = rich_history(cast)
    factories.make_visit(  # still unmarked
        client_service=ClientService.objects.filter(client=zenobia)[0],
        date=cast.greenlawn.today() - timedelta(days=5),
    )
    office.post(page_of(zenobia, "erase"), {"typed_name": "Zenobia Quintanilla"})
    seen = {address: office.get(address) for address in pages_about(cast, zenobia)}
    assert {address: page.status_code for address, page in seen.items() if page.status_code != 200} == {}
    told = {
        (address, needle)
        for address, page in seen.items()
        for needle in NEEDLES - {"mailbox-words"}
        if needle in page.content.decode().casefold()
    }
    assert told == set()
    assert "Erased client" in main(seen[page_of(zenobia)])


def pages_about(cast: Cast, client: Client) -> list[str]:
    requests = BookingRequest.objects.filter(client=client).values_list("reference", flat=True)
    visits = Visit.objects.filter(client_service__client=client)
    messages = Message.objects.filter(business=cast.greenlawn).values_list("pk", flat=True)
    agreements = ClientService.objects.filter(client=client).values_list("pk", flat=True)
    return [
        CLIENTS,
        f"{CLIENTS}?show=archived",
        page_of(client),
        f"{OFFICE}/requests",
        f"{OFFICE}/requests/decided",
        f"{OFFICE}/messages",
        f"{OFFICE}/messages?show=not_sent",
        *(f"{OFFICE}/requests/{reference}" for reference in requests),
        *(f"{OFFICE}/visits/{visit.pk}" for visit in visits),
        *(f"{OFFICE}/schedule?date={visit.date}" for visit in visits),
        *(f"{OFFICE}/messages/{key}" for key in messages),
        *(page_of(client, f"services/{key}") for key in agreements),
    ]


def test_of_who_was_erased_nothing_can_be_changed_by_any_page(office: Browser, cast: Cast) -> None:
    office.post(page_of(cast.maria, "erase"), {"typed_name": "Maria Álvarez"})
    sent: dict[str, dict[str, Any]] = {
        "edit": {"name": "Maria", "email": "maria@example.com"},
        "people/new": {"name": "Maria", "email": "maria@example.com"},
        "addresses/new": {"address": "12 Palm Court"},
        f"addresses/{cast.palm_court.pk}": {"address": "12 Palm Court"},
    }
    for act, typed in sent.items():
        for answer in (
            office.get(page_of(cast.maria, act), follow=True),
            office.post(page_of(cast.maria, act), typed, follow=True),
        ):
            assert "This client was erased." in main(answer), act
    back = main(office.post(page_of(cast.maria, "bring-back"), follow=True))
    assert "nobody can bring them back" in back
    page = office.get(page_of(cast.maria)).content.decode()
    assert not re.findall(
        r'href="[^"]*/(?:edit|archive|erase|export|people/new|addresses/new|services/new)"', page
    )
    assert (stored(cast.maria).name, stored(cast.maria).archived_at is None) == ("Erased client", False)
