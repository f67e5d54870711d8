"""Who may open which page: every route declares it, and the declaration holds (CASES D18, T22)."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client as Browser

from sidegate.models import Membership, User

from ..conftest import Cast
from .routes import Route, every_route, ids, random_parts

KNOWN = {"everyone", "signed_in", "portal", "office"}
ROUTES = every_route()
CLOSED = [route for route in ROUTES if route.access != "everyone"]
PORTAL = [route for route in ROUTES if route.access == "portal"]
OFFICE = [route for route in ROUTES if route.access == "office"]

SignedIn = Callable[[User], Browser]
METHODS = ("get", "post")


@pytest.mark.parametrize("route", ROUTES, ids=ids(ROUTES))
def test_every_route_declares_who_may_open_it(route: Route) -> None:
    assert route.access in KNOWN


@pytest.mark.parametrize("route", CLOSED, ids=ids(CLOSED))
@pytest.mark.parametrize("method", METHODS)
def test_whoever_is_not_signed_in_is_sent_to_the_sign_in_page(route: Route, method: str, cast: Cast) -> None:
    answer = getattr(Browser(), method)(route.path(random_parts("greenlawn")))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in?next=")


@pytest.mark.parametrize("route", PORTAL, ids=ids(PORTAL))
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("stranger", ["dana", "bea", "bluepool_client_user"])
def test_a_portal_is_not_there_for_anyone_but_its_clients(
    route: Route, method: str, stranger: str, cast: Cast, signed_in: SignedIn
) -> None:
    browser = signed_in(getattr(cast, stranger))
    answer = getattr(browser, method)(route.path(random_parts("greenlawn")))
    assert_nothing_here(browser, answer)


@pytest.mark.parametrize("route", OFFICE, ids=ids(OFFICE))
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("stranger", ["maria_user", "omar_user", "bea", "bluepool_client_user"])
def test_an_office_is_not_there_for_anyone_but_its_members(
    route: Route, method: str, stranger: str, cast: Cast, signed_in: SignedIn
) -> None:
    browser = signed_in(getattr(cast, stranger))
    answer = getattr(browser, method)(route.path(random_parts("greenlawn")))
    assert_nothing_here(browser, answer)


@pytest.mark.parametrize("route", OFFICE, ids=ids(OFFICE))
def test_who_has_left_the_office_is_out_at_the_next_page(route: Route, cast: Cast, office: Browser) -> None:
    Membership.objects.filter(user=cast.dana).update(is_active=False)
    assert_nothing_here(office, office.get(route.path(random_parts("greenlawn"))))  # type: ignore[arg-type]


@pytest.mark.parametrize("route", CLOSED, ids=ids(CLOSED))
def test_who_was_deactivated_is_signed_out_everywhere(route: Route, cast: Cast, signed_in: SignedIn) -> None:
    person = cast.dana if route.access == "office" else cast.maria_user
    browser = signed_in(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    answer = browser.get(route.path(random_parts("greenlawn")))
    assert (answer.status_code, answer["Location"].startswith("/sign-in?next=")) == (302, True)


def assert_nothing_here(browser: Browser, answer: HttpResponse) -> None:
    """The one 404, word for word that of a business which does not exist; or 405, which no row decides."""
    if answer.status_code != 405:
        assert answer.status_code == 404
        assert answer.content == browser.get("/no-such-business/requests/ZZZ-ZZZ").content
