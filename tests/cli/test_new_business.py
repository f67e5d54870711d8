"""`new-business` and `sign-in-link` print a link that lets its person in."""

import re

import pytest
from django.test import Client as Browser

from sidegate.cli import main
from sidegate.models import Business, SignIn
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def printed_link(told: str) -> str:
    found = re.search(r"^http://localhost:8000(/sign-in/\S+)$", told, re.MULTILINE)
    assert found, told
    return found[1]


def signs_in(link: str) -> str:
    """Opens the link as a person does; returns the address at which she ends."""
    browser = Browser()
    page = browser.get(link, follow=True)
    assert page.status_code == 200
    answer = browser.post("/sign-in/confirm", follow=True)
    return str(answer.redirect_chain[-1][0])


def test_a_new_business_and_its_owner_at_her_queue(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new-business", "Clear Gutters", "--owner", "rita@example.com"]) == 0
    told = capsys.readouterr().out
    assert "Clear Gutters is there: US, America/New_York, USD, en." in told
    assert signs_in(printed_link(told)) == "/clear-gutters/office/requests"


def test_without_a_name_it_prints_a_code_for_one_more_business(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new-business"]) == 0
    told = capsys.readouterr().out
    found = re.search(r"^Open http://localhost:8000/set-up and type the code (\S+)$", told, re.MULTILINE)
    assert found and "within 24 hours" in told
    browser = Browser()
    assert browser.post("/set-up", {"code": found[1]})["Location"] == "/set-up/business"
    assert browser.get("/set-up/business").status_code == 200
    assert Business.objects.count() == 2


def test_a_second_code_leaves_the_first_one_good(capsys: pytest.CaptureFixture[str]) -> None:
    main(["new-business"])
    main(["new-business"])
    codes = re.findall(r"code (\S+)$", capsys.readouterr().out, re.MULTILINE)
    assert [Browser().post("/set-up", {"code": code}).status_code for code in codes] == [302, 302]


def test_an_owner_without_a_business_is_half_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new-business", "--owner", "rita@example.com"]) == 1
    assert "Give the business's NAME as well, or neither" in capsys.readouterr().err


def test_a_code_needs_the_secret_key_that_pages_are_served_with(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SIDEGATE_SECRET_KEY")
    assert main(["new-business"]) == 1
    assert "SIDEGATE_SECRET_KEY must be set" in capsys.readouterr().err


def test_what_is_wrong_is_said_in_one_line_and_nothing_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new-business", "Clear Gutters", "--owner", "rita", "--country", "FM"]) == 1
    said = "sidegate new-business: rita is no email address. FM has several time zones; choose one.\n"
    assert capsys.readouterr().err == said
    assert not Business.objects.exists()


def test_a_link_for_someone_whom_no_mail_reaches_works_once(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sign-in-link", "Dana@Example.com"]) == 0
    link = printed_link(capsys.readouterr().out)
    assert signs_in(link) == "/greenlawn/office/requests"
    assert SignIn.objects.get().used_at is not None
    assert Browser().get(link, follow=True).status_code == 410


def test_someone_who_may_not_come_in_gets_no_link(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    cast.dana.is_active = False
    cast.dana.save()
    assert main(["sign-in-link", cast.dana.email]) == 1
    assert capsys.readouterr().err == "sidegate sign-in-link: dana@example.com may not sign in.\n"
