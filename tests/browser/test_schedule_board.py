"""Visits moved on the board: by mouse, by keyboard, and by their form where no script runs; a technician's phone."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from sidegate.models import Membership, Message, Visit
from tests import factories
from tests.conftest import Cast

from .test_accessible import RULES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK = {"width": 1280, "height": 900}
Opens = Callable[..., Page]


@pytest.fixture
def monday(cast: Cast) -> date:
    """Of the week after this one."""
    today = cast.greenlawn.today()
    return today + timedelta(days=7 - today.weekday())


@pytest.fixture
def theo(cast: Cast) -> Membership:
    return factories.make_member(business=cast.greenlawn, role="technician", name="Theo Park")


@pytest.fixture
def visit(cast: Cast, monday: date) -> Visit:
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    return factories.make_visit(client_service=agreed, date=monday)


def week(day: date) -> str:
    return f"/greenlawn/office/schedule/week?from={day}"


def cell(page: Page, day: date, lane: Any) -> Locator:
    return page.locator(f'[data-day="{day}"][data-lane="{lane}"]')


def drag(page: Page, what: Locator, where: Locator) -> None:
    start, end = what.bounding_box(), where.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 20, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(end["x"] + 30, end["y"] + 20, steps=8)
    page.mouse.up()


def test_dragged_it_asks_and_moves_only_when_told_to(
    cast: Cast, open_as: Opens, visit: Visit, monday: date, theo: Membership
) -> None:
    page = open_as(cast.dana, week(monday), viewport=DESK)
    card, tuesday = page.locator(f"#visit-{visit.pk}"), monday + timedelta(days=1)
    drag(page, card, cell(page, tuesday, theo.pk))
    question = page.locator("#move-question")
    expect(question).to_contain_text("Maria is told in Spanish. Theo Park goes.")
    assert Visit.objects.get().date == monday
    assert Axe().run(page, options=RULES).response["violations"] == []
    question.get_by_role("link", name="Cancel").click()
    expect(question).to_be_empty()
    expect(page).to_have_url(page.url)
    assert not Message.objects.exists()

    drag(page, card, cell(page, tuesday, theo.pk))
    question.get_by_role("button", name="Move").click()
    expect(cell(page, tuesday, theo.pk)).to_contain_text("Maria Álvarez")
    expect(page.locator(".notices")).to_contain_text("Moved to")
    moved = Visit.objects.get()
    assert (moved.date, moved.technician) == (tuesday, theo)
    assert page.problems == []  # type: ignore[attr-defined]


def test_moved_by_keyboard_and_said_aloud(
    cast: Cast, open_as: Opens, visit: Visit, monday: date, theo: Membership
) -> None:
    page = open_as(cast.dana, week(monday), viewport=DESK)
    link = page.locator(f"#visit-{visit.pk} a")
    said = page.locator("body > [aria-live]")
    link.focus()
    page.keyboard.press("m")
    expect(said).to_contain_text("Moving Maria Álvarez, Weekly mowing.")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(said).to_contain_text("Theo Park")
    page.keyboard.press("Escape")
    expect(said).to_have_text("Left where it was.")
    assert Visit.objects.get().version == 0

    for key in ("m", "ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#move-question").get_by_role("button", name="Move")).to_be_focused()
    expect(said).to_contain_text("Move Maria's mowing from")
    page.keyboard.press("Enter")
    expect(cell(page, monday + timedelta(days=2), "nobody")).to_contain_text("Maria Álvarez")
    expect(link).to_be_focused()
    expect(said).to_contain_text("Moved to")
    assert Visit.objects.get().date == monday + timedelta(days=2)


def test_what_was_changed_meanwhile_is_said_and_drawn_as_it_is(
    cast: Cast, open_as: Opens, visit: Visit, monday: date
) -> None:
    page = open_as(cast.dana, week(monday), viewport=DESK)
    drag(page, page.locator(f"#visit-{visit.pk}"), cell(page, monday + timedelta(days=1), "nobody"))
    expect(page.locator("#move-question")).to_contain_text("Move Maria's mowing")
    Visit.objects.update(date=monday + timedelta(days=3), version=1)
    page.locator("#move-question").get_by_role("button", name="Move").click()
    expect(page.locator(".notices")).to_contain_text("changed meanwhile")
    expect(cell(page, monday + timedelta(days=3), "nobody")).to_contain_text("Maria Álvarez")
    assert not Message.objects.exists()


def test_on_the_day_it_goes_from_one_to_another(
    cast: Cast, open_as: Opens, visit: Visit, monday: date, theo: Membership
) -> None:
    page = open_as(cast.dana, f"/greenlawn/office/schedule/day?on={monday}", viewport=DESK)
    drag(page, page.locator(f"#visit-{visit.pk}"), cell(page, monday, theo.pk))
    expect(page.locator("#move-question")).to_contain_text("Nobody is written to.")
    page.locator("#move-question").get_by_role("button", name="Move").click()
    expect(cell(page, monday, theo.pk)).to_contain_text("Maria Álvarez")
    assert not Message.objects.exists()


def test_a_press_without_dragging_opens_the_visit(
    cast: Cast, open_as: Opens, visit: Visit, monday: date
) -> None:
    page = open_as(cast.dana, week(monday), viewport=DESK)
    page.locator(f"#visit-{visit.pk} a").click()
    expect(page).to_have_url(re.compile(rf"/greenlawn/office/visits/{visit.pk}\?next="))


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_a_week_is_a_day_at_a_time(
    cast: Cast, open_as: Opens, visit: Visit, monday: date, scripts: bool
) -> None:
    page = open_as(cast.dana, week(monday + timedelta(days=1)), scripts=scripts)
    card = page.locator(f"#visit-{visit.pk}")
    expect(card).to_be_hidden()
    expect(page.get_by_role("heading", name="No visits")).to_be_visible()
    page.locator(f'nav.week a[href$="from={monday}"]').click()
    expect(card).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator(f"#visit-{visit.pk} a").click()
    page.get_by_role("link", name="Change or move").click()
    expect(page.get_by_label("Arrives from")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_technicians_day_on_her_phone(
    cast: Cast, open_as: Opens, visit: Visit, theo: Membership, scripts: bool
) -> None:
    Visit.objects.update(date=cast.greenlawn.today(), technician=theo)
    page = open_as(theo.user, "/", scripts=scripts)
    expect(page).to_have_url(page.url.split("/greenlawn")[0] + "/greenlawn/office/my-day")
    page.get_by_role("link", name="Note on Maria Álvarez").click()
    page.get_by_label("Note").fill("The dog was loose.")
    page.get_by_role("button", name="Save note").click()
    expect(page.get_by_text("The dog was loose.")).to_be_visible()
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_text("0 visits to do")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("link", name="Skip Maria Álvarez").click()
    page.get_by_role("button", name="Skip").click()
    expect(page.get_by_text("Skipped")).to_be_visible()
    assert (Visit.objects.get().status, Visit.objects.get().note) == ("skipped", "The dog was loose.")


def test_on_a_line_that_fails_nothing_moves_and_the_page_says_so(
    cast: Cast, open_as: Opens, visit: Visit, monday: date
) -> None:
    page = open_as(cast.dana, week(monday), viewport=DESK)
    page.context.set_offline(True)
    drag(page, page.locator(f"#visit-{visit.pk}"), cell(page, monday + timedelta(days=1), "nobody"))
    expect(page.locator("#move-question")).to_contain_text("Nothing was moved. Try again.")
    page.context.set_offline(False)
    drag(page, page.locator(f"#visit-{visit.pk}"), cell(page, monday + timedelta(days=1), "nobody"))
    expect(page.locator("#move-question")).to_contain_text("Move Maria's mowing")
    expect(page.locator("#move-question")).not_to_contain_text("Try again")
