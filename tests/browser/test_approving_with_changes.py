"""Approving with changes: the plan follows what is chosen, and one press does what then stands there."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from sidegate.models import ClientService, Visit
from tests import factories
from tests.conftest import Cast
from tests.office.test_booking_requests import page_of, waiting

from .test_schedule_board import Opens

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def workday(cast: Cast, after: int) -> date:
    day = cast.greenlawn.calendar().next_working(cast.greenlawn.today() + timedelta(days=after))
    assert day
    return day


def press(page: Page, reference: str) -> None:
    page.locator("#approve-changed").click()
    expect(page).to_have_url(re.compile(rf"/requests/{reference}$"))


def test_the_plan_follows_the_form_and_one_press_does_it(cast: Cast, open_as: Opens) -> None:
    asked, day = waiting(cast), workday(cast, 4)
    page = open_as(cast.dana, page_of(asked, "changes"), viewport=PHONE)
    page.fill("#date", day.isoformat())
    page.fill("#arrives_from", "09:00")
    expect(page.locator("#preview")).to_contain_text("Something above is not right yet.")
    page.fill("#arrives_until", "11:00")
    page.locator("#note").click()
    expect(page.locator("#preview")).to_contain_text("9:00")
    expect(page.locator("#approve-changed")).to_contain_text(str(day.day))
    press(page, asked.reference)
    visit = Visit.objects.get()
    assert (visit.date, str(visit.arrives_from)) == (day, "09:00:00")


def test_what_matters_only_for_a_rhythm_shows_with_it(cast: Cast, open_as: Opens) -> None:
    agreed = factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, makes_visits=True
    )
    asked = waiting(cast, kind="recurring", frequency="biweekly")
    page = open_as(cast.dana, page_of(asked), viewport=PHONE)
    page.get_by_role("link", name="Change their plan instead").click()
    expect(page.locator("#preview")).to_contain_text("every two weeks")
    page.select_option("#frequency", "monthly")
    expect(page.locator("#preview")).to_contain_text("every month")
    expect(page.get_by_text("On which days", exact=True)).to_be_hidden()
    press(page, asked.reference)
    assert ClientService.objects.get(pk=agreed.pk).frequency == "monthly"
