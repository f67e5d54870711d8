"""Looking changes nothing; changing needs a form of ours (CASES D19, T25)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client as Browser

from sidegate.models import User

from ..conftest import Cast
from .routes import Route, every_route, ids, real_parts

ROUTES = every_route()
TEMPTING = "?status=approved&reason=no&price=1&date=2026-03-03&language=es&everywhere=1&decision=approve&_method=post"
SignedIn = Callable[[User], Browser]


def everything() -> dict[str, list[Any]]:
    """All rows of all tables but sessions, which are a browser's, not the business's."""
    models = [model for model in apps.get_models() if model is not Session]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


@pytest.mark.parametrize("route", ROUTES, ids=ids(ROUTES))
@pytest.mark.parametrize("actor", ["dana", "maria_user"])
def test_t25_looking_at_a_page_changes_nothing(
    route: Route, actor: str, cast: Cast, signed_in: SignedIn
) -> None:
    path = route.path(real_parts(cast)) + TEMPTING
    browser = signed_in(getattr(cast, actor))
    before = everything()
    statuses = {browser.get(path).status_code, browser.head(path).status_code}
    assert everything() == before
    assert not [status for status in statuses if status >= 500]


@pytest.mark.parametrize("route", ROUTES, ids=ids(ROUTES))
def test_t25_a_foreign_form_changes_nothing(route: Route, cast: Cast, signed_in: SignedIn) -> None:
    path = route.path(real_parts(cast))
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = signed_in(cast.dana).cookies
    before = everything()
    for origin in ({}, {"Origin": "https://evil.test"}):
        assert strict.post(path + TEMPTING, {"status": "approved"}, headers=origin).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("route", ROUTES, ids=ids(ROUTES))
def test_other_methods_change_nothing_and_are_no_fault(route: Route, cast: Cast, office: Browser) -> None:
    path, before = route.path(real_parts(cast)), everything()
    for method in ("put", "patch", "delete", "options"):
        assert getattr(office, method)(path).status_code in (302, 404, 405)
    assert everything() == before
