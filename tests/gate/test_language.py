"""Choosing the language of the pages."""

import pytest
from django.test import Client as Browser

from sidegate.actions.sign_in import direct_link
from sidegate.models import Client, User

from ..conftest import Cast


def test_her_choice_holds_on_every_device_and_for_this_browser(cast: Cast, office: Browser) -> None:
    answer = office.post("/language", {"language": "es", "next": "/greenlawn/office/requests"})
    assert answer["Location"] == "/greenlawn/office/requests"
    assert User.objects.get(pk=cast.dana.pk).language == "es"
    assert answer.cookies["language"].value == "es"
    assert office.get("/sign-out")["Content-Language"] == "es"


def test_before_signing_in_the_browser_remembers(cast: Cast) -> None:
    browser = Browser(headers={"Accept-Language": "en"})
    browser.post("/language", {"language": "es"})
    assert browser.get("/sign-in")["Content-Language"] == "es"


def test_without_a_choice_the_browsers_language_is_spoken_else_english(cast: Cast) -> None:
    assert Browser(headers={"Accept-Language": "es-MX,es;q=0.9"}).get("/sign-in")["Content-Language"] == "es"
    assert Browser(headers={"Accept-Language": "fr"}).get("/sign-in")["Content-Language"] == "en"


@pytest.mark.parametrize("typed", ["", "xx", "es\r\nSet-Cookie: a=b", "../es"])
def test_an_unknown_language_changes_nothing(cast: Cast, office: Browser, typed: str) -> None:
    answer = office.post("/language", {"language": typed, "next": "/greenlawn/office/requests"})
    assert (answer.status_code, "language" in answer.cookies) == (302, False)
    assert User.objects.get(pk=cast.dana.pk).language == "en"


def test_a_foreign_next_leads_home(cast: Cast) -> None:
    assert Browser().post("/language", {"language": "es", "next": "//evil.test"})["Location"] == "/"


def test_a_client_nobody_asked_gets_her_mail_in_it_too(cast: Cast, portal: Browser) -> None:
    Client.objects.filter(pk=cast.maria.pk).update(language="")
    portal.post("/language", {"language": "es"})
    assert Client.objects.get(pk=cast.maria.pk).language == "es"
    portal.post("/language", {"language": "en"})
    assert Client.objects.get(pk=cast.maria.pk).language == "es"
    assert Client.objects.get(pk=cast.omar.pk).language == "en"


def test_looking_at_the_address_changes_nothing(cast: Cast, office: Browser) -> None:
    assert office.get("/language?language=es").status_code == 405


def test_signing_in_teaches_the_browser_her_language(cast: Cast) -> None:
    browser = Browser(headers={"Accept-Language": "en"})
    browser.get(direct_link(cast.maria_user).removeprefix("http://localhost:8000"))
    browser.post("/sign-in/confirm")
    assert browser.get("/no/such/page/at-all")["Content-Language"] == "es"
