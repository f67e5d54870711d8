"""Clients through the office's pages: finding, adding, changing, archiving."""

import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from sidegate.models import Client, Property
from sidegate.office import client_list
from tests import factories
from tests.conftest import Cast

from .reading import errors, main, statements, token

CLIENTS = "/greenlawn/office/clients"
ROSA = {"name": "Rosa Díaz", "email": "rosa@example.com", "address": "5 Elm Street"}


def add(office: Browser, typed: dict[str, str], *, follow: bool = False) -> Any:
    page = f"{CLIENTS}/new"
    return office.post(page, {"token": token(office.get(page)), **ROSA, **typed}, follow=follow)


def page_of(client: Client, act: str = "") -> str:
    return f"{CLIENTS}/{client.pk}" + (f"/{act}" if act else "")


def names(answer: Any) -> list[str]:
    return re.findall(r'class="main"><strong>(.*?)</strong>', answer.content.decode())


@pytest.mark.parametrize(
    "typed",
    [
        "maria",
        "álvarez maria",
        "alvarez",
        "maria@exam",
        "palm",
        "PÁLM maria",
        "305 555 0117",
        "(305) 555",
        "12 p",
    ],
)
def test_a_client_is_found_by_name_email_phone_or_address(office: Browser, cast: Cast, typed: str) -> None:
    Client.objects.filter(pk=cast.maria.pk).update(name="MARIA ÁLVAREZ", phone="+13055550117")
    assert names(office.get(CLIENTS, {"q": typed})) == ["MARIA ÁLVAREZ"]


@pytest.mark.parametrize("typed", ["[", "(", "\\", "%", "_", ".*", "a" * 500, "\x00", "' OR 1=1"])
def test_no_search_is_read_as_anything_but_words(office: Browser, cast: Cast, typed: str) -> None:
    assert names(office.get(CLIENTS, {"q": typed})) in (
        [],
        ["Maria Álvarez", "Omar Brooks"][: 2 * (typed == "\x00")],
    )


def test_nobody_found_is_said_with_what_was_typed(office: Browser, cast: Cast) -> None:
    assert "holds “<b>zebra”" in main(office.get(CLIENTS, {"q": "<b>zebra"}))


def test_the_list_holds_this_business_only(office: Browser, cast: Cast) -> None:
    assert names(office.get(CLIENTS)) == ["Maria Álvarez", "Omar Brooks"]


def test_archived_clients_have_a_list_of_their_own(office: Browser, cast: Cast) -> None:
    Client.objects.filter(pk=cast.omar.pk).update(archived_at=timezone.now())
    assert names(office.get(CLIENTS)) == ["Maria Álvarez"]
    assert names(office.get(CLIENTS, {"show": "archived"})) == ["Omar Brooks"]


def test_pages_follow_one_another_though_names_are_equal(
    office: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_list, "PAGE", 2)
    for _number in range(3):
        factories.make_client(business=cast.greenlawn, name="Maria Álvarez")
    seen, address = [], CLIENTS
    while address:
        answer = office.get(address)
        seen += re.findall(r"/office/clients/([0-9a-f-]{36})\"", answer.content.decode())
        following = re.search(r'href="([^"]*after=[^"]*)"', answer.content.decode())
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize("after", ["x", "0", "01a206e8-2eff-74f4-8eca-2d26f8228b33"])
def test_a_place_that_is_none_is_the_first_page(office: Browser, cast: Cast, after: str) -> None:
    assert len(names(office.get(CLIENTS, {"after": after}))) == 2


def test_the_list_takes_as_many_statements_at_1_as_at_3(office: Browser, cast: Cast) -> None:
    Client.objects.filter(pk=cast.omar.pk).update(archived_at=timezone.now())
    one = statements(office, CLIENTS)
    for name in ("Ann", "Bo"):
        factories.make_property(client=factories.make_client(business=cast.greenlawn, name=name))
    assert statements(office, CLIENTS) == one == 7


def test_a_client_is_added_in_one_screen(office: Browser, cast: Cast) -> None:
    answer = add(office, {"language": "es", "tags": "garden, weekly, garden"}, follow=True)
    rosa = Client.objects.get(name="Rosa Díaz")
    assert (rosa.language, rosa.tags, rosa.properties.get().address) == (
        "es",
        ["garden", "weekly"],
        "5 Elm Street",
    )
    assert "Rosa Díaz is in. Add a service next." in main(answer)


def test_what_is_typed_is_cleaned_before_it_is_stored(office: Browser, cast: Cast) -> None:
    add(office, {"name": " Rosa\x00 \u202eDíaz\r\n", "notes": "one\r\ntwo\x07"})
    rosa = Client.objects.get(email="rosa@example.com")
    assert (rosa.name, rosa.notes) == ("Rosa Díaz", "one\ntwo")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": " \u202e "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"email": "rosa@"}, "email"),
        ({"email": "maria@example.com"}, "email"),
        ({"email": "", "phone": ""}, "email"),
        ({"phone": "twelve"}, "phone"),
        ({"address": ""}, "address"),
        ({"notes": "x" * 5001}, "notes"),
        ({"language": "xx"}, "language"),
    ],
)
def test_a_mistake_is_a_sentence_at_its_field_and_nothing_typed_is_lost(
    office: Browser, cast: Cast, typed: dict[str, str], field: str
) -> None:
    answer = add(office, {"access_notes": "Gate 12", **typed})
    assert answer.status_code == 422
    assert set(errors(answer)) == {field}
    assert "Gate 12" in answer.content.decode()
    assert Client.objects.filter(business=cast.greenlawn).count() == 2


def test_a_field_sent_twice_is_refused(office: Browser, cast: Cast) -> None:
    assert office.post(f"{CLIENTS}/new", {**ROSA, "name": ["Rosa", "Eve"]}).status_code == 400


def test_fields_that_are_not_in_the_form_are_ignored(office: Browser, cast: Cast) -> None:
    foreign = {"business": str(cast.bluepool.pk), "id": str(cast.maria.pk), "archived_at": "2026-01-01"}
    add(office, foreign)
    rosa = Client.objects.get(name="Rosa Díaz")
    assert (rosa.business, rosa.archived_at) == (cast.greenlawn, None)


def test_a_client_is_changed(office: Browser, cast: Cast) -> None:
    typed = {"name": "Maria A.", "email": "maria@example.com", "language": "", "email_opted_out": "on"}
    office.post(page_of(cast.maria, "edit"), typed)
    stored = Client.objects.get(pk=cast.maria.pk)
    assert (stored.name, stored.language, stored.email_opted_out) == ("Maria A.", "", True)
    assert "Maria wants no email: you tell them." in main(office.get(page_of(cast.maria)))


def test_her_page_says_who_else_has_her_name(office: Browser, cast: Cast) -> None:
    assert "same name" not in main(office.get(page_of(cast.maria)))
    factories.make_client(business=cast.greenlawn)
    assert "Another client has the same name." in main(office.get(page_of(cast.maria)))


def test_her_page_takes_as_many_statements_however_much_she_has(office: Browser, cast: Cast) -> None:
    def more() -> None:
        place = factories.make_property(client=cast.maria, address="3 Lake Road")
        agreed = factories.make_client_service(client=cast.maria, property=place, service=cast.mowing)
        factories.make_visit(client_service=agreed, date=cast.greenlawn.today())
        factories.make_booking_request(client=cast.maria, property=place, service=cast.mowing)
        factories.make_portal_user(client=cast.maria, email="", name="Luis")

    more()
    one = statements(office, page_of(cast.maria))
    more(), more()
    assert statements(office, page_of(cast.maria)) == one == 11


def test_archiving_is_explained_done_and_undone(office: Browser, cast: Cast) -> None:
    assert "can no longer open the portal" in main(office.get(page_of(cast.maria, "archive")))
    office.post(page_of(cast.maria, "archive"))
    assert Client.objects.get(pk=cast.maria.pk).archived_at
    office.post(page_of(cast.maria, "bring-back"))
    assert Client.objects.get(pk=cast.maria.pk).archived_at is None


def test_a_second_person_opens_the_portal_and_is_removed(office: Browser, cast: Cast) -> None:
    answer = office.post(
        page_of(cast.maria, "people/new"), {"name": "Luis", "email": "luis@example.com"}, follow=True
    )
    assert "luis@example.com" in main(answer)
    person = cast.maria.portal_users.get(user__email="luis@example.com")
    office.post(page_of(cast.maria, f"people/{person.pk}/remove"))
    assert cast.maria.portal_users.get().user == cast.maria_user


def test_an_address_is_added_changed_and_archived(office: Browser, cast: Cast) -> None:
    office.post(page_of(cast.maria, "addresses/new"), {"address": "3 Lake Road", "access_notes": ""})
    lake = Property.objects.get(address="3 Lake Road")
    office.post(
        page_of(cast.maria, f"addresses/{lake.pk}"), {"address": "3 Lake Drive", "access_notes": "Key"}
    )
    lake.refresh_from_db()
    assert (lake.client, lake.address, lake.access_notes) == (cast.maria, "3 Lake Drive", "Key")
    office.post(page_of(cast.maria, f"addresses/{lake.pk}/archive"))
    assert not Property.objects.active().filter(pk=lake.pk).exists()


def test_an_address_is_reached_only_under_its_own_client(office: Browser, cast: Cast) -> None:
    assert office.get(page_of(cast.omar, f"addresses/{cast.palm_court.pk}")).status_code == 404
