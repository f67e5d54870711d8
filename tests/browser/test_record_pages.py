"""The office's record pages and their forms: nothing that axe finds, nothing that scrolls sideways; a day
worked through on a phone, with and without scripts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from sidegate.actions.visits import cancel_visit
from sidegate.models import Client, Message, Visit
from tests import factories
from tests.conftest import Cast

from .test_accessible import LOOKS, RULES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def record_pages(cast: Cast) -> list[str]:
    """Every record page and form, of a client whose last message reached nobody."""
    Client.objects.filter(pk=cast.maria.pk).update(email="")
    cast.maria.refresh_from_db()
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    visit = factories.make_visit(client_service=agreed, date=cast.greenlawn.today())
    gone = factories.make_visit(client_service=agreed, date=cast.greenlawn.today() + timedelta(days=1))
    cancel_visit(gone, by=cast.dana, version=0, reason="The crew is ill.")
    client = f"clients/{cast.maria.pk}"
    return [
        f"{client}/edit", f"{client}/archive", f"{client}/people/new", f"{client}/addresses/new",
        f"{client}/addresses/{cast.palm_court.pk}", f"{client}/services/new?service={cast.mowing.pk}",
        f"{client}/services/{agreed.pk}", f"{client}/services/{agreed.pk}/edit",
        f"{client}/services/{agreed.pk}/cancel", f"{client}/services/{agreed.pk}/visits/new",
        f"visits/{visit.pk}", f"visits/{visit.pk}/change", f"visits/{visit.pk}/cancel", f"visits/{gone.pk}",
        "services/new", f"services/{cast.mowing.pk}", f"services/{cast.mowing.pk}/archive",
        f"messages/{Message.objects.get().pk}", "settings/business", "settings/days", "settings/days/close",
        "settings/requests", "settings/colour", "settings/messages", "settings/messages/visit.moved/es",
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_on_the_record_pages(
    cast: Cast, open_as: Callable[..., Page], language: str, scheme: str, width: int
) -> None:
    viewport = {"width": width, "height": 800}
    page = open_as(
        cast.dana, "/greenlawn/office/clients", language=language, scheme=scheme, viewport=viewport
    )
    root, found = page.url.removesuffix("clients"), dict[str, Any]()
    for path in record_pages(cast):
        answer = page.goto(root + path)
        assert answer and answer.status == 200, path
        violations = [
            v["id"] + ": " + v["nodes"][0]["html"][:120]
            for v in Axe().run(page, options=RULES).response["violations"]
        ]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            violations.append("scrolls sideways")
        if violations:
            found[path] = violations
    assert found == {}


@pytest.mark.parametrize("scripts", [True, False])
def test_dana_marks_a_visit_done_and_takes_it_back(
    cast: Cast, open_as: Callable[..., Page], scripts: bool
) -> None:
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    factories.make_visit(client_service=agreed, date=cast.greenlawn.today())
    page = open_as(cast.dana, "/greenlawn/office/schedule", scripts=scripts)
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert Visit.objects.get().status == "completed"
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Skip")).to_be_visible()
    assert Visit.objects.get().status == "scheduled"
