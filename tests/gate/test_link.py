"""The mailed link: what opens it, what uses it, what is said when it no longer works (T26, T27)."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from sidegate.actions.sign_in import NoWayIn, direct_link, find_link, use_link
from sidegate.models import SignIn, User

from ..conftest import Cast
from .mails import newest_mail

MARIA = "maria@example.com"


@pytest.fixture
def asked(cast: Cast) -> Browser:
    browser = Browser()
    browser.post("/sign-in", {"email": MARIA, "next": "/greenlawn/requests/new"})
    return browser


def is_signed_in(browser: Browser, user: User) -> bool:
    return browser.session.get("_auth_user_id") == str(user.pk)


def test_t26_opening_the_link_uses_nothing_and_pressing_the_button_works_once(
    cast: Cast, asked: Browser
) -> None:
    link = newest_mail(MARIA).link
    Browser().head(link)
    for _ in range(10):
        Browser().get(link, follow=True)
    human = Browser()
    page = human.get(link, follow=True)
    assert "m…@e….com" in page.content.decode()
    assert human.post("/sign-in/confirm")["Location"] == "/greenlawn/requests/new"
    assert is_signed_in(human, cast.maria_user)

    late = Browser()
    answer = late.get(link, follow=True)
    assert (answer.status_code, b"already been used" in answer.content) == (410, True)
    assert b'href="/sign-in"' in answer.content


def test_t26_after_sixteen_minutes_the_link_has_expired_and_a_new_one_is_offered(
    cast: Cast, asked: Browser
) -> None:
    link = newest_mail(MARIA).link
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        answer = Browser().get(link, follow=True)
        assert (answer.status_code, b"has expired" in answer.content) == (410, True)
        assert b'href="/sign-in"' in answer.content


def test_a_page_left_open_until_the_link_expired_signs_nobody_in(cast: Cast, asked: Browser) -> None:
    human = Browser()
    human.get(newest_mail(MARIA).link)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert human.post("/sign-in/confirm").status_code == 410
    assert not is_signed_in(human, cast.maria_user)


def test_t27_the_token_stands_in_no_address_no_page_no_session_and_no_log(
    cast: Cast, asked: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    link = newest_mail(MARIA).link
    token = link.rpartition("/")[2]
    human = Browser()
    with caplog.at_level(logging.DEBUG):
        page = human.get(link, follow=True)
    assert page.redirect_chain == [("/sign-in/confirm", 302)]
    assert token not in page.content.decode()
    assert token not in str(dict(human.session))
    assert token not in "".join(
        f"{record.getMessage()}{record.__dict__.get('facts')}"
        for record in caplog.records
        if record.name.startswith("sidegate")
    )
    assert b"//" not in page.content.replace(b"http://www.w3.org/2000/svg", b"")


def test_two_presses_at_once_sign_in_once(cast: Cast, asked: Browser) -> None:
    sign_in = find_link(newest_mail(MARIA).link.rpartition("/")[2])
    use_link(sign_in)
    with pytest.raises(NoWayIn) as refusal:
        use_link(SignIn.objects.get(pk=sign_in.pk))
    assert refusal.value.code == "used"
    with pytest.raises(NoWayIn):  # read before the first press, pressed after it
        use_link(sign_in)


def test_a_made_up_link_reads_as_expired(cast: Cast) -> None:
    answer = Browser().get("/sign-in/" + "x" * 43, follow=True)
    assert (answer.status_code, b"has expired" in answer.content) == (410, True)


def test_an_old_link_takes_whoever_is_signed_in_to_her_place(
    cast: Cast, portal: Browser, asked: Browser
) -> None:
    link = newest_mail(MARIA).link
    SignIn.objects.update(used_at=timezone.now())
    assert portal.get(link, follow=False)["Location"] == "/sign-in/confirm"
    assert portal.get("/sign-in/confirm")["Location"] == "/greenlawn/"


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": "new@example.com"}])
def test_a_link_is_bound_to_the_person_and_the_address(
    cast: Cast, asked: Browser, change: dict[str, object]
) -> None:
    link = newest_mail(MARIA).link
    User.objects.filter(pk=cast.maria_user.pk).update(**change)
    assert Browser().get(link, follow=True).status_code == 410


def test_pressing_needs_the_forms_csrf_token(cast: Cast, asked: Browser) -> None:
    strict = Browser(enforce_csrf_checks=True)
    strict.get(newest_mail(MARIA).link)
    assert strict.post("/sign-in/confirm").status_code == 403
    assert not is_signed_in(strict, cast.maria_user)


def test_a_link_from_the_command_line_opens_at_once_under_the_configured_address(cast: Cast) -> None:
    link = direct_link(cast.dana)
    assert link.startswith("http://localhost:8000/sign-in/")
    human = Browser()
    human.get(link.removeprefix("http://localhost:8000"))
    assert human.post("/sign-in/confirm")["Location"] == "/greenlawn/office/requests"


def test_in_the_demo_a_link_signs_in_at_one_press_and_again(cast: Cast, settings: object) -> None:
    settings.SIDEGATE_DEMO = True  # type: ignore[attr-defined]
    link = direct_link(cast.maria_user).removeprefix("http://localhost:8000")
    SignIn.objects.update(expires_at=timezone.now() - timedelta(days=2))
    for _ in range(2):
        human = Browser()
        assert human.get(link)["Location"] == "/greenlawn/"
        assert is_signed_in(human, cast.maria_user)
