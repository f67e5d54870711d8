"""A client whom no mail reaches is told by hand: the ready text stands there, and that it was said is kept."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client as Browser

from sidegate.models import BookingRequest, Business, Client, Event, Message, User
from sidegate.models.identity import uuid7
from tests import factories
from tests.conftest import Cast

from .reading import main

pytestmark = pytest.mark.django_db(transaction=True)

OFFICE = "/greenlawn/office"


@pytest.fixture
def asked(cast: Cast) -> BookingRequest:
    """Omar has a phone and no email; there is a minute to undo."""
    Business.objects.filter(pk=cast.greenlawn.pk).update(undo_seconds=60, phone="(305) 555-0100")
    Client.objects.filter(pk=cast.omar.pk).update(email="", phone="+13055550142", language="es")
    return factories.make_booking_request(client=cast.omar, property=cast.cedar_row, service=cast.mowing)


def press(office: Browser, address: str, **typed: str) -> Any:
    """A press by htmx on the queue."""
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{OFFICE}/requests"}
    return office.post(address, typed, headers=headers)


def approve(office: Browser, asked: BookingRequest) -> Any:
    return press(office, f"{OFFICE}/requests/{asked.reference}/approve")


def hrefs(answer: Any) -> dict[str, str]:
    found = re.findall(r'<a class="button" href="(sms|https://wa\.me|tel)([^"]*)"', answer.content.decode())
    return {kind: rest.replace("&amp;", "&") for kind, rest in found}


def test_after_approving_the_ready_text_stands_on_the_card_in_the_clients_language(
    office: Browser, asked: BookingRequest
) -> None:
    card = approve(office, asked)
    assert "Omar has no email: you tell them." in main_of(card)
    text = re.search(
        r'<p class="quote telling-text"[^>]*lang="es"[^>]*>(.*?)</p>', card.content.decode(), re.S
    )
    assert text
    assert text[1].startswith("Hola, Omar:")
    assert "Corte de césped" in text[1]
    assert "$95" in text[1]
    assert text[1].endswith("Greenlawn · (305) 555-0100")
    assert "http" not in text[1]
    assert "correo" not in text[1]


def main_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_text_whatsapp_and_call_open_with_the_text(office: Browser, asked: BookingRequest) -> None:
    links = hrefs(approve(office, asked))
    assert set(links) == {"sms", "https://wa.me", "tel"}
    assert links["sms"].startswith(":+13055550142?&body=")
    assert unquote(links["sms"]).startswith(":+13055550142?&body=Hola, Omar:\n")
    assert links["https://wa.me"].startswith("/13055550142?text=")
    assert links["tel"] == ":+13055550142"


def test_a_declined_one_is_told_with_the_reason(office: Browser, asked: BookingRequest) -> None:
    card = press(office, f"{OFFICE}/requests/{asked.reference}/decline", reason="Estamos completos.")
    assert "Estamos completos." in main_of(card)
    assert "¿Le convienen otras fechas?" in main_of(card)
    assert "todo lo que nos contó sigue ahí" not in main_of(card)


def test_told_is_kept_and_ends_the_undoing(office: Browser, asked: BookingRequest, cast: Cast) -> None:
    approve(office, asked)
    message = Message.objects.get(recipient=f"client:{cast.omar.pk}")
    card = press(office, f"{OFFICE}/messages/{message.pk}/told")
    assert "Told by hand" in main_of(card)
    assert "I told them" not in main_of(card)
    assert "Undo" not in main_of(card)
    assert Event.objects.get(verb="told").actor == cast.dana
    refused = press(office, f"{OFFICE}/requests/{asked.reference}/undo")
    assert refused.status_code == 409
    asked.refresh_from_db()
    assert asked.status == "approved"


def test_told_twice_is_kept_once(office: Browser, asked: BookingRequest, cast: Cast) -> None:
    approve(office, asked)
    message = Message.objects.get(recipient=f"client:{cast.omar.pk}")
    press(office, f"{OFFICE}/messages/{message.pk}/told")
    assert press(office, f"{OFFICE}/messages/{message.pk}/told").status_code == 409
    assert Event.objects.filter(verb="told").count() == 1


def test_undone_before_it_was_told_nothing_is_left_to_tell(office: Browser, asked: BookingRequest) -> None:
    approve(office, asked)
    card = press(office, f"{OFFICE}/requests/{asked.reference}/undo")
    assert "I told them" not in main_of(card)
    assert not Message.objects.filter(status="not_sendable", key="booking.approved").exists()


@pytest.mark.parametrize("with_script", [True, False])
def test_told_beside_an_answer_that_was_undone_in_another_tab(
    office: Browser, asked: BookingRequest, cast: Cast, with_script: bool
) -> None:
    """Its message is gone; the request stands there as it is by now, and the sentence says why."""
    shown = approve(office, asked).content.decode()
    _before, _mark, form = shown.partition(f"{OFFICE}/messages/")
    fields = dict(re.findall(r'name="(next|reference)" value="([^"]*)"', form))
    there = f"{OFFICE}/messages/{Message.objects.get(recipient=f'client:{cast.omar.pk}').pk}/told"
    press(office, f"{OFFICE}/requests/{asked.reference}/undo")
    answer = press(office, there, **fields) if with_script else office.post(there, fields)
    assert answer.status_code == 409
    assert "Nothing was noted: the answer was taken back meanwhile." in main_of(answer)
    assert 'data-test="approval-plan"' in answer.content.decode()
    assert not Event.objects.filter(verb="told").exists()


@pytest.mark.parametrize("reference", ["", "AAA-AAA", "\x00", "x" * 5000])
def test_told_of_what_is_not_there_is_a_miss(office: Browser, cast: Cast, reference: str) -> None:
    there = f"{OFFICE}/messages/{uuid7()}/told"
    assert press(office, there, reference=reference).status_code == 404


def test_another_businesss_message_is_not_told_beside_its_request(
    office: Browser, asked: BookingRequest, cast: Cast, signed_in: Callable[[User], Browser]
) -> None:
    approve(office, asked)
    message = Message.objects.get(recipient=f"client:{cast.omar.pk}")
    there = f"/bluepool/office/messages/{message.pk}/told"
    assert signed_in(cast.bea).post(there, {"reference": asked.reference}).status_code == 404
    assert not Event.objects.filter(verb="told").exists()


def test_the_requests_own_page_and_the_messages_offer_the_same(
    office: Browser, asked: BookingRequest, cast: Cast
) -> None:
    approve(office, asked)
    message = Message.objects.get(recipient=f"client:{cast.omar.pk}")
    page = office.get(f"{OFFICE}/requests/{asked.reference}")
    letter = office.get(f"{OFFICE}/messages/{message.pk}")
    assert hrefs(page) == hrefs(letter) != {}
    answer = office.post(
        f"{OFFICE}/messages/{message.pk}/told", {"next": f"{OFFICE}/requests/{asked.reference}"}, follow=True
    )
    assert "Told by hand" in main(answer)


def test_without_a_number_only_the_text_stands_there(
    office: Browser, asked: BookingRequest, cast: Cast
) -> None:
    Client.objects.filter(pk=cast.omar.pk).update(phone="")
    card = approve(office, asked)
    assert hrefs(card) == {}
    assert "Hola, Omar:" in main_of(card)
    assert "I told them" in main_of(card)


def test_who_gets_mail_is_not_told_by_hand(office: Browser, cast: Cast) -> None:
    asked = factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    assert "I told them" not in main_of(approve(office, asked))
