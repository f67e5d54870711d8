"""A NUL in an address or a form is a miss or a mistake: PostgreSQL fails where it is asked for one."""

from typing import Any

import pytest
from django.test import Client as Browser

from sidegate.models import BookingRequest
from tests import factories
from tests.conftest import Cast

OFFICE, PORTAL = "/greenlawn/office", "/greenlawn"


@pytest.mark.parametrize(
    "path",
    ["requests/%00", "requests/%00/plan", "requests/K7Q%00", "settings/messages/%00/en"],
)
def test_no_request_of_the_office_has_one(office: Browser, path: str) -> None:
    assert office.get(f"{OFFICE}/{path}").status_code == 404


@pytest.mark.parametrize("press", ["approve", "decline", "undo"])
def test_nor_is_one_answered(office: Browser, press: str) -> None:
    assert office.post(f"{OFFICE}/requests/%00/{press}").status_code == 404


@pytest.mark.parametrize("path", ["requests/%00", "requests/new?usual=%00", "requests/new?after=%00"])
def test_no_request_of_the_portal_has_one(portal: Browser, path: str) -> None:
    assert portal.get(f"{PORTAL}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["requests?answered=%00", "requests/new?q=%00", "requests/new?client=%00"])
def test_the_pages_that_look_for_something_stand(office: Browser, path: str) -> None:
    assert office.get(f"{OFFICE}/{path}").status_code == 200


def test_a_form_whose_token_has_one_comes_back_with_what_was_typed(
    office: Browser, portal: Browser, cast: Cast
) -> None:
    typed = asked_for(cast)
    for browser, address in (
        (portal, f"{PORTAL}/requests/new"),
        (office, f"{OFFICE}/requests/new?client={cast.maria.pk}"),
    ):
        answer = browser.post(address, typed)
        assert answer.status_code == 422
        assert "The gate sticks" in answer.content.decode()
    assert not BookingRequest.objects.exists()


def asked_for(cast: Cast) -> dict[str, Any]:
    factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    day = cast.greenlawn.calendar().working_days_after(cast.greenlawn.today(), 3)
    return {
        "token": "one\x00token",
        "came_by": "call",
        "kind": "one_time",
        "property": str(cast.palm_court.pk),
        "service": str(cast.mowing.pk),
        "window_start": str(day),
        "window_end": str(day),
        "part_of_day": "any",
        "notes": "The gate sticks",
    }
