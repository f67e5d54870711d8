"""One stored message becomes one well-formed mail, whatever stands in it (CASES T35)."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from sidegate.delivery.email import compose
from sidegate.models import Business, Message

from .rows import TEXT
from .sink import part

GREENLAWN = Business(name="Greenlawn", email="hello@greenlawn.example")


def message(**fields: object) -> Message:
    defaults = {
        "business": GREENLAWN,
        "to_address": "maria@example.com",
        "to_name": "Maria Álvarez",
        "language": "es",
        "subject": "Nos vemos el martes 3 de marzo",
        "text": TEXT,
        "message_id": "<0198-x@visits.example>",
    }
    return Message(**{**defaults, **fields})


def raw(composed: Message) -> bytes:
    mail = compose(composed, text=composed.text, from_address="visits@sidegate.example")
    return mail.as_bytes()


def arrived(composed: Message) -> EmailMessage:
    return message_from_bytes(raw(composed), policy=policy.default)


def test_it_comes_from_the_business_and_answers_go_there() -> None:
    mail = arrived(message())
    assert mail["From"] == "Greenlawn <visits@sidegate.example>"
    assert mail["Reply-To"] == "Greenlawn <hello@greenlawn.example>"
    assert mail["To"] == "Maria Álvarez <maria@example.com>"
    assert mail["Subject"] == "Nos vemos el martes 3 de marzo"
    assert mail["Message-ID"] == "<0198-x@visits.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "es"
    assert mail["Date"]


def test_text_and_html_both_say_it() -> None:
    mail = arrived(message())
    assert [kind.get_content_type() for kind in mail.iter_parts()] == ["text/plain", "text/html"]
    assert part(mail, "plain").replace("-- \n", "--\n").strip() == TEXT
    assert "Su visita ya está en nuestra agenda." in part(mail, "html")


def test_without_an_address_of_its_own_the_business_gets_no_answers() -> None:
    assert "Reply-To" not in arrived(message(business=Business(name="Bluepool")))


@pytest.mark.parametrize(
    "fields",
    [
        {"to_name": "Maria\r\nBcc: x@evil.example"},
        {"subject": "Hola\nBcc: x@evil.example"},
        {"subject": "Hola\u2028Bcc: x@evil.example"},
        {"message_id": "<x@y>\r\nBcc: x@evil.example"},
        {"business": Business(name="Green\nlawn")},
        {"to_address": "a@example.com, b@example.com"},
        {"to_address": "a@example.com\nBcc: b@example.com"},
        {"to_address": ""},
    ],
)
def test_t35_a_row_that_would_add_a_header_or_an_address_cannot_be_built(fields: dict[str, object]) -> None:
    with pytest.raises(Exception) as refused:  # the library raises more than one kind
        raw(message(**fields))
    assert not isinstance(refused.value, AssertionError)


def unspaced(words: str) -> str:
    """Without blanks, which folding may move, and without the joiner that keeps `=?` apart."""
    return re.sub(r"[\s\u2060]", "", words)


@pytest.mark.parametrize(
    "words",
    [
        "🌿" * 300,
        "x" * 300,
        "ñ" * 300,
        "\u0645\u0631\u062d\u0628\u0627 Maria " * 20,
        'a, b; "c" <d@e.f> (g) \\ h: =?utf-8?q?i?=',
        "=?utf-8?q?Hola=0D=0ABcc:x@evil.example?=",
        "Ä" * 3 + " " + "b" * 200 + " " + "🌿" * 20,
    ],
)
def test_t35_long_and_strange_words_arrive_whole_in_short_lines(words: str) -> None:
    name = words[:120]
    composed = message(
        subject=words, to_name=name, business=Business(name=name, email="hello@greenlawn.example"), text=words
    )
    sent = raw(composed)
    mail = message_from_bytes(sent, policy=policy.default)
    assert max(len(line) for line in sent.split(b"\r\n")) <= 998
    assert unspaced(str(mail["Subject"])) == unspaced(words)
    assert [(unspaced(to.display_name), to.addr_spec) for to in mail["To"].addresses] == [
        (unspaced(name), "maria@example.com")
    ]
    assert mail["From"].addresses[0].addr_spec == "visits@sidegate.example"
    assert part(mail, "plain").strip() == words.strip()
    assert set(mail.keys()) == {
        "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language",
        "Content-Type", "MIME-Version",
    }  # fmt: skip
    assert not mail.defects


def test_what_was_typed_is_escaped_in_html_and_plain_in_text() -> None:
    mail = arrived(message(text="> <b>&'\" {{7*7}}", subject="<b>&'\""))
    assert mail["Subject"] == "<b>&'\""
    assert "> <b>&'\" {{7*7}}" in part(mail, "plain")
    assert "<b>" not in part(mail, "html")
    assert "&lt;b&gt;&amp;" in part(mail, "html")


def test_a_long_message_id_stays_one_word() -> None:
    long = f"<0198c0de-7000-7000-8000-000000000000@{'visits.' * 12}example.org>"
    assert f"Message-ID: {long}".encode() in raw(message(message_id=long)).replace(b"\r\n ", b" ")
