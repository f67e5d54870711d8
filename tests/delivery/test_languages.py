"""Whoever presses the button: each mail is in its reader's language from subject to weekday (FIELD bugs 18, 19)."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from django.utils import translation

from sidegate.actions.booking_requests import (
    Ask,
    approve_booking_request,
    decline_booking_request,
    submit_booking_request,
)
from sidegate.delivery.worker import deliver_due
from sidegate.models import BookingRequest, Business, Client, User
from sidegate.wording import dates
from sidegate.wording.languages import LANGUAGES
from sidegate.wording.money import money
from tests.conftest import Cast

from .sink import Sink, part

SERVICE = {"en": "Mowing", "es": "Corte de césped"}
GREETING = {"en": "Hi Maria,", "es": "Hola, Maria:"}
LABELS = {
    "en": {"What", "When", "Where", "Price", "You asked for", "Kind", "Answer by", "Price shown"},
    "es": {
        "Servicio",
        "Cuándo",
        "Dónde",
        "Precio",
        "Usted pidió",
        "Tipo",
        "Responder hasta",
        "Precio mostrado",
    },
}
NAMES_OF_DAYS = {
    "en": r"\b(Mon|Tue|Wed|Thu|Fri|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b",
    "es": r"\b(lunes|martes|miércoles|jueves|viernes|enero|febrero|marzo|abril|junio|julio|agosto|\w+embre|octubre)\b",
}


def other(language: str) -> str:
    return "es" if language == "en" else "en"


def is_wholly_in(language: str, mail: EmailMessage) -> None:
    """Service, labels, names of days and months: this language's are there, the other's are not."""
    text = part(mail, "plain")
    labels = set(re.findall(r"^([^:\n>]+): ", text, re.MULTILINE))
    assert labels & LABELS[language]
    assert not labels & LABELS[other(language)]
    assert SERVICE[language].lower() in text.lower()
    assert SERVICE[other(language)].lower() not in (str(mail["Subject"]) + text).lower()
    assert re.search(NAMES_OF_DAYS[language], text)
    assert not re.search(NAMES_OF_DAYS[other(language)], str(mail["Subject"]) + text)
    assert mail["Content-Language"] == language
    assert f'<html lang="{language}">' in part(mail, "html")


def ask(cast: Cast, day: date) -> BookingRequest:
    asked = Ask(
        kind="one_time",
        property_id=cast.palm_court.pk,
        service_id=cast.mowing.pk,
        window_start=day,
        window_end=day + timedelta(days=2),
    )
    return submit_booking_request(
        business=cast.greenlawn, client=cast.maria, by=cast.maria_user, ask=asked, token=str(day)
    ).booking_request


def mail_to(sink: Sink, address: str) -> EmailMessage:
    [mail] = [mail for mail in sink.mails if address in str(mail["To"])]
    return mail


@pytest.fixture
def monday(cast: Cast) -> date:
    return cast.greenlawn.today() + timedelta(days=7 - cast.greenlawn.today().weekday())


def set_languages(cast: Cast, *, owner: str, client: str) -> str:
    """Returns the language that Maria is really written to in."""
    User.objects.filter(pk=cast.dana.pk).update(language=owner)
    Client.objects.filter(pk=cast.maria.pk).update(language=client)
    Business.objects.filter(pk=cast.greenlawn.pk).update(default_language="es")
    for row in (cast.dana, cast.maria, cast.greenlawn):
        row.refresh_from_db()
    return client or "es"


@pytest.mark.parametrize("client", [*LANGUAGES, ""])
@pytest.mark.parametrize("owner", LANGUAGES)
def test_the_request_is_read_by_each_in_her_own_language(
    cast: Cast, sink: Sink, monday: date, owner: str, client: str
) -> None:
    read = set_languages(cast, owner=owner, client=client)
    with translation.override(other(read)):
        ask(cast, monday)
        deliver_due()
        assert translation.get_language() == other(read)
    to_maria, to_dana = mail_to(sink, "maria@"), mail_to(sink, "dana@")
    is_wholly_in(read, to_maria)
    is_wholly_in(owner, to_dana)
    assert GREETING[read] in part(to_maria, "plain")
    assert SERVICE[read] in to_maria["Subject"]
    assert money(9500, "USD", read, "US") in part(to_maria, "plain")


@pytest.mark.parametrize("client", [*LANGUAGES, ""])
@pytest.mark.parametrize("owner", LANGUAGES)
@pytest.mark.parametrize("act", [approve_booking_request, decline_booking_request])
def test_the_answer_is_read_in_the_clients_language_whoever_gave_it(
    cast: Cast, sink: Sink, monday: date, owner: str, client: str, act: Callable[..., object]
) -> None:
    read = set_languages(cast, owner=owner, client=client)
    booking_request = ask(cast, monday)
    deliver_due()
    sink.raw.clear()
    with translation.override(owner):
        act(booking_request, by=cast.dana)
        deliver_due()
        assert translation.get_language() == owner
    [mail] = sink.mails
    is_wholly_in(read, mail)
    assert GREETING[read] in part(mail, "plain")
    if act is approve_booking_request:
        assert dates.day(monday, read, "US", today=cast.greenlawn.today()) in mail["Subject"]
        assert money(9500, "USD", read, "US") in part(mail, "plain")


def test_a_reason_stays_as_it_was_typed_and_none_leaves_no_trace(
    cast: Cast, sink: Sink, monday: date
) -> None:
    for day, reason in (
        (monday, "The mower is in the <shop> & won't be back."),
        (monday + timedelta(days=1), ""),
    ):
        booking_request = ask(cast, day)
        deliver_due()
        sink.raw.clear()
        decline_booking_request(booking_request, by=cast.dana, reason=reason)
        deliver_due()
        [mail] = sink.mails
        text, html = part(mail, "plain"), part(mail, "html")
        assert ("Este es el motivo:" in text, ">" in text) == (bool(reason), bool(reason))
        assert ("Este es el motivo:" in html) == bool(reason)
        assert reason in text
    assert "cancel" not in text.lower()
