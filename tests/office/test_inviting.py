"""Inviting through the office's pages: what it says before the press, and what became of each letter."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from sidegate.models import Client, Message, PortalUser, User
from tests import factories
from tests.conftest import Cast

from .reading import main, statements

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = "/greenlawn/office/clients"


def test_the_page_shows_each_languages_letter_and_how_many_get_it(office: Browser, cast: Cast) -> None:
    factories.make_client(business=cast.greenlawn, name="No mail", email="", phone="+13055550142")
    page = main(office.get(f"{CLIENTS}/invite"))
    assert "1 in Spanish Sus visitas con Greenlawn, en línea" in page
    assert "1 in English Your visits with Greenlawn, online" in page
    assert "Invite 2 clients" in page
    assert "1 without email: you tell them" in page
    assert not Message.objects.exists()


def test_the_press_invites_them_and_shows_the_fate_of_each_letter(office: Browser, cast: Cast) -> None:
    page = main(office.post(f"{CLIENTS}/invite/all", follow=True))
    assert "2 clients are invited." in page
    assert "maria@example.com · leaves about" in page
    Message.objects.filter(to_address="omar@example.com").update(status="failed", reason="550 no such user")
    assert "The mail server said: 550 no such user" in main(office.get(f"{CLIENTS}/invite"))
    assert "There is nobody left to invite." in main(office.post(f"{CLIENTS}/invite/all", follow=True))


def test_the_list_says_where_each_client_stands_and_filters_by_it(office: Browser, cast: Cast) -> None:
    now = timezone.now()
    Client.objects.filter(pk=cast.omar.pk).update(invited_at=now)
    User.objects.filter(pk=cast.maria_user.pk).update(last_login=now)
    factories.make_client(business=cast.greenlawn, name="Nora New")
    factories.make_client(business=cast.greenlawn, name="Nils Phone", email="")
    page = main(office.get(CLIENTS))
    for words in ("Has signed in", "Invited ", "Not invited", "No email"):
        assert words in page
    shown = {
        state: [
            name
            for name in ("Maria", "Omar", "Nora", "Nils")
            if name in main(office.get(CLIENTS, {"portal": state}))
        ]
        for state in ("signed_in", "invited", "not_invited", "no_email")
    }
    assert shown == {
        "signed_in": ["Maria"],
        "invited": ["Omar"],
        "not_invited": ["Nora"],
        "no_email": ["Nils"],
    }


def test_a_sign_in_from_before_they_were_let_in_here_says_nothing(office: Browser, cast: Cast) -> None:
    """Sam signs in at Bluepool for years; at Greenlawn they are new."""
    sam = User.objects.filter(pk=cast.bluepool_client_user.pk)
    sam.update(last_login=timezone.now())
    Client.objects.exclude(pk=cast.bluepool_client.pk).update(invited_at=timezone.now())
    here = factories.make_client(business=cast.greenlawn, name="Sam Waters", email="sam@example.com")
    PortalUser.objects.create(business=cast.greenlawn, client=here, user=sam.get())
    page = f"{CLIENTS}/{here.pk}"
    assert "Has not signed in yet" in main(office.get(page))
    assert shown_as(office, "Sam Waters") == {"not_invited"}
    assert "Invite 1 client" in main(office.get(f"{CLIENTS}/invite"))
    assert "Invited: the letter leaves" in main(office.post(f"{page}/invite", follow=True))
    assert shown_as(office, "Sam Waters") == {"invited"}
    sam.update(last_login=timezone.now())
    assert "Has not signed in yet" not in main(office.get(page))
    assert shown_as(office, "Sam Waters") == {"signed_in"}
    there = main(office.post(f"{page}/invite", follow=True))
    assert "Everyone who opens this portal has signed in already." in there
    assert Message.objects.count() == 1


def shown_as(office: Browser, name: str) -> set[str]:
    """The states under which the list shows someone."""
    states = ("signed_in", "invited", "not_invited", "no_email")
    return {state for state in states if name in main(office.get(CLIENTS, {"portal": state}))}


@pytest.mark.parametrize(
    ("gone", "sentence"),
    [
        ({"archived_at": timezone.now()}, "Their portal is closed while they are archived."),
        (
            {"archived_at": timezone.now(), "erased_at": timezone.now(), "email": ""},
            "This client was erased.",
        ),
    ],
)
def test_a_page_from_before_invites_nobody_who_is_gone(
    office: Browser, cast: Cast, gone: dict[str, Any], sentence: str
) -> None:
    Client.objects.filter(pk=cast.maria.pk).update(**gone)
    answer = office.post(f"{CLIENTS}/{cast.maria.pk}/invite", follow=True)
    assert sentence in main(answer)
    assert not Message.objects.exists()


def test_the_list_costs_the_same_at_one_and_at_three_clients(office: Browser, cast: Cast) -> None:
    before = statements(office, CLIENTS)
    for _number in range(3):
        factories.make_portal_user(client=factories.make_client(business=cast.greenlawn))
    assert statements(office, CLIENTS) == before


def test_one_client_is_invited_from_their_page(office: Browser, cast: Cast) -> None:
    page = f"{CLIENTS}/{cast.maria.pk}"
    assert "Not invited" in main(office.get(page))
    assert "Invited: the letter leaves in a moment." in main(office.post(f"{page}/invite", follow=True))
    assert "They were invited within the last day." in main(office.post(f"{page}/invite", follow=True))
    Client.objects.filter(pk=cast.omar.pk).update(email="")
    answer = office.post(f"{CLIENTS}/{cast.omar.pk}/invite", follow=True)
    assert "There is no email to send it to." in main(answer)
    assert Message.objects.count() == 1


def test_the_link_leads_to_signing_in_with_the_address_filled_in(cast: Cast) -> None:
    page = Browser().get("/sign-in", {"email": "maria@example.com", "next": "/greenlawn/"})
    assert 'name="email" value="maria@example.com"' in page.content.decode()
    strange = Browser().get("/sign-in", {"email": '"><script>alert(1)</script>'})
    assert "alert(1)" not in strange.content.decode()


def test_staff_invite_one_client_but_not_all(cast: Cast, signed_in: Callable[[User], Browser]) -> None:
    luis = signed_in(factories.make_member(business=cast.greenlawn, role="staff", name="Luis").user)
    assert luis.post(f"{CLIENTS}/{cast.maria.pk}/invite").status_code == 302
    assert luis.get(f"{CLIENTS}/invite").status_code == 403
    assert luis.post(f"{CLIENTS}/invite/all").status_code == 403
    assert Message.objects.count() == 1
