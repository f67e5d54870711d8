"""While mail is held, every page of the office says so, at no cost, and an owner may release it from there."""

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from sidegate.actions.moving import hold_all_mail
from sidegate.models import Business, Message, User
from tests import factories
from tests.conftest import Cast

from .reading import main, statements

OFFICE = "/greenlawn/office"
PAGES = [
    "/requests",
    "/requests/decided",
    "/schedule",
    "/clients",
    "/services",
    "/messages",
    "/settings/business",
]
SAID = "Outgoing mail is held, as after a move to another server, until "


@pytest.fixture
def theo(cast: Cast, signed_in: Callable[[User], Browser]) -> Browser:
    return signed_in(factories.make_member(business=cast.greenlawn, role="staff", name="Theo Park").user)


def is_held(cast: Cast) -> bool:
    return Business.objects.get(pk=cast.greenlawn.pk).holds_mail


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_so_and_lets_an_owner_release_it(office: Browser, cast: Cast, page: str) -> None:
    assert SAID not in main(office.get(OFFICE + page))
    hold_all_mail()
    held = main(office.get(OFFICE + page))
    assert f"{SAID}you release it. Sign-in links still leave. See what waits" in held
    assert held.count("Release mail") == 1
    answer = office.post(f"{OFFICE}/settings/mail/release", {"next": OFFICE + page})
    assert answer["Location"] == OFFICE + page
    assert "Mail leaves again." in main(office.get(OFFICE + page))
    assert not is_held(cast)


def test_the_settings_say_it_once(office: Browser, cast: Cast) -> None:
    hold_all_mail()
    page = main(office.get(f"{OFFICE}/settings"))
    assert SAID not in page and page.count("Release mail") == 1


def test_staff_are_told_who_may(theo: Browser, cast: Cast) -> None:
    hold_all_mail()
    page = main(theo.get(f"{OFFICE}/requests"))
    assert f"{SAID}an owner releases it." in page and "Release mail" not in page
    assert theo.post(f"{OFFICE}/settings/mail/release", {"next": f"{OFFICE}/requests"}).status_code == 403
    assert is_held(cast)


@pytest.mark.parametrize("page", ["/requests", "/clients", "/schedule"])
def test_saying_so_costs_no_statement(office: Browser, cast: Cast, page: str) -> None:
    before = statements(office, OFFICE + page)
    hold_all_mail()
    assert statements(office, OFFICE + page) == before


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.test/",
        "//evil.test",
        "/bluepool/office/requests",
        "/greenlawn/",
        "\\\\evil.test",
        "x" * 900,
        "",
    ],
)
def test_it_leads_back_into_this_office_alone(office: Browser, cast: Cast, wanted: str) -> None:
    hold_all_mail()
    answer = office.post(f"{OFFICE}/settings/mail/release", {"next": wanted})
    assert answer["Location"] == f"{OFFICE}/settings"


def test_held_is_every_business_and_each_owner_releases_her_own(
    office: Browser, cast: Cast, signed_in: Callable[[User], Browser]
) -> None:
    for business in (cast.greenlawn, cast.bluepool):
        Message.objects.create(
            business=business, key="visit.moved", language="en", recipient="x", message_id=business.slug
        )
    assert hold_all_mail() == 2
    office.post(f"{OFFICE}/settings/mail/release")
    assert dict(Message.objects.values_list("message_id", "status")) == {
        "greenlawn": "queued",
        "bluepool": "held",
    }
    assert Business.objects.get(slug="bluepool").holds_mail
    assert SAID in main(signed_in(cast.bea).get("/bluepool/office/requests"))
    assert signed_in(cast.bea).post(f"{OFFICE}/settings/mail/release").status_code == 404
