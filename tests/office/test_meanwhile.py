"""Two tabs, or two people, over one record: neither writes over what the other saved without having seen it."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client as Browser

from sidegate.models import Client, ClientService, MessageTemplate, Service
from tests import factories
from tests.conftest import Cast

from .reading import errors

OFFICE = "/greenlawn/office"


def typed_on(page: Any) -> dict[str, Any]:
    """The form as a browser sends it back untouched."""
    html = page.content.decode()
    fields: dict[str, Any] = {
        name: unescape(value)
        for name, value in re.findall(r'<input[^>]*? name="(\w+)"[^>]*? value="([^"]*)"', html)
        if name != "csrfmiddlewaretoken"
    }
    for name, inside in re.findall(r'<select[^>]*? name="(\w+)".*?>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        fields[name] = unescape(chosen[1]) if chosen else ""
    for name, inside in re.findall(r'<textarea[^>]*? name="(\w+)"[^>]*>(.*?)</textarea>', html, re.DOTALL):
        fields[name] = unescape(inside).removeprefix("\n").replace("\n", "\r\n")
    return fields


@pytest.fixture
def agreed(cast: Cast) -> ClientService:
    return factories.make_client_service(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, price_minor=9000
    )


def test_what_one_left_alone_stays_as_the_other_saved_it(
    office: Browser, cast: Cast, agreed: ClientService
) -> None:
    page = f"{OFFICE}/clients/{cast.maria.pk}/services/{agreed.pk}/edit"
    older = typed_on(office.get(page))
    office.post(page, typed_on(office.get(page)) | {"price": "101"})
    assert office.post(page, older | {"frequency": "monthly"}).status_code == 302
    agreed.refresh_from_db()
    assert (agreed.price_minor, agreed.frequency) == (10100, "monthly")


def test_what_both_changed_is_refused_once_with_both_values(
    office: Browser, cast: Cast, agreed: ClientService
) -> None:
    page = f"{OFFICE}/clients/{cast.maria.pk}/services/{agreed.pk}/edit"
    older = typed_on(office.get(page)) | {"price": "85"}
    office.post(page, typed_on(office.get(page)) | {"price": "101"})
    answer = office.post(page, older)
    assert answer.status_code == 422
    assert "Someone changed this meanwhile to “101”" in errors(answer)["price"]
    again = typed_on(answer)
    assert again["price"] == "85"
    agreed.refresh_from_db()
    assert agreed.price_minor == 10100
    assert office.post(page, again).status_code == 302
    agreed.refresh_from_db()
    assert agreed.price_minor == 8500


def test_notes_of_several_lines_and_ticks_are_left_alone_too(office: Browser, cast: Cast) -> None:
    page = f"{OFFICE}/clients/{cast.maria.pk}/edit"
    Client.objects.update(notes="Two dogs.\nOne cat.")
    older = typed_on(office.get(page))
    Client.objects.filter(pk=cast.maria.pk).update(notes="Three dogs.\nNo cat.", email_opted_out=True)
    office.post(page, older | {"phone": "(305) 555-0142"})
    stored = Client.objects.get(pk=cast.maria.pk)
    assert (stored.notes, stored.email_opted_out) == ("Three dogs.\nNo cat.", True)
    assert stored.phone == "+13055550142"


def test_the_words_of_a_message_are_not_written_over(office: Browser, cast: Cast) -> None:
    page = f"{OFFICE}/settings/messages/booking.approved/en"
    older = typed_on(office.get(page))
    office.post(page, typed_on(office.get(page)) | {"subject": "See you {date}!"})
    office.post(page, older | {"text": "Hi {client}, we come on {date}."})
    stored = MessageTemplate.objects.get()
    assert (stored.subject, stored.text) == ("See you {date}!", "Hi {client}, we come on {date}.")


@pytest.mark.parametrize("was", ["", "no json", "[]", '{"price_minor": 3}', json.dumps({"price": "95"})])
def test_a_form_that_carries_nothing_readable_is_taken_as_it_was_sent(
    office: Browser, cast: Cast, was: str
) -> None:
    page = f"{OFFICE}/services/{cast.mowing.pk}"
    typed = typed_on(office.get(page)) | {"was": was, "duration_minutes": "50"}
    assert office.post(page, typed).status_code == 302
    cast.mowing.refresh_from_db()
    assert cast.mowing.duration_minutes == 50


def test_what_both_changed_is_said_beside_every_other_mistake(
    office: Browser, cast: Cast, agreed: ClientService
) -> None:
    page = f"{OFFICE}/clients/{cast.maria.pk}/services/{agreed.pk}/edit"
    older = typed_on(office.get(page)) | {"price": "85", "start_date": "2026-02-30"}
    office.post(page, typed_on(office.get(page)) | {"price": "101"})
    answer = office.post(page, older)
    assert set(errors(answer)) == {"price", "start_date"}
    agreed.refresh_from_db()
    assert agreed.price_minor == 10100


def test_a_tick_that_both_changed_is_said_in_words(office: Browser, cast: Cast) -> None:
    page = f"{OFFICE}/services/{cast.mowing.pk}"
    Service.objects.update(category="Lawn")
    older = typed_on(office.get(page)) | {"category": "Garden"}
    Service.objects.update(category="")
    assert "“nothing”" in errors(office.post(page, older))["category"]
