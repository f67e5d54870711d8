"""What happens around every page: whoever has to sign in first loses nothing, and no log holds a way in."""

import json
import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from sidegate.models import BookingRequest
from sidegate.web.logs import JsonLines

from ..conftest import Cast

QUEUE = "/greenlawn/office/requests"
NEW = "/greenlawn/requests/new"
OURS = {"Origin": "http://testserver"}


def test_whoever_is_not_signed_in_comes_back_to_the_page_she_wanted(cast: Cast) -> None:
    assert Browser().get(f"{QUEUE}?show=issues")["Location"] == f"/sign-in?next={QUEUE}%3Fshow%3Dissues"


def test_a_part_of_a_page_moves_the_whole_page_to_the_sign_in(cast: Cast) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{QUEUE}"}
    path = reverse("office:approve", kwargs={"business": "greenlawn", "reference": "K7Q-2MX"})
    answer = Browser().post(path, headers=headers)
    assert (answer.status_code, answer["HX-Redirect"]) == (200, f"/sign-in?next={QUEUE}")


def test_a_press_after_the_session_ended_leads_back_to_the_page_of_the_button(cast: Cast) -> None:
    path = reverse("office:approve", kwargs={"business": "greenlawn", "reference": "K7Q-2MX"})
    answer = Browser().post(path, headers={"Referer": f"http://testserver{QUEUE}"})
    assert answer["Location"] == f"/sign-in?next={QUEUE}"


def test_a_form_sent_after_the_session_ended_keeps_what_was_typed(cast: Cast) -> None:
    typed = {"notes": "Tall grass <b>", "photos": SimpleUploadedFile("a.jpg", b"x")}
    answer = Browser().post(NEW, typed, headers=OURS)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert 'name="notes" value="Tall grass &lt;b&gt;"' in page
    assert f'action="{NEW}"' in page
    assert "photos have to be chosen again" in page
    assert 'href="/sign-in"' in page
    assert not BookingRequest.objects.exists()


def test_a_foreign_form_keeps_nothing(cast: Cast) -> None:
    answer = Browser().post(NEW, {"notes": "x"}, headers={"Origin": "https://evil.test"})
    assert answer["Location"].startswith("/sign-in?next=")


def test_t27_the_log_names_the_route_and_never_the_token(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    token = "AbCd-_" * 8
    with caplog.at_level(logging.INFO, "sidegate.requests"):
        Browser().get(f"/sign-in/{token}")
    line = json.loads(JsonLines().format(caplog.records[-1]))
    assert (line["route"], line["status"]) == ("sign-in/<str:token>", 302)
    assert token not in json.dumps(line)


def test_t27_djangos_own_lines_are_cleaned_of_the_token_too() -> None:
    token = "AbCd-_" * 8
    record = logging.LogRecord("django.request", 40, "", 0, "Server Error: %s", (f"/sign-in/{token}",), None)
    assert json.loads(JsonLines().format(record))["message"] == "Server Error: /sign-in/…"


def test_a_line_break_in_what_is_logged_makes_no_second_line() -> None:
    record = logging.LogRecord("sidegate", 20, "", 0, "a\n{%s}", ("b\r\nc",), None)
    assert "\n" not in JsonLines().format(record)
