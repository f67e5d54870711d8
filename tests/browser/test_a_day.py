"""A day worked through on a phone, with and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from sidegate.models import Visit
from tests import factories
from tests.conftest import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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


def test_the_window_that_a_logged_request_begins_with_is_marked_and_so_is_another(
    cast: Cast, open_as: Callable[..., Page]
) -> None:
    page = open_as(cast.dana, f"/greenlawn/office/requests/new?client={cast.maria.pk}")
    presets = page.locator(".presets button")
    expect(presets.first).to_have_attribute("aria-pressed", "true")
    presets.last.click()
    expect(presets.last).to_have_attribute("aria-pressed", "true")
    expect(presets.first).to_have_attribute("aria-pressed", "false")
    assert page.problems == []  # type: ignore[attr-defined]
