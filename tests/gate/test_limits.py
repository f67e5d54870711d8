"""How often one may try (T29), and that a stranger's tries lock nobody out."""

from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone

from sidegate.models import SignIn

from ..conftest import Cast
from .mails import newest_mail

MARIA = "maria@example.com"


def ask(browser: Browser, email: str = MARIA, peer: str = "203.0.113.1") -> HttpResponse:
    return browser.post("/sign-in", {"email": email}, REMOTE_ADDR=peer)  # type: ignore[return-value]


def type_code(
    browser: Browser, email: str = MARIA, code: str = "AAAAAAAA", peer: str = "203.0.113.1"
) -> HttpResponse:
    return browser.post("/sign-in/code", {"email": email, "code": code}, REMOTE_ADDR=peer)  # type: ignore[return-value]


@pytest.mark.parametrize("email", [MARIA, "nobody@example.com"])
def test_t29_the_sixth_link_for_an_address_within_an_hour_is_refused_in_words(cast: Cast, email: str) -> None:
    answers = [ask(Browser(), email, peer=f"203.0.113.{n}") for n in range(30)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 25
    assert 3500 < int(answers[-1]["Retry-After"]) <= 3600
    assert b"The link in the newest one still works" in answers[-1].content
    assert b"Wait 60 minutes" in answers[-1].content
    assert SignIn.objects.count() == 5


def test_after_the_time_named_it_works_again(cast: Cast) -> None:
    for n in range(5):
        ask(Browser(), peer=f"203.0.113.{n}")
    wait = int(ask(Browser())["Retry-After"])
    with time_machine.travel(timezone.now() + timedelta(seconds=wait)):
        assert ask(Browser()).status_code == 302


def test_t29_twenty_tries_from_one_peer_whatever_the_address(cast: Cast) -> None:
    answers = [ask(Browser(), f"person{n}@example.com").status_code for n in range(30)]
    assert answers == [302] * 20 + [429] * 10
    assert ask(Browser(), "someone@example.com", peer="203.0.113.2").status_code == 302


def test_t29_wrong_codes_are_counted_for_the_address_and_for_the_peer(cast: Cast) -> None:
    by_address = [type_code(Browser(), peer=f"203.0.113.{n}").status_code for n in range(30)]
    assert by_address == [422] * 5 + [429] * 25
    by_peer = [type_code(Browser(), f"person{n}@example.com", peer="198.51.100.7") for n in range(30)]
    assert [answer.status_code for answer in by_peer] == [422] * 20 + [429] * 10
    assert 0 < int(by_peer[-1]["Retry-After"]) <= 900


def test_t29_the_victim_signs_in_from_a_browser_that_knows_her(cast: Cast) -> None:
    home = Browser()
    ask(home)
    home.get(newest_mail(MARIA).link)
    home.post("/sign-in/confirm")
    home.post("/sign-out")
    for n in range(30):  # someone else, from everywhere
        ask(Browser(), peer=f"203.0.113.{n}")
        type_code(Browser(), peer=f"203.0.113.{n}")
    assert ask(home, peer="192.0.2.1").status_code == 302
    assert type_code(home, code=newest_mail(MARIA).code, peer="192.0.2.1").status_code == 302


def test_a_browser_that_knows_her_knows_nobody_else(cast: Cast) -> None:
    home = Browser()
    ask(home)
    home.get(newest_mail(MARIA).link)
    home.post("/sign-in/confirm")
    home.post("/sign-out")
    ask(home, "omar@example.com")
    assert SignIn.objects.get(email="omar@example.com").from_known_browser is False


def test_a_made_up_cookie_makes_no_browser_known(cast: Cast) -> None:
    browser = Browser()
    browser.cookies["known"] = "WyJhYmMiXQ:1abc:forged"
    ask(browser)
    assert SignIn.objects.get().from_known_browser is False
