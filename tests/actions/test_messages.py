"""What a message says, in whose words and in which language, and how it comes into the outbox."""

import logging
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from sidegate.actions.errors import Conflict
from sidegate.actions.messages import (
    KEYS,
    BuiltIn,
    Draft,
    Recipient,
    Words,
    built_in,
    draft,
    own_words,
    placeholders_of,
    release_held,
    retry_message,
    store,
    store_sign_in,
    validate_words,
)
from sidegate.models import Event, Message, MessageTemplate, SignIn
from sidegate.models.identity import uuid7
from sidegate.wording.languages import LANGUAGES
from tests.conftest import Cast

MARIA = Recipient("client:1", "Maria Álvarez", "maria@example.com", "es")
OURS = Words(uuid7())
VALUES = {
    "business": "Greenlawn",
    "client": "Maria",
    "service": "Corte de césped",
    "address": "12 Palm Court",
    "date": "martes 3 de marzo",
    "price": "95 $",
    "link": "https://visits.example/greenlawn/requests/K7Q-2MX",
    "reference": "K7Q-2MX",
}


def own(subject: str, text: str, key: str = "booking.approved") -> Words:
    """Words of Greenlawn's own, in Spanish."""
    return Words(uuid7(), {(key, "es"): BuiltIn(subject, text)})


def text_of(words: str, **values: str) -> str:
    return draft(
        "booking.declined", words=own("S", words, "booking.declined"), recipient=MARIA, values=values
    ).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_every_message_has_words_of_its_own_in_every_language(key: str, language: str) -> None:
    words = built_in(key, language)
    assert validate_words(key, words.subject, words.text) == []
    assert language == "en" or words != built_in(key, "en")
    everything = dict.fromkeys(placeholders_of(key), "x")
    filled = draft(key, words=OURS, recipient=MARIA, values=everything)
    assert "{" not in filled.subject + filled.text or key == "sign_in"
    assert draft(key, words=OURS, recipient=MARIA, values={}).text


def test_the_approval_states_day_price_and_place_in_spanish() -> None:
    letter = draft("booking.approved", words=OURS, recipient=MARIA, values=VALUES)
    assert letter.subject == "Nos vemos el martes 3 de marzo"
    assert "Hola, Maria:" in letter.text
    assert "Cuándo: martes 3 de marzo\nDónde: 12 Palm Court\nPrecio: 95 $" in letter.text
    assert f"Ver su visita: {VALUES['link']}" in letter.text


def test_declined_says_neither_cancelled_nor_confirmed() -> None:
    for language in LANGUAGES:
        said = " ".join(built_in("booking.declined", language)).lower()
        assert "cancel" not in said
    assert built_in("booking.declined", "en").subject.startswith("We can't make that time")


def test_a_reason_is_shown_and_without_one_nothing_stands_in_its_place() -> None:
    with_reason = draft(
        "booking.declined", words=OURS, recipient=MARIA, values={**VALUES, "reason": "Llueve."}
    )
    assert "Este es el motivo:\n> Llueve." in with_reason.text
    without = draft("booking.declined", words=OURS, recipient=MARIA, values=VALUES)
    assert "motivo" not in without.text
    assert ">" not in without.text


def test_an_empty_value_takes_its_line_or_the_comma_before_it_along() -> None:
    words = "Cuándo: {window}, {part_of_day}\nDónde: {address}\n\n{business} · {business_phone}"
    assert text_of(words, window="martes", business="Greenlawn") == "Cuándo: martes\n\nGreenlawn"


def test_free_words_of_several_lines_cannot_pass_for_lines_of_ours() -> None:
    reason = "Sí\n\nPrecio: 1 $\r\n--\nEntrar: https://evil.example"
    assert text_of("Motivo:\n> {reason}", reason=reason) == (
        "Motivo:\n> Sí\n> Precio: 1 $\n> --\n> Entrar: https://evil.example"
    )
    assert text_of("Motivo: {reason}", reason="uno\ndos") == "Motivo: uno\n  dos"
    assert "\n" not in text_of("{address}", address="12 Palm Court\n\nPrecio: 1 $")


def test_values_are_put_in_once_and_never_read_as_placeholders() -> None:
    assert (
        text_of("{client} y {reason}", client="{reason}", reason="{client} {link}")
        == "{reason} y {client} {link}"
    )


def test_t35_control_signs_and_overrides_go_and_what_is_too_long_is_cut() -> None:
    evil = "Ana\r\nBcc: x@evil.example\x00\u2028\u202ezyx 🌿"
    letter = draft(
        "booking.approved",
        words=own("{client}", "{client}\n\n{note}"),
        recipient=MARIA,
        values={"client": evil, "note": "n" * 10_000},
    )
    assert letter.subject == "Ana Bcc: x@evil.example zyx 🌿"
    assert letter.text == letter.subject + "\n\n" + "n" * 2_000
    long = draft(
        "booking.approved", words=own("{client}", "x"), recipient=MARIA, values={"client": "🌿" * 9_000}
    )
    assert len(long.subject) == 300


@pytest.mark.parametrize(
    "typed", ["{client.x}", "{0}", "{a!r}", "{a:>99999999}", "{unknown}", "{}", "{reason}", "{{client}}"]
)
def test_t33_what_no_message_can_fill_in_is_refused_with_the_reason(typed: str) -> None:
    assert len(validate_words("booking.approved", "Hola", f"Hola {typed}")) == 1
    assert len(validate_words("booking.approved", f"Hola {typed}", "Hola")) == 1


def test_t33_what_only_looks_clever_is_printed_as_it_stands() -> None:
    clever = "{{7*7}} {% load static %} { } %(client)s"
    assert validate_words("booking.declined", "Hola", clever) == []
    assert text_of(clever) == clever


def test_words_have_a_subject_a_text_and_a_length() -> None:
    assert validate_words("booking.approved", " ", "") == [
        "A message needs a subject.",
        "A message needs a text.",
    ]
    assert validate_words("booking.approved", "s" * 201, "é" * 10_001) == [
        "The subject can have up to 200 characters.",
        "The text is too long: 20,000 bytes is the most.",
    ]
    assert validate_words("booking.approved", "one\ntwo", "x") == ["The subject is one line."]


def test_own_words_replace_ours_and_unusable_ones_are_reported_and_passed_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    hers = draft("booking.approved", words=own("¡{date}!", "Hasta pronto"), recipient=MARIA, values=VALUES)
    assert (hers.subject, hers.text) == ("¡martes 3 de marzo!", "Hasta pronto")
    with caplog.at_level(logging.ERROR):
        broken = draft("booking.approved", words=own("{client.x}", "x"), recipient=MARIA, values=VALUES)
    assert broken.subject == "Nos vemos el martes 3 de marzo"
    assert "built-in ones sent" in caplog.text


def test_own_words_that_grow_too_long_once_filled_are_passed_over() -> None:
    many = own("S", "{note}" * 2_000)
    letter = draft("booking.approved", words=many, recipient=MARIA, values={**VALUES, "note": "n" * 2_000})
    assert letter.subject == "Nos vemos el martes 3 de marzo"


def test_rendering_leaves_the_active_language_alone() -> None:
    with translation.override("en"):
        draft("booking.approved", words=OURS, recipient=MARIA, values=VALUES)
        assert translation.get_language() == "en"


def test_a_businesss_words_are_read_in_one_statement(cast: Cast, django_assert_num_queries: object) -> None:
    for business, language in ((cast.greenlawn, "en"), (cast.greenlawn, "es"), (cast.bluepool, "es")):
        MessageTemplate.objects.create(
            business=business, key="booking.approved", language=language, subject=business.name, text=language
        )
    with django_assert_num_queries(1):  # type: ignore[operator]
        words = own_words(cast.greenlawn.pk, ("booking.approved", "booking.declined"))
    assert words.own == {
        ("booking.approved", "en"): BuiltIn("Greenlawn", "en"),
        ("booking.approved", "es"): BuiltIn("Greenlawn", "es"),
    }


def event_of(cast: Cast) -> Event:
    return Event.objects.create(business=cast.greenlawn, verb="approved")


def letter_to(cast: Cast, refusal: str = "") -> Draft:
    address = "" if refusal == "no_address" else cast.maria.email
    recipient = Recipient(f"client:{cast.maria.pk}", "Maria\nÁlvarez", address, "es", refusal)
    return draft("booking.approved", words=OURS, recipient=recipient, values=VALUES)


def stored(cast: Cast, refusal: str = "", *, holds_mail: bool = False) -> Message:
    [message] = store(
        [letter_to(cast, refusal)],
        business_id=cast.greenlawn.pk,
        booking_request_id=None,
        event_id=event_of(cast).pk,
        holds_mail=holds_mail,
    )
    message.refresh_from_db()
    return message


def test_storing_any_number_is_one_statement_and_none_is_none(
    cast: Cast, django_assert_num_queries: object
) -> None:
    event = event_of(cast)
    letters = [
        draft(
            "booking.submitted",
            words=OURS,
            recipient=Recipient(f"user:{n}", "D", "d@example.com", "en"),
            values={},
        )
        for n in range(3)
    ]
    ids = {
        "business_id": cast.greenlawn.pk,
        "booking_request_id": None,
        "event_id": event.pk,
        "holds_mail": False,
    }
    with django_assert_num_queries(1):  # type: ignore[operator]
        store(letters, **ids)  # type: ignore[arg-type]
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert store([], **ids) == []  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        store(letters[:1], **ids)  # type: ignore[arg-type]


def test_a_stored_message_is_queued_under_an_id_that_never_changes(cast: Cast) -> None:
    message = stored(cast)
    assert (message.status, message.reason, message.to_name) == ("queued", "", "Maria Álvarez")
    assert message.message_id == f"<{message.pk}@localhost>"
    assert message.next_try <= timezone.now()


def test_until_undo_has_passed_it_is_not_to_leave(cast: Cast) -> None:
    until = timezone.now() + timedelta(seconds=60)
    store(
        [letter_to(cast)],
        business_id=cast.greenlawn.pk,
        booking_request_id=None,
        event_id=event_of(cast).pk,
        holds_mail=False,
        not_before=until,
    )
    assert Message.objects.get().next_try == until


@pytest.mark.parametrize("refusal", ["no_address", "opted_out", "bounced"])
def test_who_cannot_be_told_gets_a_message_with_the_reason_and_the_ready_text(
    cast: Cast, refusal: str
) -> None:
    message = stored(cast, refusal, holds_mail=True)
    assert (message.status, message.reason) == ("not_sendable", refusal)
    assert "Hola, Maria:" in message.text


def test_held_mail_waits_until_it_is_released_and_only_that_businesss(cast: Cast) -> None:
    held = stored(cast, holds_mail=True)
    others = Message.objects.create(
        business=cast.bluepool, key="k", recipient="user:1", language="en", subject="s", text="t",
        message_id="<1@x>", status="held",
    )  # fmt: skip
    assert held.status == "held"
    assert release_held(cast.greenlawn) == 1
    held.refresh_from_db()
    others.refresh_from_db()
    assert (held.status, others.status) == ("queued", "held")


def test_sign_in_mail_is_never_held_and_keeps_no_secret(cast: Cast) -> None:
    cast.greenlawn.holds_mail = True
    letter = draft("sign_in", words=OURS, recipient=MARIA, values={"business": "{link} SL"})
    sign_in = SignIn.objects.create(email="maria@example.com", user=cast.maria_user)
    message = store_sign_in(letter, sign_in=sign_in, business=cast.greenlawn)
    assert message.status == "queued"
    assert "Entrar: {link}\n" in message.text
    assert "\n{code}\n" in message.text
    assert "15 minutos" in message.text
    assert message.subject == "Su acceso a {\u2060link} SL"


def test_a_failed_message_is_tried_again_at_the_address_she_has_now(cast: Cast) -> None:
    message = stored(cast)
    Message.objects.update(status="failed", reason="550 unknown", attempts=9)
    cast.maria.email = "maria.new@example.com"
    cast.maria.save()
    retry_message(message)
    assert (message.status, message.reason, message.attempts) == ("queued", "", 0)
    assert message.to_address == "maria.new@example.com"


def test_retrying_twice_or_what_did_not_fail_is_refused(cast: Cast) -> None:
    message = stored(cast)
    with pytest.raises(Conflict) as refused:
        retry_message(message)
    assert refused.value.code == "not_failed"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"email": ""}, "no_address"),
        ({"email_opted_out": True}, "opted_out"),
    ],
)
def test_retrying_cannot_reach_who_still_cannot_be_reached(
    cast: Cast, change: dict[str, object], code: str
) -> None:
    message = stored(cast, "no_address")
    type(cast.maria).objects.filter(pk=cast.maria.pk).update(**change)
    with pytest.raises(Conflict) as refused:
        retry_message(message)
    assert refused.value.code == code


def test_who_has_an_address_by_now_can_be_told_after_all(cast: Cast) -> None:
    message = stored(cast, "no_address")
    retry_message(message)
    assert (message.status, message.to_address) == ("queued", "maria@example.com")


def test_trying_again_believes_in_an_address_that_bounced(cast: Cast) -> None:
    message = stored(cast, "bounced")
    type(cast.maria).objects.update(email_bounced_at=timezone.now())
    retry_message(message)
    cast.maria.refresh_from_db()
    assert (message.status, cast.maria.email_bounced_at) == ("queued", None)


def test_retrying_while_mail_is_held_holds_it(cast: Cast) -> None:
    message = stored(cast, "no_address")
    type(cast.greenlawn).objects.update(holds_mail=True)
    retry_message(Message.objects.get(pk=message.pk))
    assert Message.objects.get().status == "held"


def test_rolled_back_there_is_no_message(cast: Cast) -> None:
    with transaction.atomic():
        stored(cast)
        transaction.set_rollback(True)
    assert not Message.objects.exists()
