"""Where one lands after signing in: a page here that one may open, never elsewhere (T36)."""

import pytest
from django.test import Client as Browser

from sidegate.actions.sign_in import direct_link
from sidegate.gate.next_page import destination, local_path
from sidegate.models import Membership, PortalUser, SignIn

from .. import factories
from ..conftest import Cast

FOREIGN = [
    "https://evil.test/",
    "//evil.test/",
    "///evil.test",
    "/\\evil.test",
    "\\\\evil.test",
    "http:evil.test",
    "javascript:alert(1)",
    "/\t/evil.test",
    "\x00/greenlawn/",
    "https:///evil.test",
    "/greenlawn/\r\nLocation: https://evil.test",
    "%2F%2Fevil.test",
    "greenlawn/",
    "/" + "x" * 300,
]


@pytest.mark.parametrize("typed", FOREIGN)
def test_t36_a_foreign_next_is_forgotten(cast: Cast, typed: str) -> None:
    assert local_path(typed) == ""
    Browser().post("/sign-in", {"email": "maria@example.com", "next": typed})
    assert SignIn.objects.get().next_path == ""


@pytest.mark.parametrize(
    "typed", ["/greenlawn/", "/greenlawn/requests/new?service=1", "/sign-industries/", "/"]
)
def test_a_path_of_ours_is_kept(typed: str) -> None:
    assert local_path(typed) == typed


def test_a_next_that_came_from_the_table_is_checked_again(cast: Cast) -> None:
    link = direct_link(cast.maria_user, next_path="https://evil.test/").removeprefix("http://localhost:8000")
    browser = Browser()
    browser.get(link)
    assert browser.post("/sign-in/confirm")["Location"] == "/greenlawn/"


def test_whoever_signs_in_lands_where_she_belongs(cast: Cast) -> None:
    assert destination(cast.dana) == "/greenlawn/office/requests"
    assert destination(cast.maria_user) == "/greenlawn/"
    assert destination(factories.make_user()) == "/"


def test_the_page_she_came_from_is_left_aside_where_she_may_not_open_it(cast: Cast) -> None:
    assert destination(cast.dana, "/greenlawn/") == "/greenlawn/office/requests"
    assert destination(cast.maria_user, "/greenlawn/office/requests") == "/greenlawn/"
    assert destination(cast.maria_user, "/bluepool/") == "/greenlawn/"
    assert destination(cast.maria_user, "/no/such/page/here") == "/greenlawn/"


@pytest.mark.parametrize("step", ["/sign-out", "/sign-in/code", "/language"])
def test_no_step_of_signing_in_or_out_comes_after_signing_in(cast: Cast, step: str) -> None:
    assert destination(cast.maria_user, step) == "/greenlawn/"


def test_with_several_places_she_chooses(cast: Cast) -> None:
    PortalUser.objects.create(business=cast.bluepool, client=cast.bluepool_client, user=cast.dana)
    assert destination(cast.dana) == "/"
    browser = Browser()
    browser.force_login(cast.dana)
    page = browser.get("/").content.decode()
    assert page.index('href="/greenlawn/office/requests"') < page.index('href="/bluepool/"')


def test_the_first_page_opens_her_one_place_or_the_sign_in_page(cast: Cast, portal: Browser) -> None:
    assert portal.get("/")["Location"] == "/greenlawn/"
    assert portal.get("/sign-in")["Location"] == "/greenlawn/"
    assert Browser().get("/")["Location"] == "/sign-in"


def test_an_account_that_opens_nothing_reads_so(cast: Cast, office: Browser) -> None:
    Membership.objects.filter(user=cast.dana).update(is_active=False)
    answer = office.get("/")
    assert (answer.status_code, b"opens nothing" in answer.content) == (200, True)


def test_the_sign_in_page_shows_whose_portal_it_is(cast: Cast) -> None:
    page = Browser().get("/sign-in?next=/greenlawn/").content.decode()
    assert "Greenlawn" in page
    assert "/greenlawn/theme.css" in page
    assert "theme.css" not in Browser().get("/sign-in?next=/nowhere/").content.decode()
