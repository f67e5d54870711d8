"""Settings through the office's pages: for owners; every mistake a sentence, every change shown."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client as Browser

from sidegate.actions.visits import extend_schedules, put_on_schedule
from sidegate.models import Business, Message, MessageTemplate, User
from tests import factories
from tests.conftest import Cast

from .reading import errors, main

SETTINGS = "/greenlawn/office/settings"
BUSINESS = {
    "name": "Greenlawn & Sons",
    "phone": "(305) 555-0142",
    "email": "hello@greenlawn.example",
    "default_language": "es",
    "country": "MX",
    "time_zone": "America/Mexico_City",
    "currency": "USD",
}
REQUESTS = {"reply_promise_days": "2", "lead_days": "1", "undo_seconds": "30"}
PAGES = [
    "",
    "/business",
    "/days",
    "/schedule",
    "/days/close",
    "/requests",
    "/colour",
    "/messages",
    "/messages/visit.moved/es",
]


def stored(cast: Cast) -> Business:
    return Business.objects.get(pk=cast.greenlawn.pk)


@pytest.mark.parametrize("page", PAGES)
def test_staff_are_told_that_settings_are_for_owners(
    cast: Cast, signed_in: Callable[[User], Browser], page: str
) -> None:
    theo = signed_in(factories.make_member(business=cast.greenlawn, role="staff", name="Theo Park").user)
    answer = theo.get(SETTINGS + page)
    assert answer.status_code == 403
    assert "This is for the owners of Greenlawn." in answer.content.decode()


@pytest.mark.parametrize("act", ["/business", "/mail/hold", "/mail/release", "/days/reopen"])
def test_staff_change_nothing(cast: Cast, signed_in: Callable[[User], Browser], act: str) -> None:
    theo = signed_in(factories.make_member(business=cast.greenlawn, role="staff", name="Theo Park").user)
    before = Business.objects.filter(pk=cast.greenlawn.pk).values().get()
    assert theo.post(SETTINGS + act, BUSINESS).status_code == 403
    assert Business.objects.filter(pk=cast.greenlawn.pk).values().get() == before


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_in_both_languages(office: Browser, cast: Cast, page: str) -> None:
    assert office.get(SETTINGS + page).status_code == 200
    cast.dana.language = "es"
    cast.dana.save()
    assert office.get(SETTINGS + page).status_code == 200


def test_the_business_is_changed(office: Browser, cast: Cast) -> None:
    assert "Saved." in main(office.post(f"{SETTINGS}/business", BUSINESS, follow=True))
    now = stored(cast)
    assert (now.name, now.country, now.time_zone, now.default_language, now.phone) == (
        "Greenlawn & Sons",
        "MX",
        "America/Mexico_City",
        "es",
        "(305) 555-0142",
    )


def test_the_currency_stays_once_something_has_a_price(office: Browser, cast: Cast) -> None:
    assert "It stays: something has a price already." in main(office.get(f"{SETTINGS}/business"))
    office.post(f"{SETTINGS}/business", {**BUSINESS, "currency": "EUR"})
    assert stored(cast).currency == "USD"


@pytest.mark.parametrize(
    ("page", "typed", "field"),
    [
        ("business", {**BUSINESS, "name": ""}, "name"),
        ("business", {**BUSINESS, "country": "XX"}, "country"),
        ("business", {**BUSINESS, "time_zone": "Mars/Olympus"}, "time_zone"),
        ("business", {**BUSINESS, "default_language": "fr"}, "default_language"),
        ("business", {**BUSINESS, "phone": "none"}, "phone"),
        ("requests", {**REQUESTS, "lead_days": "61"}, "lead_days"),
        ("requests", {**REQUESTS, "undo_seconds": "-1"}, "undo_seconds"),
        ("requests", {**REQUESTS, "reply_promise_days": ""}, "reply_promise_days"),
        ("days", {}, "working_days"),
        ("days", {"working_days": ["0", "7"]}, "working_days"),
        ("days/close", {"first": ""}, "first"),
        ("days/close", {"first": "0001-01-01"}, "first"),
        ("days/close", {"first": "2026-12-24", "last": "2026-12-23"}, "last"),
        ("colour", {"accent": "green"}, "accent"),
    ],
)
def test_a_mistake_is_a_sentence_at_its_field(
    office: Browser, cast: Cast, page: str, typed: dict[str, str], field: str
) -> None:
    before = Business.objects.filter(pk=cast.greenlawn.pk).values().get()
    answer = office.post(f"{SETTINGS}/{page}", typed)
    assert (answer.status_code, set(errors(answer))) == (422, {field})
    assert Business.objects.filter(pk=cast.greenlawn.pk).values().get() == before


def test_looking_further_ahead_the_worker_makes_more_visits(office: Browser, cast: Cast) -> None:
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    put_on_schedule(agreed, by=cast.dana)
    assert agreed.visits.count() == 4
    assert office.post(f"{SETTINGS}/schedule", {"horizon_weeks": "8"}).status_code == 302
    extend_schedules()
    assert agreed.visits.count() == 8
    assert "8 weeks ahead" in main(office.get(SETTINGS))
    assert set(errors(office.post(f"{SETTINGS}/schedule", {"horizon_weeks": "27"}))) == {"horizon_weeks"}


def test_promises_are_changed(office: Browser, cast: Cast) -> None:
    office.post(f"{SETTINGS}/requests", REQUESTS)
    now = stored(cast)
    assert (now.reply_promise_days, now.lead_days, now.undo_seconds, now.shows_prices) == (2, 1, 30, False)
    assert "An answer within 2 working days" in main(office.get(SETTINGS))


def test_working_days_are_chosen(office: Browser, cast: Cast) -> None:
    office.post(f"{SETTINGS}/days", {"working_days": ["5", "1", "0"]})
    assert stored(cast).working_days == [0, 1, 5]
    assert "Mon, Tue, Sat" in main(office.get(SETTINGS))


def test_closed_days_are_added_with_the_visits_on_them_and_taken_back(office: Browser, cast: Cast) -> None:
    holiday = cast.greenlawn.today() + timedelta(days=20)
    agreed = factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    factories.make_visit(client_service=agreed, date=holiday)
    factories.make_visit(client_service=agreed, date=holiday, status="cancelled")
    answer = office.post(f"{SETTINGS}/days/close", {"first": str(holiday), "last": ""}, follow=True)
    assert "1 visit stands on those days" in main(answer)
    assert stored(cast).closed_dates == [str(holiday)]
    office.post(f"{SETTINGS}/days/reopen", {"day": str(holiday)})
    office.post(f"{SETTINGS}/days/reopen", {"day": "nonsense"})
    assert stored(cast).closed_dates == []


def test_a_colour_too_pale_is_taken_and_said_to_be_shown_darker(office: Browser, cast: Cast) -> None:
    office.post(f"{SETTINGS}/colour", {"accent": "#FFEE88"})
    assert stored(cast).accent == "#ffee88"
    assert "so a darker shade of it is shown there" in main(office.get(f"{SETTINGS}/colour"))


def test_mail_is_held_and_released(office: Browser, cast: Cast) -> None:
    office.post(f"{SETTINGS}/mail/hold")
    assert stored(cast).holds_mail
    Message.objects.create(
        business=cast.greenlawn,
        key="visit.moved",
        status="held",
        language="es",
        message_id="m",
        recipient="x",
    )
    assert "1 message waits." in main(office.get(SETTINGS))
    answer = office.post(f"{SETTINGS}/mail/release", follow=True)
    assert "Mail leaves again, and with it 1 message that waited." in main(answer)
    assert (stored(cast).holds_mail, Message.objects.get().status) == (False, "queued")


def test_the_built_in_words_stand_there_with_an_example(office: Browser, cast: Cast) -> None:
    page = main(office.get(f"{SETTINGS}/messages/visit.moved/en"))
    assert "Your visit moves to {date}" in office.get(f"{SETTINGS}/messages/visit.moved/en").content.decode()
    assert "Hi Maria," in page
    assert "{old_date}" in page


def test_own_words_are_stored_for_one_language_and_given_up(office: Browser, cast: Cast) -> None:
    address = f"{SETTINGS}/messages/visit.moved/es"
    office.post(address, {"subject": "Otro día: {date}", "text": "Hola, {client}:\r\nvamos el {date}."})
    own = MessageTemplate.objects.get()
    assert (own.business, own.language, own.text) == (
        cast.greenlawn,
        "es",
        "Hola, {client}:\nvamos el {date}.",
    )
    assert "Otro día: " in main(office.get(address))
    assert re.search(r"Spanish ·.*yours", main(office.get(f"{SETTINGS}/messages")))
    office.post(f"{address}/reset")
    assert not MessageTemplate.objects.exists()


@pytest.mark.parametrize("text", ["{unknown}", "{client.password}", "{0}", "{client!r}", "", "x" * 20_001])
def test_words_that_could_not_be_filled_in_are_refused_and_kept_on_the_page(
    office: Browser, cast: Cast, text: str
) -> None:
    answer = office.post(f"{SETTINGS}/messages/visit.moved/es", {"subject": "Mi asunto", "text": text})
    assert (answer.status_code, set(errors(answer))) == (422, {"text"})
    assert "Mi asunto" in answer.content.decode()
    assert not MessageTemplate.objects.exists()


def test_a_preview_stores_nothing(office: Browser, cast: Cast) -> None:
    typed = {"subject": "Nuevo día", "text": "Hola, {client}: {{7*7}} <b>", "then": "preview"}
    page = office.post(f"{SETTINGS}/messages/visit.moved/es", typed)
    assert "Hola, Maria: {{7*7}} <b>" in main(page)
    assert "&lt;b&gt;" in page.content.decode()
    assert not MessageTemplate.objects.exists()


@pytest.mark.parametrize("name", ["sign_in/es", "booking.nothing/es", "visit.moved/xx"])
def test_there_are_no_words_for_what_is_not_the_businesss(office: Browser, cast: Cast, name: str) -> None:
    assert office.get(f"{SETTINGS}/messages/{name}").status_code == 404
    assert office.post(f"{SETTINGS}/messages/{name}/reset").status_code == 404
