"""The pages of the first run in a browser: readable for everyone, and nothing typed is lost by what they propose."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from sidegate.actions.mail_test import send_test_mail
from sidegate.actions.set_up import new_set_up_code
from sidegate.models import Business, Message
from tests import factories, pictures

from .test_accessible import LOOKS, RULES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SET_UP = "#set-up > .button.primary"


def open_set_up(open_as: Callable[..., Page], **options: Any) -> Page:
    page = open_as(None, "/set-up", **options)
    page.locator("#code").fill(new_set_up_code())
    page.locator(".button.primary").click()
    page.wait_for_url("**/set-up/business")
    return page


def wrong_with(page: Page, width: int) -> list[str]:
    found = [
        v["id"] + ": " + v["nodes"][0]["html"][:120]
        for v in Axe().run(page, options=RULES).response["violations"]
    ]
    scrolls = page.evaluate("document.documentElement.scrollWidth") > width
    return [*found, *(["scrolls sideways"] if scrolls else [])]


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_on_the_pages_of_the_first_run(
    open_as: Callable[..., Page], language: str, scheme: str, width: int
) -> None:
    options = {"language": language, "scheme": scheme, "viewport": {"width": width, "height": 2400}}
    page = open_as(None, "/set-up", **options)
    assert wrong_with(page, width) == []
    page = open_set_up(open_as, **options)
    page.locator("#place summary").click()
    assert wrong_with(page, width) == []
    page.locator(SET_UP).click()
    expect(page.locator(".summary-of-errors")).to_be_visible()
    assert wrong_with(page, width) == []

    business = factories.make_business(slug="clear-gutters", name="Clear Gutters", checklist_done_at=None)
    rita = factories.make_member(business=business, name="Rita Moss", email="rita@example.com").user
    page = open_as(rita, "/clear-gutters/office/requests", **options)
    expect(page.locator(".first-steps")).to_be_visible()
    assert wrong_with(page, width) == []
    message = send_test_mail(business, by=rita)
    for status, reason in (("queued", ""), ("failed", "535 5.7.8 not accepted")):
        Message.objects.update(status=status, reason=reason)
        page.goto(page.url.split("/office/")[0] + f"/office/settings/mail/test/{message.pk}")
        assert wrong_with(page, width) == []


def test_what_a_country_proposes_comes_while_one_types_on(open_as: Callable[..., Page]) -> None:
    page = open_set_up(open_as)
    page.locator("#logo").set_input_files(
        {"name": "l.jpg", "mimeType": "image/jpeg", "buffer": pictures.jpeg()}
    )
    page.route("**/set-up/business", lambda route: (page.wait_for_timeout(3000), route.continue_()))
    page.locator("#country").select_option("ES")
    page.locator("#name").press_sequentially("Jardines Luna", delay=40)
    expect(page.locator("#place summary")).to_contain_text("Madrid · EUR · Spanish")
    expect(page.locator("#sign-3")).to_have_text("€")
    assert page.locator("#name").input_value() == "Jardines Luna"
    page.get_by_role("button", name="Add another").click()
    page.locator("#service_1_name").press_sequentially("Poda de setos", delay=40)
    expect(page.locator(".service-line")).to_have_count(4)
    expect(page.locator("#service_4_name")).to_be_focused()
    assert page.locator("#service_1_name").input_value() == "Poda de setos"
    page.locator("#accent").fill("#ffd000")
    expect(page.get_by_text("On white this colour is hard to read")).to_be_visible()
    page.locator("#owner_name").fill("Luz Luna")
    page.locator("#owner_email").fill("luz@example.com")
    page.locator("#service_4_name").fill("Riego")
    page.locator("#service_4_price").fill("95,50 €")
    page.unroute("**/set-up/business")
    page.locator(SET_UP).click()
    page.wait_for_url("**/jardines-luna/office/requests")
    made = Business.objects.get()
    assert (made.currency, made.accent, bool(made.logo_name)) == ("EUR", "#ffd000", True)
    assert [name for names in made_services() for name in names.values()] == ["Poda de setos", "Riego"]
    assert page.problems == []  # type: ignore[attr-defined]


def made_services() -> list[dict[str, str]]:
    from sidegate.models import Service

    return list(Service.objects.order_by("position").values_list("names", flat=True))


def test_another_language_of_the_page_loses_nothing_typed(open_as: Callable[..., Page]) -> None:
    page = open_set_up(open_as)
    page.locator("#name").fill("Jardines Luna")
    page.locator('label.chip:has(input[value="2"])').click()
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert page.locator("#name").input_value() == "Jardines Luna"
    ticked = page.locator('input[name="working_days"]:checked').evaluate_all(
        "them => them.map(one => one.value)"
    )
    assert ticked == ["0", "1", "3", "4"]
