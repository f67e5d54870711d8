"""Looking changes nothing; changing needs a form of ours (CASES D19, T25)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.test import Client as Browser

from sidegate.models import User

from ..conftest import Cast
from .routes import every_route, real_parts

TEMPTING = "?status=approved&reason=no&price=1&date=2026-03-03&language=es&everywhere=1&decision=approve&_method=post"
NOT_OURS = {ContentType, Permission, Session}  # a session is a browser's, not the business's
SignedIn = Callable[[User], Browser]


def everything() -> dict[str, list[Any]]:
    """All rows of all tables of ours."""
    models = [model for model in apps.get_models() if model not in NOT_OURS]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


@pytest.mark.parametrize("actor", ["dana", "maria_user"])
def test_t25_looking_at_any_page_changes_nothing(actor: str, cast: Cast, signed_in: SignedIn) -> None:
    parts = real_parts(cast)
    browser = signed_in(getattr(cast, actor))
    browser.raise_request_exception = False
    before, changed, broken = everything(), set(), set()
    for route in every_route():
        path = route.path(parts) + TEMPTING
        statuses = {browser.get(path).status_code, browser.head(path).status_code}
        changed |= {route.name} if everything() != before else set()
        broken |= {route.name} if max(statuses) >= 500 else set()
        if route.name == "gate:sign_out":
            assert browser.session.get("_auth_user_id")
    assert (changed, broken) == (set(), set())


def test_t25_a_foreign_form_changes_nothing(cast: Cast, signed_in: SignedIn) -> None:
    parts = real_parts(cast)
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = signed_in(cast.dana).cookies
    before, taken = everything(), set()
    for route in every_route():
        for origin in ({}, {"Origin": "https://evil.test"}):
            answer = strict.post(route.path(parts) + TEMPTING, {"status": "approved"}, headers=origin)
            taken |= {route.name} if answer.status_code != 403 else set()
    assert taken == set()
    assert everything() == before


def test_other_methods_change_nothing_and_are_no_fault(cast: Cast, office: Browser) -> None:
    parts, before, taken = real_parts(cast), everything(), set()
    for route in every_route():
        for method in ("put", "patch", "delete", "options"):
            answer = getattr(office, method)(route.path(parts))
            taken |= {f"{method} {route.name}"} if answer.status_code not in (404, 405) else set()
    assert taken == set()
    assert everything() == before
