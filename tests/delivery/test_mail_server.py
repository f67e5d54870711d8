"""SIDEGATE_EMAIL_URL: what each form of it means, and what is refused in words."""

import pytest

from sidegate.delivery.mail_server import BadEmailUrl, MailServer


@pytest.mark.parametrize(
    ("url", "host", "port", "is_encrypted", "starts_tls"),
    [
        ("smtp://mail.example.org", "mail.example.org", 25, False, False),
        ("smtp+tls://mail.example.org", "mail.example.org", 587, False, True),
        ("smtps://mail.example.org", "mail.example.org", 465, True, False),
        ("smtp://127.0.0.1:1025", "127.0.0.1", 1025, False, False),
        ("mailbox:", "", 0, False, False),
    ],
)
def test_each_scheme_has_its_port_and_its_encryption(
    url: str, host: str, port: int, is_encrypted: bool, starts_tls: bool
) -> None:
    server = MailServer.parse(url)
    assert (server.host, server.port) == (host, port)
    assert (server.is_encrypted, server.starts_tls) == (is_encrypted, starts_tls)


def test_user_and_password_may_contain_anything_once_escaped() -> None:
    server = MailServer.parse("smtp+tls://dana%40greenlawn.example:p%40ss%3A%2F@mail.example.org:2525")
    assert (server.user, server.password, server.port) == ("dana@greenlawn.example", "p@ss:/", 2525)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("smtp://u:p@mail.example.org?from=visits@greenlawn.example", "visits@greenlawn.example"),
        ("smtp://dana%40greenlawn.example:p@mail.example.org", "dana@greenlawn.example"),
        ("smtp://apikey:p@mail.example.org", "visits@localhost"),
    ],
)
def test_mail_comes_from_the_address_named_else_the_users_else_our_own(url: str, address: str) -> None:
    assert MailServer.parse(url).from_address == address


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://x",
        "smtp://",
        "smtp://host:99999",
        "smtp://host:x",
        "smtp://h?from=nobody",
        "smtp://h?from=a@b.c%0aBcc:x@y.z",
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line_without_the_password(url: str) -> None:
    with pytest.raises(BadEmailUrl) as refused:
        MailServer.parse(url.replace("smtp://", "smtp://u:secret@") if url != "smtp://" else url)
    assert "SIDEGATE_EMAIL_URL" in str(refused.value)
    assert "secret" not in str(refused.value)
