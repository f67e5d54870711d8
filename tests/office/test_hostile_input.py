"""No input makes a fault: every record form and search, with what nobody should type (T34, T38)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from tests import factories
from tests.conftest import Cast

OFFICE = "/greenlawn/office"
HOSTILE = [
    "\x00", "\u202e\u2066", "x" * 30_000, "<script>alert(1)</script>", "'\"; DROP TABLE", "-1", "1e400", "٣٤",
    "99999999999999999999", "0001-01-01", "9999-12-31", "2026-13-45", "{{7*7}}{% load %}", "{client.__class__}",
    "\ud83d\ude00", "NaN", "../../etc/passwd", "\r\nBcc: a@b.test", "on", "[]", "%00",
    "00000000-0000-0000-0000-000000000000",
]  # fmt: skip


# Enough for every field of every form: each of the others is of one of these kinds.
KINDS = [
    "\x00",
    "x" * 30_000,
    "<script>alert(1)</script>",
    "-1",
    "99999999999999999999",
    "0001-01-01",
    "9999-12-31",
]


def forms(cast: Cast) -> list[str]:
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    visit = factories.make_visit(client_service=agreed, date=cast.greenlawn.today() + timedelta(days=1))
    client, agreement = f"clients/{cast.maria.pk}", f"clients/{cast.maria.pk}/services/{agreed.pk}"
    return [
        "clients/new", f"{client}/edit", f"{client}/people/new", f"{client}/addresses/new",
        f"{client}/addresses/{cast.palm_court.pk}", f"{client}/services/new?service={cast.mowing.pk}",
        f"{agreement}/edit", f"{agreement}/visits/new", f"visits/{visit.pk}/change", "services/new",
        f"services/{cast.mowing.pk}", "settings/business", "settings/days", "settings/days/close",
        "settings/requests", "settings/colour", "settings/messages/visit.moved/es",
        f"{agreement}/pause", f"visits/{visit.pk}/cancel",
    ]  # fmt: skip


def filled_in(page: str) -> dict[str, Any]:
    """The form's fields with what stands in them, so that it would be taken but for one of them."""
    main = page[page.index("<main") :]
    values = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', main))
    values |= dict.fromkeys(re.findall(r'<textarea[^>]* name="(\w+)"', main), "Hello")
    for name, options in re.findall(r'<select[^>]* name="(\w+)".*?>(.*?)</select>', main, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        values[name] = chosen[1] if chosen else ""
    usual = {
        "name": "Rosa",
        "name_en": "Gutters",
        "email": "rosa@example.com",
        "address": "5 Elm Street",
        "price": "9",
    }
    filled = {name: value or usual.get(name, "") for name, value in values.items()}
    return {name: value for name, value in filled.items() if name != "csrfmiddlewaretoken"}


@pytest.mark.parametrize("hostile", KINDS, ids=range(len(KINDS)))
def test_no_field_of_any_form_makes_a_fault(office: Browser, cast: Cast, hostile: str) -> None:
    office.raise_request_exception = False
    faults = []
    for path in forms(cast):
        page = office.get(f"{OFFICE}/{path}")
        assert page.status_code == 200, path
        known = filled_in(page.content.decode())
        for name in known:
            answer = office.post(f"{OFFICE}/{path}", {**known, name: hostile}, follow=True)
            if answer.status_code >= 500 or b"<script>alert" in answer.content:
                faults.append((path, name, answer.status_code))
    assert faults == []


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_no_address_makes_a_fault(office: Browser, cast: Cast, hostile: str) -> None:
    office.raise_request_exception = False
    hostile = hostile.encode("utf-16", "surrogatepass").decode("utf-16")
    asked = dict.fromkeys(("q", "show", "after", "before", "date", "service", "property", "next"), hostile)
    pages = ("clients", "services", "schedule", "messages", f"clients/{cast.maria.pk}/services/new")
    answers = {page: office.get(f"{OFFICE}/{page}", asked).status_code for page in pages}
    assert all(status in (200, 404) for status in answers.values()), answers
