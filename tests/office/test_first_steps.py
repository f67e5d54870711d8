"""The first steps above the queue: each is done when the data says so; the list goes when all is, or by a press."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from sidegate.actions.first_steps import close_finished_lists
from sidegate.models import Business, Client, Message, User
from sidegate.models.identity import uuid7
from tests import factories
from tests.conftest import Cast

from .reading import main, statements

HOME = "/clear-gutters/office/requests"
PUT_AWAY = "/clear-gutters/office/settings/first-steps/put-away"


@pytest.fixture
def business(db: None) -> Business:
    return factories.make_business(slug="clear-gutters", name="Clear Gutters", checklist_done_at=None)


@pytest.fixture
def rita(business: Business, signed_in: Callable[[User], Browser]) -> Browser:
    return signed_in(
        factories.make_member(business=business, name="Rita Moss", email="rita@example.com").user
    )


def steps(browser: Browser) -> dict[str, bool]:
    """What stands on the list, and whether it is ticked."""
    page = browser.get(HOME).content.decode()
    found = re.findall(r'<li( class="done")?>\s*<(?:a|form).*?<strong>(.*?)</strong>', page, re.DOTALL)
    return {words: bool(done) for done, words in found}


def do_everything(business: Business, user: User) -> None:
    service = factories.make_service(business=business)
    client = factories.make_client(business=business, invited_at=timezone.now())
    factories.make_booking_request(
        client=client, property=factories.make_property(client=client), service=service, submitted_by=user
    )
    Business.objects.filter(pk=business.pk).update(accent="#224466")
    send_test_mail(business)


def send_test_mail(business: Business, **fields: Any) -> None:
    usual = {"status": "sent", "sent_at": timezone.now()}
    Message.objects.create(
        business=business, key="mail.test", recipient="user:1", language="en", message_id=str(uuid7()),
        **{**usual, **fields},
    )  # fmt: skip


def test_a_new_business_has_everything_before_it(business: Business, rita: Browser) -> None:
    assert steps(rita) == {
        "Services with prices": False,
        "Logo and colour": False,
        "Send yourself a test mail": False,
        "Add your clients": False,
        "Invite your clients": False,
        "Your first request": False,
    }


def test_each_is_ticked_by_what_the_data_says(business: Business, rita: Browser) -> None:
    factories.make_service(business=business, price_minor=None)
    send_test_mail(business, status="failed", sent_at=None)
    assert not any(steps(rita).values())
    factories.make_service(business=business)
    Business.objects.filter(pk=business.pk).update(logo_name="x.png")
    client = factories.make_client(business=business)
    assert [words for words, done in steps(rita).items() if done] == [
        "Services with prices",
        "Logo and colour",
        "Add your clients",
    ]
    send_test_mail(business)
    Client.objects.filter(pk=client.pk).update(invited_at=timezone.now())
    assert [words for words, done in steps(rita).items() if not done] == ["Your first request"]


def test_another_businesss_data_ticks_nothing(business: Business, rita: Browser, cast: Cast) -> None:
    do_everything(cast.bluepool, cast.bea)
    assert not any(steps(rita).values())


def test_done_it_is_gone_and_the_worker_asks_no_more(business: Business, rita: Browser) -> None:
    do_everything(business, factories.make_user())
    assert steps(rita) == {}
    assert (close_finished_lists(), close_finished_lists()) == (1, 0)
    assert Business.objects.get(pk=business.pk).checklist_done_at is not None


def test_the_worker_leaves_a_list_on_which_something_is_open(business: Business) -> None:
    do_everything(business, factories.make_user())
    Message.objects.all().delete()
    assert close_finished_lists() == 0


def test_one_press_puts_it_away_for_good(business: Business, rita: Browser) -> None:
    answer = rita.post(PUT_AWAY, follow=True)
    assert "The list is put away." in main(answer)
    assert steps(rita) == {}
    put_away_at = Business.objects.get(pk=business.pk).checklist_done_at
    rita.post(PUT_AWAY)
    assert Business.objects.get(pk=business.pk).checklist_done_at == put_away_at


def test_staff_do_not_see_it_and_cannot_put_it_away(
    business: Business, signed_in: Callable[[User], Browser]
) -> None:
    theo = signed_in(factories.make_member(business=business, role="staff", name="Theo Park").user)
    assert steps(theo) == {}
    assert theo.post(PUT_AWAY).status_code == 403
    assert Business.objects.get(pk=business.pk).checklist_done_at is None


def test_it_costs_one_statement_and_none_once_it_is_done_with(business: Business, rita: Browser) -> None:
    with_list = statements(rita, HOME)
    rita.post(PUT_AWAY)
    rita.get(HOME)
    assert statements(rita, HOME) == with_list - 1
