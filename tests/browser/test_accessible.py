"""Every page, in both themes, both languages, on a phone and at a desk: nothing that axe finds, nothing
that scrolls sideways (DESIGN section 7)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from sidegate.actions.booking_requests import approve_booking_request, decline_booking_request
from sidegate.actions.proposals.propose import Offer, propose_dates, ways_to_offer
from sidegate.models import BookingRequest, ClientService, User, Visit
from tests import factories
from tests.conftest import Cast
from tests.office.test_booking_requests import waiting
from tests.web.routes import every_route, real_parts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [("en", "light", 320), ("es", "dark", 320), ("en", "dark", 1280), ("es", "light", 1280)]
OPEN = (
    "/sign-in",
    "/sign-in/code",
    "/nothing-here",
    "/guide/owner/",
    "/guide/owner/queue",
    "/guide/client/asking",
)
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # what passes is not asked for, and not worked out
}


def pages_of(cast: Cast, signed_in: Callable[[User], Any]) -> list[tuple[User | None, str]]:
    """Every route that answers with a page, on a business at work, each with who opens it."""
    parts = real_parts(cast)
    fill(cast)
    pages: list[tuple[User | None, str]] = []
    tess = factories.make_member(business=cast.greenlawn, role="technician", name="Tess Ruiz")
    Visit.objects.filter(pk=parts["visit_id"]).update(technician=tess, note="The gate sticks.")
    on = f"?on={cast.greenlawn.today() + timedelta(days=7)}"
    pages += [
        (tess.user, f"/greenlawn/office/my-day{on}"),
        (cast.dana, f"/greenlawn/office/schedule/day{on}"),
    ]
    pages += [(cast.dana, f"/greenlawn/office/schedule/day/paper{on}")]
    pages += [(cast.dana, f"/greenlawn/office/schedule/week{on.replace('on', 'from')}")]
    pages.append((cast.dana, f"/greenlawn/office/requests/{parts['reference']}{on.replace('on', 'date')}"))
    move = (
        f"/greenlawn/office/visits/{parts['visit_id']}/move?date={cast.greenlawn.today()}&technician=nobody"
    )
    pages.append((cast.dana, move))
    people = ((cast.dana, "office"), (cast.maria_user, "portal"), (tess.user, "technician"))
    for who, room in people:
        browser = signed_in(who)
        paths = [route.path(parts) for route in every_route(room)]
        pages += [(who, path) for path in paths if is_page(browser.get(path))]
    more = [f"/greenlawn/requests/{r.reference}" for r in BookingRequest.objects.filter(client=cast.maria)]
    pages += [(cast.maria_user, path) for path in more]
    return [*pages, *((None, path) for path in OPEN)]


def is_page(answer: Any) -> bool:
    is_whole = b"</html>" in getattr(answer, "content", b"")
    return bool(answer.status_code == 200 and is_whole and answer["Content-Type"].startswith("text/html"))


def fill(cast: Cast) -> None:
    """One of each kind in the queue, and two that were answered."""
    factories.make_property(client=cast.maria, address="3 Lake Road")
    today = cast.greenlawn.today()
    agreed = ClientService.objects.filter(client=cast.maria).first()
    assert agreed
    past = factories.make_visit(client_service=agreed, date=today - timedelta(days=7), status="completed")
    on_request = factories.make_service(
        business=cast.greenlawn, names={"en": "Landscaping"}, price_minor=None
    )
    waiting(cast, notes="La hierba está muy alta.", reply_by=today)
    waiting(cast, kind="recurring", frequency="weekly", client=cast.omar, property=cast.cedar_row)
    waiting(cast, kind="issue_report", about_visit=past)
    waiting(cast, service=on_request, shown_price_minor=None)
    waiting(cast, window_start=today - timedelta(days=5), window_end=today - timedelta(days=4))
    asked = waiting(cast, notes="Other days, perhaps.")
    way = ways_to_offer(asked)[0].fingerprint_less_date
    days = (today + timedelta(days=14), today + timedelta(days=15))
    propose_dates(asked, by=cast.dana, offer=Offer(days, way, note="The mower is away.", heeded=True))
    approve_booking_request(waiting(cast), by=cast.dana)
    decline_booking_request(waiting(cast), by=cast.dana, reason="Full.")


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_on_any_page(
    cast: Cast,
    open_as: Callable[..., Page],
    signed_in: Callable[[User], Any],
    language: str,
    scheme: str,
    width: int,
) -> None:
    found: dict[str, Any] = {}
    windows: dict[User | None, Page] = {}
    options = {"language": language, "scheme": scheme, "viewport": {"width": width, "height": 2400}}
    for user, path in pages_of(cast, signed_in):
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
