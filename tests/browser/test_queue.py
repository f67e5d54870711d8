"""The queue by keyboard, several at once, and narrowed: on a phone and at a desk, with and without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from sidegate.models import BookingRequest
from tests import factories
from tests.browser.test_accessible import RULES
from tests.conftest import Cast
from tests.office.test_booking_requests import QUEUE, waiting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])


@pytest.fixture
def four(cast: Cast) -> list[BookingRequest]:
    """Maria's two, Omar's one, and an issue with two ways; each on a day of its own."""
    cast.greenlawn.undo_seconds = 60
    cast.greenlawn.save()
    factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    after = cast.greenlawn.calendar().working_days_after
    days = [after(cast.greenlawn.today(), ahead) for ahead in (2, 3, 4)]
    whole = [{"window_start": day, "window_end": day} for day in days]
    return [
        waiting(cast, **whole[0]),
        waiting(cast, **whole[1]),
        waiting(cast, client=cast.omar, property=cast.cedar_row, **whole[2]),
        waiting(cast, kind="issue_report"),
    ]


def state(booking_request: BookingRequest) -> str:
    booking_request.refresh_from_db()
    return booking_request.status


def card(page: Page, booking_request: BookingRequest) -> Any:
    return page.locator(f"#request-{booking_request.reference}")


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.closest('.request')?.id.replace('request-', '') ?? ''")


def no_axe(page: Page) -> None:
    assert [
        v["id"] + v["nodes"][0]["html"][:90] for v in Axe().run(page, options=RULES).response["violations"]
    ] == []


@SIZES
def test_dana_works_the_queue_without_touching_a_mouse(
    cast: Cast, open_as: Callable[..., Page], four: list[BookingRequest], viewport: Any
) -> None:
    page = open_as(cast.dana, QUEUE, viewport=viewport)
    first, second, omars, issue = four
    page.keyboard.press("j")
    assert focused(page) == first.reference
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("a")
    expect(card(page, first).locator(".answered")).to_be_focused()
    expect(card(page, first)).to_contain_text("Approved")
    expect(page.locator("#requests-badge")).to_have_text("3")
    page.keyboard.press("u")
    expect(card(page, first).get_by_role("button", name="Approve")).to_be_focused()
    assert state(first) == "pending"
    page.keyboard.press("j")
    assert focused(page) == second.reference
    page.keyboard.press("d")
    page.keyboard.type("jka? full")
    assert card(page, second).locator("textarea").input_value() == "jka? full"
    page.keyboard.press("Escape")
    assert focused(page) == second.reference and not card(page, second).locator("textarea").is_visible()
    for _ in range(5):
        page.keyboard.press("j")
    assert focused(page) == issue.reference
    page.keyboard.press("a")  # two ways: the buttons have the focus, nothing is decided
    expect(card(page, issue).get_by_role("button", name="Approve, no charge")).to_be_focused()
    page.keyboard.press("k")
    assert focused(page) == omars.reference
    page.keyboard.press("Control+a")
    page.keyboard.press("Shift+D")
    assert {state(one) for one in four} == {"pending"}
    assert page.problems == []  # type: ignore[attr-defined]


@SIZES
def test_the_keys_are_listed_and_can_be_switched_off(
    cast: Cast, open_as: Callable[..., Page], four: list[BookingRequest], viewport: Any
) -> None:
    page = open_as(cast.dana, QUEUE, viewport=viewport)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys for the queue")
    expect(dialog).to_be_visible()
    no_axe(page)
    page.keyboard.press("j")
    assert focused(page) == ""
    dialog.get_by_label("Use these keys on this device").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    page.keyboard.press("j")
    assert focused(page) == ""
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("?")
    assert focused(page) == "" and not dialog.is_visible()
    assert page.problems == []  # type: ignore[attr-defined]


def test_what_she_types_on_the_next_card_is_not_torn_away_by_the_last_ones_answer(
    cast: Cast, open_as: Callable[..., Page], four: list[BookingRequest]
) -> None:
    page = open_as(cast.dana, QUEUE, viewport=DESK)
    page.route("**/approve", lambda route: (page.wait_for_timeout(300), route.continue_()))
    for key in "jajd":
        page.keyboard.press(key)
    page.keyboard.type("No, ")
    expect(card(page, four[0])).to_contain_text("Approved")
    page.wait_for_timeout(100)
    page.keyboard.type("sorry")
    assert card(page, four[1]).locator("textarea").input_value() == "No, sorry"


def test_a_slash_finds_and_the_list_stays_narrowed_while_she_answers(
    cast: Cast, open_as: Callable[..., Page], four: list[BookingRequest]
) -> None:
    page = open_as(cast.dana, QUEUE)
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    no_axe(page)
    page.keyboard.type("alvarez palm")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Without Holds: “alvarez palm”")).to_be_visible()
    expect(page.locator("[data-test=booking-request]")).to_have_count(3)
    no_axe(page)
    card(page, four[0]).get_by_role("button", name="Approve").click()
    expect(card(page, four[0])).to_contain_text("Approved")
    expect(page.locator("#requests-badge")).to_have_text("3")
    expect(page.locator("#waiting-count")).to_have_text("3")
    expect(page.locator("[data-test=booking-request]")).to_have_count(2)
    page.get_by_role("link", name="Without Holds").click()
    expect(page.locator("[data-test=booking-request]")).to_have_count(3)
    assert page.problems == []  # type: ignore[attr-defined]


@SIZES
def test_several_are_approved_with_one_press_each_with_its_line(
    cast: Cast, open_as: Callable[..., Page], four: list[BookingRequest], viewport: Any
) -> None:
    page = open_as(cast.dana, QUEUE, viewport=viewport)
    first, second, _omars, issue = four
    box = card(page, first).get_by_role("checkbox")
    if viewport == PHONE:
        assert not box.is_visible()
        page.get_by_role("button", name="Select").click()
    box.check()
    page.keyboard.press("j")
    page.keyboard.press("x")
    card(page, issue).get_by_role("checkbox").check()
    expect(page.get_by_role("button", name="Approve 3")).to_be_visible()
    no_axe(page)
    page.get_by_role("button", name="Approve 3").click()
    expect(page.get_by_role("heading", name="2 approved")).to_be_visible()
    expect(page.get_by_text("There is more than one way to approve this: choose how.")).to_be_visible()
    assert [state(one) for one in four] == ["approved", "approved", "pending", "pending"]
    no_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    card(page, second).get_by_role("button", name="Undo").click()
    expect(card(page, second).get_by_role("button", name="Approve")).to_be_visible()
    expect(page.locator("#requests-badge")).to_have_text("3")
    assert state(second) == "pending"
    page.get_by_role("link", name="Requests").first.click()
    expect(page.locator("[data-test=booking-request]")).to_have_count(3)
    assert page.problems == []  # type: ignore[attr-defined]


def test_a_tick_survives_another_day_and_goes_with_it(
    cast: Cast, open_as: Callable[..., Page], four: list[BookingRequest]
) -> None:
    page = open_as(cast.dana, QUEUE, viewport=DESK)
    day = cast.greenlawn.calendar().working_days_after(cast.greenlawn.today(), 8)
    card(page, four[0]).get_by_role("checkbox").check()
    card(page, four[0]).locator('input[type="date"]').fill(day.isoformat())
    expect(card(page, four[0]).get_by_role("button", name="Approve for")).to_be_visible()
    page.get_by_role("button", name="Approve 1").click()
    expect(page.get_by_role("heading", name="1 approved")).to_be_visible()
    four[0].refresh_from_db()
    assert four[0].visit.date == day


def test_several_are_declined_with_a_reason_without_scripts(
    cast: Cast, open_as: Callable[..., Page], four: list[BookingRequest]
) -> None:
    page = open_as(cast.dana, f"{QUEUE}?client=maria", scripts=False)
    page.get_by_role("link", name="Select").click()
    for one in (four[0], four[3]):
        card(page, one).get_by_role("checkbox").check()
    page.get_by_text("Decline ticked").click()
    page.get_by_label("Reason, as each of them will read it").fill("Full this week.")
    page.get_by_role("button", name="Decline and tell them").click()
    expect(page.get_by_role("heading", name="2 declined")).to_be_visible()
    assert [state(one) for one in four] == ["declined", "pending", "pending", "declined"]
    card(page, four[0]).get_by_role("button", name="Undo").click()
    expect(page.locator("[data-test=booking-request]")).to_have_count(2)
    assert "client=maria" in page.url and state(four[0]) == "pending"


def test_an_old_page_with_ticks_decides_nothing_twice(
    cast: Cast, open_as: Callable[..., Page], four: list[BookingRequest]
) -> None:
    pages = [open_as(cast.dana, QUEUE, viewport=DESK) for _ in range(2)]
    for page in pages:
        card(page, four[2]).get_by_role("checkbox").check()
    for page in pages:
        page.get_by_role("button", name="Approve 1").click()
        page.wait_for_url("**/several")
    expect(pages[1].get_by_text("You had answered it already. Nothing was done twice.")).to_be_visible()
    assert state(four[2]) == "approved"
