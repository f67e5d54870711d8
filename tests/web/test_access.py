"""Who may open which page: every route declares it, and the declaration holds (CASES D18, T22).

The tables grow by themselves: a new route is in them as soon as it is in the URLconf.
"""

from collections.abc import Callable, Iterator

import pytest
from django.http import HttpResponse
from django.test import Client as Browser

from sidegate.models import Membership, User

from .. import factories
from ..conftest import Cast
from .routes import Parts, Route, every_route, random_parts, real_parts

METHODS = ("get", "post")
SIGN_IN = "/sign-in?next="
SignedIn = Callable[[User], Browser]


@pytest.fixture
def parts(cast: Cast) -> Parts:
    return real_parts(cast)


def answers(browser: Browser, routes: list[Route], parts: Parts) -> Iterator[tuple[str, HttpResponse]]:
    """Each route by each method, named "post office:approve"."""
    for route in routes:
        for method in METHODS:
            yield f"{method} {route.name}", getattr(browser, method)(route.path(parts))


def nothing_here(browser: Browser) -> bytes:
    """The one 404, at a business that does not exist."""
    return browser.get("/no-such-business/requests/ZZZ-ZZZ").content


def test_every_route_declares_who_may_open_it() -> None:
    undeclared = {
        route.name
        for route in every_route()
        if route.access not in ("everyone", "signed_in", "portal", "office", "technician")
    }
    assert undeclared == set()


def test_the_open_pages_are_these() -> None:
    """A page that becomes open to everyone becomes so here, in the sight of whoever reads the change."""
    assert {route.name for route in every_route("everyone")} == {
        "gate:home",
        "gate:set_up",
        "gate:set_up_business",
        "gate:logo",
        "gate:sign_in",
        "gate:code",
        "gate:confirm",
        "gate:link",
        "gate:sign_out",
        "gate:language",
        "gate:live",
        "gate:ready",
        "gate:theme",
        "gate:demo",
        "gate:open_as",
        "gate:mailbox",
        "gate:mailbox_message",
        "gate:mailbox_mail",
        "gate:guide",
        "gate:guide_contents",
        "gate:guide_chapter",
        "gate:calendar",
    }


def test_t22_whoever_is_not_signed_in_is_sent_to_the_sign_in_page(parts: Parts) -> None:
    closed = every_route("signed_in", "portal", "office", "technician")
    let_in = {
        name
        for name, answer in answers(Browser(), closed, parts)
        if answer.status_code != 302 or not answer["Location"].startswith(SIGN_IN)
    }
    assert let_in == set()


@pytest.mark.parametrize(
    ("room", "stranger"),
    [
        ("portal", "dana"),
        ("portal", "bea"),
        ("portal", "bluepool_client_user"),
        ("office", "maria_user"),
        ("office", "omar_user"),
        ("office", "bea"),
        ("office", "bluepool_client_user"),
        ("office", "tess"),
        ("portal", "tess"),
        ("technician", "maria_user"),
        ("technician", "omar_user"),
        ("technician", "bea"),
        ("technician", "bluepool_client_user"),
    ],
)
def test_t22_a_room_is_not_there_for_strangers(
    room: str, stranger: str, cast: Cast, parts: Parts, signed_in: SignedIn
) -> None:
    """The one 404, or 405 for a button's address opened like a page: neither depends on any row.

    Tess is a technician of Greenlawn: its office is not there for her either.
    """
    tess = factories.make_member(business=cast.greenlawn, role="technician", name="Tess Ruiz").user
    browser = signed_in(tess if stranger == "tess" else getattr(cast, stranger))
    nothing = nothing_here(browser)
    seen = {
        name
        for name, answer in answers(browser, every_route(room), parts)
        if answer.status_code != 405 and (answer.status_code, answer.content) != (404, nothing)
    }
    assert seen == set()


@pytest.mark.parametrize(
    ("room", "actor", "business"),
    [
        ("portal", "omar_user", "greenlawn"),
        ("portal", "bluepool_client_user", "bluepool"),
        ("office", "bea", "bluepool"),
        ("technician", "bea", "bluepool"),
        ("technician", "dana", "greenlawn"),
    ],
)
def test_t22_in_her_own_room_anothers_rows_read_as_rows_that_do_not_exist(
    room: str, actor: str, business: str, cast: Cast, parts: Parts, signed_in: SignedIn
) -> None:
    browser = signed_in(getattr(cast, actor))
    with_rows = [route for route in every_route(room) if set(route.parts) & MARIAS]
    foreign = dict(answers(browser, with_rows, {**parts, "business": business}))
    random = dict(answers(browser, with_rows, random_parts(parts, business=business)))
    different = {
        name
        for name, answer in foreign.items()
        if (answer.status_code, answer.content) != (random[name].status_code, random[name].content)
        or answer.status_code not in (404, 405)
    }
    assert different == set()


MARIAS = {
    "reference",
    "photo_id",
    "client_id",
    "portal_user_id",
    "property_id",
    "client_service_id",
    "visit_id",
    "membership_id",
    "message_id",
    "service_id",
}


def test_who_has_left_the_office_is_out_at_the_next_page(cast: Cast, parts: Parts, office: Browser) -> None:
    Membership.objects.filter(user=cast.dana).update(is_active=False)
    let_in = {
        name
        for name, answer in answers(office, every_route("office"), parts)
        if answer.status_code not in (404, 405)
    }
    assert let_in == set()


@pytest.mark.parametrize(("room", "actor"), [("portal", "maria_user"), ("office", "dana")])
def test_who_was_deactivated_is_signed_out(
    room: str, actor: str, cast: Cast, parts: Parts, signed_in: SignedIn
) -> None:
    person = getattr(cast, actor)
    browser = signed_in(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert {answer.status_code for _name, answer in answers(browser, every_route(room), parts)} == {302}
