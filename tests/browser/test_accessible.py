"""Every page, in both themes, both languages, on a phone and at a desk: nothing that axe finds, nothing
that scrolls sideways (DESIGN section 7)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from sidegate.actions.booking_requests import approve_booking_request, decline_booking_request
from sidegate.models import User
from tests import factories
from tests.conftest import Cast
from tests.office.test_booking_requests import waiting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [("en", "light", 320), ("es", "dark", 320), ("en", "dark", 1280), ("es", "light", 1280)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def pages_of(cast: Cast) -> list[tuple[User | None, str]]:
    """The addresses of a business at work, each with who opens it."""
    weekly = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    factories.make_property(client=cast.maria, address="3 Lake Road")
    today = cast.greenlawn.today()
    visit = factories.make_visit(client_service=weekly, date=today)
    factories.make_visit(client_service=weekly, date=today - timedelta(days=7), status="completed")
    on_request = factories.make_service(
        business=cast.greenlawn, names={"en": "Landscaping"}, price_minor=None
    )
    waiting(cast, notes="La hierba está muy alta.", reply_by=today)
    waiting(cast, kind="recurring", frequency="weekly", client=cast.omar, property=cast.cedar_row)
    issue = waiting(cast, kind="issue_report", about_visit=visit)
    waiting(cast, service=on_request, shown_price_minor=None, window_end=today, window_start=today)
    approved, declined = waiting(cast), waiting(cast)
    approve_booking_request(approved, by=cast.dana)
    decline_booking_request(declined, by=cast.dana, reason="Full.")
    office, portal = "/greenlawn/office", "/greenlawn"
    dana = [
        f"{office}/requests", f"{office}/requests/decided", f"{office}/requests/{issue.reference}",
        f"{office}/requests/{approved.reference}", f"{office}/schedule", f"{office}/clients",
        f"{office}/clients/{cast.maria.pk}", f"{office}/clients/new",
        f"{office}/clients/{cast.maria.pk}/services/new", f"{office}/services",
        f"{office}/messages", f"{office}/settings",
    ]  # fmt: skip
    maria = [
        f"{portal}/", f"{portal}/requests/new", f"{portal}/requests/{issue.reference}",
        f"{portal}/requests/{approved.reference}", f"{portal}/requests/{declined.reference}",
        f"{portal}/requests/{issue.reference}/sent", f"{portal}/requests/{issue.reference}/edit",
    ]  # fmt: skip
    return [
        *((cast.dana, path) for path in dana),
        *((cast.maria_user, path) for path in maria),
        *((None, path) for path in ("/sign-in", "/sign-in/code", "/nothing-here")),
    ]


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_on_any_page(
    cast: Cast, open_as: Callable[..., Page], language: str, scheme: str, width: int
) -> None:
    found: dict[str, Any] = {}
    windows: dict[User | None, Page] = {}
    options = {"language": language, "scheme": scheme, "viewport": {"width": width, "height": 800}}
    for user, path in pages_of(cast):
        if user not in windows:
            windows[user] = open_as(user, path, **options)
        page = windows[user]
        answer = page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + path)
        assert answer and answer.status in (200, 404), (path, answer and answer.status)
        violations = [
            v["id"] + ": " + v["nodes"][0]["html"][:120]
            for v in Axe().run(page, options=RULES).response["violations"]
        ]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            violations.append("scrolls sideways")
        if violations:
            found[path] = violations
    assert found == {}
