"""Maria asks to move a visit from her phone, Dana approves from hers; and a calendar's address is made and replaced."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext as _
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from sidegate.models import BookingRequest, Message, Visit
from tests import factories
from tests.conftest import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUEUE = "/greenlawn/office/requests"
DAY = timedelta(days=1)
WAYS = [("en", True), ("es", True), ("es", False)]


@pytest.fixture
def visit(cast: Cast) -> Visit:
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    day = cast.greenlawn.calendar().next_working(cast.greenlawn.today() + 7 * DAY)
    assert day
    return factories.make_visit(client_service=agreed, date=day)


@pytest.mark.parametrize(("language", "scripts"), WAYS)
def test_maria_asks_to_move_and_dana_approves(
    open_as: Callable[..., Page], cast: Cast, visit: Visit, language: str, scripts: bool
) -> None:
    new_day = cast.greenlawn.calendar().next_working(visit.date + DAY)
    assert new_day
    with translation.override(language):
        maria = open_as(cast.maria_user, "/greenlawn/", language=language, scripts=scripts)
        maria.locator(f'a[href$="/visits/{visit.pk}"]').click()
        maria.get_by_role("link", name=_("Ask to move")).click()
        for label in (_("From"), _("To")):
            maria.get_by_label(label, exact=True).fill(new_day.isoformat())
        maria.locator('input[name="part_of_day"][value="morning"]').check(force=True)
        maria.get_by_label(_("Anything we should know?")).fill("Tenemos una fiesta.")
        maria.get_by_role("button", name=_("Send request")).click()
        maria.wait_for_url("**/sent")
        asked = BookingRequest.objects.get()
        assert (asked.kind, asked.about_visit_id) == ("move_visit", visit.pk)

        dana = open_as(cast.dana, QUEUE, language=language, scripts=scripts)
        card = dana.locator(f"#request-{asked.reference}")
        expect(card).to_contain_text("Tenemos una fiesta.")
        card.get_by_role("button", name=_("Approve"), exact=True).click()
        expect(dana.locator(".answered")).to_contain_text(_("Approved"))
        moved = Visit.objects.get()
        assert (moved.date, moved.part_of_day) == (new_day, "morning")
        assert Message.objects.get(key="booking.moved").language == "es"

        maria.goto(maria.url.replace("/sent", ""))
        expect(maria.locator(".notice.good")).to_be_visible()
    assert maria.problems == dana.problems == []  # type: ignore[attr-defined]


def test_a_calendar_address_is_made_and_replaced(
    open_as: Callable[..., Page], cast: Cast, live_server: Any, settings: Settings
) -> None:
    settings.SIDEGATE_BASE_URL = live_server.url
    maria = open_as(cast.maria_user, "/greenlawn/calendar")
    maria.get_by_role("button", name="Make a calendar address").click()
    first = maria.locator("#calendar-address").inner_text()
    assert maria.request.get(first).status == 200
    opens = maria.get_by_role("link", name="Add to your calendar").get_attribute("href")
    assert opens == first.replace("http://", "webcal://")
    maria.get_by_text("Someone knows this address who shouldn't?").click()
    maria.get_by_role("button", name="Make a new address").click()
    second = maria.locator("#calendar-address").inner_text()
    assert maria.request.get(first).status == 404
    assert maria.request.get(second).status == 200
    assert maria.problems == []  # type: ignore[attr-defined]
