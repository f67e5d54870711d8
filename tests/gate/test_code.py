"""The code in the mail, for another device or the page that asked."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from sidegate.models import User

from ..conftest import Cast
from .mails import newest_mail

MARIA = "maria@example.com"


@pytest.fixture
def asked(cast: Cast) -> Browser:
    browser = Browser()
    browser.post("/sign-in", {"email": MARIA, "next": "/greenlawn/requests/new"})
    return browser


def type_code(browser: Browser, code: str, **fields: str) -> int:
    return browser.post("/sign-in/code", {"code": code, **fields}).status_code


def is_signed_in(browser: Browser, user: User) -> bool:
    return browser.session.get("_auth_user_id") == str(user.pk)


@pytest.mark.parametrize("typing", [str, str.lower, lambda code: f" {code[:4]}-{code[4:]} "])
def test_the_code_signs_in_the_browser_that_asked(cast: Cast, asked: Browser, typing: object) -> None:
    code = newest_mail(MARIA).code
    answer = asked.post("/sign-in/code", {"code": typing(code)})  # type: ignore[operator]
    assert answer["Location"] == "/greenlawn/requests/new"
    assert is_signed_in(asked, cast.maria_user)


def test_on_another_device_the_address_is_typed_with_the_code(cast: Cast, asked: Browser) -> None:
    other = Browser()
    assert b'name="email"' in other.get("/sign-in/code").content
    assert type_code(other, newest_mail(MARIA).code, email="Maria@example.com") == 302
    assert is_signed_in(other, cast.maria_user)


def test_a_code_works_once_and_ends_the_link_too(cast: Cast, asked: Browser) -> None:
    mail = newest_mail(MARIA)
    assert type_code(asked, mail.code) == 302
    assert type_code(Browser(), mail.code, email=MARIA) == 422
    assert Browser().get(mail.link, follow=True).status_code == 410


def test_five_wrong_codes_spend_the_code_but_never_the_link(cast: Cast, asked: Browser) -> None:
    mail = newest_mail(MARIA)
    assert [type_code(asked, "AAAAAAAA") for _ in range(5)] == [422] * 5
    assert type_code(asked, mail.code) == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=14)):
        assert type_code(asked, mail.code) == 429
    human = Browser()
    human.get(mail.link)
    assert human.post("/sign-in/confirm").status_code == 302


def test_a_code_that_was_tried_five_times_is_dead_even_from_elsewhere(cast: Cast, asked: Browser) -> None:
    mail = newest_mail(MARIA)
    mail.sign_in.tries = 5
    mail.sign_in.save()
    assert type_code(asked, mail.code) == 422
    assert not is_signed_in(asked, cast.maria_user)


def test_the_code_of_an_older_mail_still_works_beside_a_newer_one(cast: Cast, asked: Browser) -> None:
    first = newest_mail(MARIA)
    asked.post("/sign-in", {"email": MARIA})
    newest_mail(MARIA)
    assert type_code(asked, first.code) == 302


def test_after_sixteen_minutes_the_code_has_expired(cast: Cast, asked: Browser) -> None:
    code = newest_mail(MARIA).code
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert type_code(asked, code) == 422


def test_a_code_is_no_good_for_another_address(cast: Cast, asked: Browser) -> None:
    code = newest_mail(MARIA).code
    assert type_code(Browser(), code, email="omar@example.com") == 422


@pytest.mark.parametrize("typed", ["", "x" * 5000, "\x00", "É" * 8])
def test_odd_codes_are_only_wrong(cast: Cast, asked: Browser, typed: str) -> None:
    assert type_code(asked, typed) == 422


def test_a_deactivated_person_has_no_code(cast: Cast, asked: Browser) -> None:
    code = newest_mail(MARIA).code
    User.objects.filter(pk=cast.maria_user.pk).update(is_active=False)
    assert type_code(asked, code) == 422


def test_without_an_address_the_page_asks_for_one(cast: Cast) -> None:
    answer = Browser().post("/sign-in/code", {"code": "ABCD2345"})
    assert answer.status_code == 422
    assert b"Please type your email address" in answer.content
