"""How long one stays signed in, and what ends it (D16)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from sidegate.actions.sign_in import answer_waiting_sign_ins, direct_link
from sidegate.models import User

from ..conftest import Cast

SignIn = Callable[..., Browser]


@pytest.fixture
def come_in(cast: Cast) -> SignIn:
    """Opens a link and presses the button."""

    def press(user: User, **fields: str) -> Browser:
        browser = Browser()
        browser.get(direct_link(user).removeprefix("http://localhost:8000"))
        browser.post("/sign-in/confirm", fields)
        return browser

    return press


def is_in(browser: Browser, after: timedelta = timedelta()) -> bool:
    with time_machine.travel(timezone.now() + after):
        return browser.get("/sign-out").status_code == 200


def test_signing_in_gives_the_session_a_new_key(cast: Cast) -> None:
    browser = Browser()
    browser.get(direct_link(cast.maria_user).removeprefix("http://localhost:8000"))
    before = browser.session.session_key
    browser.post("/sign-in/confirm")
    assert browser.session.session_key not in (None, before)
    assert "sign_in" not in browser.session


def test_a_client_stays_for_ninety_days(cast: Cast, come_in: SignIn) -> None:
    browser = come_in(cast.maria_user)
    assert is_in(browser, timedelta(days=89))
    assert not is_in(come_in(cast.omar_user), timedelta(days=91))


def test_using_the_portal_starts_the_ninety_days_anew(cast: Cast, come_in: SignIn) -> None:
    browser = come_in(cast.maria_user)
    assert is_in(browser, timedelta(days=60))
    assert is_in(browser, timedelta(days=140))


def test_staff_stay_twelve_hours_however_busy_they_are(cast: Cast, come_in: SignIn) -> None:
    browser = come_in(cast.dana)
    assert is_in(browser, timedelta(hours=11))
    assert not is_in(browser, timedelta(hours=13))


def test_staff_stay_thirty_days_on_a_device_they_chose(cast: Cast, come_in: SignIn) -> None:
    assert is_in(come_in(cast.dana, remember="1"), timedelta(days=29))
    assert not is_in(come_in(cast.dana, remember="1"), timedelta(days=31))


def test_the_session_dies_when_the_person_is_deactivated(cast: Cast, come_in: SignIn) -> None:
    browser = come_in(cast.maria_user)
    User.objects.filter(pk=cast.maria_user.pk).update(is_active=False)
    assert not is_in(browser)


def test_opening_the_sign_out_page_signs_nobody_out_and_pressing_does(cast: Cast, come_in: SignIn) -> None:
    browser = come_in(cast.maria_user)
    assert browser.get("/sign-out").status_code == 200
    assert is_in(browser)
    assert browser.post("/sign-out")["Location"] == "/sign-in"
    assert not is_in(browser)


def test_signing_out_everywhere_ends_the_other_devices_too(cast: Cast, come_in: SignIn) -> None:
    phone, desk, omars = come_in(cast.maria_user), come_in(cast.maria_user), come_in(cast.omar_user)
    phone.post("/sign-out", {"everywhere": "1"})
    assert [is_in(phone), is_in(desk), is_in(omars)] == [False, False, True]


def test_signing_in_as_someone_else_keeps_nothing_of_the_first(cast: Cast, come_in: SignIn) -> None:
    browser = come_in(cast.maria_user)
    browser.get(direct_link(cast.omar_user).removeprefix("http://localhost:8000"))
    browser.post("/sign-in/confirm")
    assert browser.session["_auth_user_id"] == str(cast.omar_user.pk)


def test_ended_sessions_are_cleaned_away(cast: Cast, come_in: SignIn) -> None:
    browser = come_in(cast.maria_user)
    key = browser.session.session_key
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        answer_waiting_sign_ins()
    assert not browser.session.exists(key)
