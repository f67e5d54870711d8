"""The two stories, as people live them: ask and be approved, ask and be declined."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext as _
from playwright.sync_api import Page, expect

from sidegate.models import BookingRequest, Message, Photo, Visit
from tests import factories, pictures
from tests.conftest import Cast

from .conftest import cookies_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUEUE = "/greenlawn/office/requests"
WAYS = [("en", True), ("es", True), ("en", False), ("es", False)]


@pytest.fixture
def photo(tmp_path: Path) -> str:
    """A picture as a phone takes it: upright only by its metadata, and telling where it was taken."""
    file = tmp_path / "IMG_0042.jpg"
    file.write_bytes(pictures.telling_jpeg())
    return str(file)


def ask(page: Page, cast: Cast, photo: str, *, scripts: bool) -> str:
    """Maria fills in the form from her home, as the page's language has it; returns the reference."""
    start = cast.greenlawn.calendar().next_working(cast.greenlawn.today())
    assert start
    page.get_by_role("link", name=_("+ Request a visit")).click()
    page.get_by_label(_("One-time visit")).check()
    page.get_by_label(_("Service"), exact=True).select_option(str(cast.mowing.pk))
    if scripts:
        page.locator(".presets button").last.click()
    else:
        page.get_by_label(_("From"), exact=True).fill(start.isoformat())
        page.get_by_label(_("To"), exact=True).fill(start.isoformat())
    page.locator('input[name="part_of_day"][value="morning"]').check(force=True)
    page.get_by_label(_("Anything we should know?")).fill("La hierba está muy alta.")
    page.locator('input[name="photos"]').set_input_files(photo)
    if scripts:
        expect(page.locator(".photo img")).to_have_count(1)
    page.get_by_role("button", name=_("Send request")).click()
    page.wait_for_url("**/sent")
    reference = page.url.split("/")[-2]
    expect(page.get_by_text(reference).first).to_be_visible()
    return reference


def badge(page: Page) -> str:
    return page.locator('[data-test="requests-badge"]').first.get_attribute("data-count") or ""


@pytest.mark.parametrize(("language", "scripts"), WAYS)
def test_maria_asks_and_dana_approves(
    cast: Cast, open_as: Callable[..., Page], photo: str, language: str, scripts: bool
) -> None:
    with translation.override(language):
        maria = open_as(cast.maria_user, "/greenlawn/", language=language, scripts=scripts)
        reference = ask(maria, cast, photo, scripts=scripts)
        assert Photo.objects.count() == 1

        dana = open_as(cast.dana, QUEUE, language=language, scripts=scripts)
        assert badge(dana) == "1"
        plan = dana.locator('[data-test="approval-plan"]').inner_text()
        assert "$95" in plan and _("Tells %(name)s in %(language)s.").split("%")[0] in plan
        dana.get_by_role("button", name=_("Approve"), exact=True).click()
        expect(dana.locator('[data-test="answered"]')).to_contain_text(_("Approved"))
        assert badge(dana) == "0"

        visit = Visit.objects.get()
        message = Message.objects.get(key="booking.approved")
        assert (message.language, message.to_address) == ("es", "maria@example.com")
        maria.goto(maria.url.replace(f"/requests/{reference}/sent", "/"))
        expect(maria.get_by_text(_("Approved"), exact=True)).to_be_visible()
        expect(maria.locator(".date .day")).to_have_text(str(visit.date.day))
    assert maria.problems == dana.problems == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(("language", "scripts"), WAYS)
def test_maria_asks_and_dana_declines_with_a_reason(
    cast: Cast, open_as: Callable[..., Page], photo: str, language: str, scripts: bool
) -> None:
    with translation.override(language):
        maria = open_as(cast.maria_user, "/greenlawn/", language=language, scripts=scripts)
        reference = ask(maria, cast, photo, scripts=scripts)

        dana = open_as(cast.dana, QUEUE, language=language, scripts=scripts)
        dana.locator("summary", has_text=_("Decline")).click()
        dana.locator('textarea[name="reason"]').fill("Esa semana está completa.")
        dana.get_by_role("button", name=_("Decline and tell %(name)s") % {"name": "Maria"}).click()
        expect(dana.locator('[data-test="answered"]')).to_contain_text(_("Declined"))
        assert badge(dana) == "0"

        maria.goto(maria.url.replace("/sent", ""))
        expect(maria.get_by_text("Esa semana está completa.").first).to_be_visible()
        maria.get_by_role("link", name=_("Ask for other dates")).click()
        expect(maria.get_by_label(_("Anything we should know?"))).to_have_value("La hierba está muy alta.")
    assert BookingRequest.objects.get(reference=reference).status == "declined"
    assert "Esa semana está completa." in Message.objects.get(key="booking.declined").text
    assert (Visit.objects.count(), maria.problems, dana.problems) == (0, [], [])  # type: ignore[attr-defined]


def test_undo_stands_where_the_buttons_stood_and_brings_them_back(
    cast: Cast, open_as: Callable[..., Page], waiting: BookingRequest
) -> None:
    cast.greenlawn.undo_seconds = 60
    cast.greenlawn.save()
    dana = open_as(cast.dana, QUEUE)
    card = dana.locator(".request").first
    height = card.bounding_box()["height"]  # type: ignore[index]
    dana.get_by_role("button", name="Approve", exact=True).click()
    expect(dana.get_by_role("button", name="Undo")).to_be_visible()
    dana.wait_for_timeout(600)  # presses in the moment after a swap are not taken
    assert abs(dana.locator(".request").first.bounding_box()["height"] - height) <= 1  # type: ignore[index]
    assert badge(dana) == "0"
    dana.get_by_role("button", name="Undo").click()
    expect(dana.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    assert badge(dana) == "1"
    assert Visit.objects.count() == 0


def test_another_date_names_itself_on_the_button_before_it_is_pressed(
    cast: Cast, open_as: Callable[..., Page], waiting: BookingRequest
) -> None:
    day = cast.greenlawn.calendar().working_days_after(cast.greenlawn.today(), 15)
    dana = open_as(cast.dana, QUEUE)
    dana.locator('.plan input[type="date"]').fill(day.isoformat())
    button = dana.get_by_role("button", name="Approve for")
    expect(button).to_be_visible()
    assert Visit.objects.count() == 0
    dana.wait_for_timeout(600)
    button.click()
    expect(dana.locator('[data-test="answered"]')).to_be_visible()
    assert Visit.objects.get().date == day


def test_pressed_twice_in_a_hurry_it_is_approved_once(
    cast: Cast, open_as: Callable[..., Page], waiting: BookingRequest
) -> None:
    dana = open_as(cast.dana, QUEUE)
    dana.get_by_role("button", name="Approve", exact=True).dblclick()
    expect(dana.locator('[data-test="answered"]')).to_contain_text("Approved")
    assert (Visit.objects.count(), Message.objects.filter(key="booking.approved").count()) == (1, 1)


def test_in_a_second_tab_one_reads_that_it_was_answered_already(
    cast: Cast, open_as: Callable[..., Page], waiting: BookingRequest
) -> None:
    one, other = open_as(cast.dana, QUEUE), open_as(cast.dana, QUEUE)
    one.get_by_role("button", name="Approve", exact=True).click()
    expect(one.locator('[data-test="answered"]')).to_be_visible()
    other.get_by_role("button", name="Approve", exact=True).click()
    expect(other.get_by_text("You had answered it already.")).to_be_visible()
    assert Visit.objects.count() == 1


def test_a_mistake_keeps_what_was_typed_and_the_photos_chosen(
    cast: Cast, open_as: Callable[..., Page], photo: str
) -> None:
    maria = open_as(cast.maria_user, "/greenlawn/requests/new")
    maria.get_by_label("Anything we should know?").fill("Keep me.")
    maria.locator('input[name="photos"]').set_input_files(photo)
    maria.get_by_role("button", name="Send request").click()
    expect(maria.locator(".summary-of-errors")).to_be_visible()
    expect(maria.get_by_label("Anything we should know?")).to_have_value("Keep me.")
    expect(maria.locator(".photo:not(.stored)")).to_have_count(1)
    assert BookingRequest.objects.count() == 0


def test_a_dead_line_keeps_everything_and_the_second_sending_is_the_same_request(
    cast: Cast, open_as: Callable[..., Page], photo: str
) -> None:
    maria = open_as(cast.maria_user, "/greenlawn/requests/new")
    start = cast.greenlawn.calendar().next_working(cast.greenlawn.today())
    maria.get_by_label("Service", exact=True).select_option(str(cast.mowing.pk))
    maria.locator(".presets button").last.click()
    maria.context.set_offline(True)
    maria.get_by_role("button", name="Send request").click()
    expect(maria.get_by_text("Saved on this phone")).to_be_visible()
    maria.context.set_offline(False)
    maria.get_by_role("button", name="Send request").click()
    maria.wait_for_url("**/sent")
    assert BookingRequest.objects.count() == 1 and start


@pytest.fixture
def waiting(cast: Cast) -> BookingRequest:
    from tests.office.test_booking_requests import waiting as make_waiting

    return make_waiting(cast)


def test_hostile_words_are_only_words(
    cast: Cast, open_as: Callable[..., Page], waiting: BookingRequest
) -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}{% raw %}"
    BookingRequest.objects.filter(pk=waiting.pk).update(notes=nasty)
    type(cast.maria).objects.filter(pk=cast.maria.pk).update(name=nasty[:100])
    dialogs: list[Any] = []
    for user, path in ((cast.dana, QUEUE), (cast.maria_user, "/greenlawn/")):
        page = open_as(user, path)
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        assert "<script>alert(1)" in page.inner_text("body")
        assert page.problems == []  # type: ignore[attr-defined]
    assert dialogs == []


def test_who_goes_back_and_sends_once_more_asks_for_nothing_twice(
    cast: Cast, open_as: Callable[..., Page], photo: str
) -> None:
    maria = open_as(cast.maria_user, "/greenlawn/")
    reference = ask(maria, cast, photo, scripts=True)
    maria.go_back()
    maria.wait_for_url("**/requests/new")
    maria.get_by_label("Service", exact=True).select_option(str(cast.mowing.pk))
    maria.locator(".presets button").last.click()
    maria.get_by_label("Anything we should know?").fill("And the edges, please.")
    maria.get_by_role("button", name="Send request").click()
    expect(maria.get_by_text(f"This form was already sent, as request {reference}.")).to_be_visible()
    assert [row.reference for row in BookingRequest.objects.all()] == [reference]


def test_signed_out_in_another_tab_she_signs_in_beside_and_sends_what_she_had(
    cast: Cast, open_as: Callable[..., Page], photo: str
) -> None:
    maria = open_as(cast.maria_user, "/greenlawn/")
    other = maria.context.new_page()
    other.goto(maria.url)
    other.goto(maria.url.replace("/greenlawn/", "/sign-out"))
    maria.get_by_role("link", name="+ Request a visit").click()
    maria.get_by_label("Service", exact=True).select_option(str(cast.mowing.pk))
    maria.locator(".presets button").last.click()
    maria.locator('input[name="photos"]').set_input_files(photo)
    other.get_by_role("button", name="Sign out", exact=True).click()
    other.wait_for_load_state()
    maria.get_by_role("button", name="Send request").click()
    expect(maria.get_by_text("You were signed out in the meantime")).to_be_visible()
    expect(maria.get_by_role("link", name="Sign in in a new tab")).to_be_visible()
    assert BookingRequest.objects.count() == 0
    maria.context.add_cookies(cookies_of(maria.url, cast.maria_user, "en"))  # as signing in leaves them
    maria.get_by_role("button", name="Send request").click()
    maria.wait_for_url("**/sent")
    assert (BookingRequest.objects.count(), Photo.objects.count()) == (1, 1)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_card_on_a_phone_is_at_most_320_px_high(
    cast: Cast, open_as: Callable[..., Page], language: str
) -> None:
    """Every kind of card, each with what makes it tall: a note, a warning, two ways, a day that was passed over."""
    names = {"en": "Pool maintenance", "es": "Mantenimiento de piscina"}
    pool = factories.make_service(business=cast.greenlawn, names=names, price_minor=12000)
    today = cast.greenlawn.today()
    lawn = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    passed = factories.make_visit(client_service=lawn, date=today, status="completed")
    mine = {"client": cast.maria, "property": cast.palm_court, "notes": "The gate sticks a little: lift it."}
    factories.make_booking_request(service=cast.mowing, shown_price_minor=8000, **mine)
    factories.make_booking_request(
        service=pool, kind="recurring", frequency="weekly", part_of_day="morning", **mine
    )
    factories.make_booking_request(
        service=cast.mowing, kind="issue_report", about_visit=passed, window_start=today, **mine
    )
    dana = open_as(cast.dana, QUEUE, language=language)
    heights = [card.bounding_box()["height"] for card in dana.locator(".request").all()]  # type: ignore[index]
    assert len(heights) == 3
    assert max(heights) <= 320, heights


def test_a_line_stays_while_the_card_is_drawn_anew_and_goes_with_the_second_way(
    cast: Cast, open_as: Callable[..., Page]
) -> None:
    asked = factories.make_booking_request(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, kind="recurring", frequency="weekly"
    )
    day = cast.greenlawn.calendar().working_days_after(cast.greenlawn.today(), 15)
    dana = open_as(cast.dana, f"{QUEUE}/{asked.reference}")
    dana.get_by_label("A line for Maria").fill("Bring the dog in, please.")
    dana.locator('.plan input[type="date"]').first.fill(day.isoformat())
    press = dana.get_by_role("button", name="Approve as weekly ·")
    expect(press).to_be_visible()
    expect(dana.get_by_label("A line for Maria")).to_have_value("Bring the dog in, please.")
    dana.wait_for_timeout(600)
    press.click()
    expect(dana.locator(".answered")).to_contain_text("every week from")
    expect(dana.locator(".timeline")).to_contain_text("Bring the dog in, please.")
    assert "Bring the dog in, please." in Message.objects.get().text
    assert Visit.objects.count() == 4
    assert dana.problems == []  # type: ignore[attr-defined]
