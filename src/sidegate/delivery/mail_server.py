"""Where mail leaves: SIDEGATE_EMAIL_URL, read (docs/operations.md lists its forms)."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

# How each scheme speaks: (encrypted from the start, must turn encrypted, usual port).
_SCHEMES = {"smtp": (False, False, 25), "smtp+tls": (False, True, 587), "smtps": (True, False, 465)}


class BadEmailUrl(ValueError):
    """SIDEGATE_EMAIL_URL cannot be used; says why in one sentence, without the password in it."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server and the address our mail comes from. Without a host nothing leaves (`mailbox:`)."""

    host: str
    port: int
    user: str
    password: str
    is_encrypted: bool
    starts_tls: bool
    from_address: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read `smtp://`, `smtp+tls://` or `smtps://` with `user:password@host:port?from=address`, or
        `mailbox:`. Raises BadEmailUrl."""
        parts = urlsplit(url)
        from_address = _from_address(parts)
        if parts.scheme == "mailbox":
            return cls("", 0, "", "", False, False, from_address)
        if parts.scheme not in _SCHEMES:
            raise BadEmailUrl("SIDEGATE_EMAIL_URL must begin with smtp://, smtp+tls:// or smtps://.")
        is_encrypted, starts_tls, usual_port = _SCHEMES[parts.scheme]
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if not parts.hostname:
            raise BadEmailUrl("SIDEGATE_EMAIL_URL names no mail server.")
        port = _port(parts) or usual_port
        return cls(parts.hostname, port, user, password, is_encrypted, starts_tls, from_address)


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise BadEmailUrl("SIDEGATE_EMAIL_URL has a port that is no number up to 65535.") from None


def _from_address(parts: SplitResult) -> str:
    """The `from` of the query, else the user where that is an address, else "visits" at our own host."""
    user = unquote(parts.username or "")
    own = f"visits@{urlsplit(settings.SIDEGATE_BASE_URL).hostname}"
    address = parse_qs(parts.query).get("from", [user if "@" in user else own])[0]
    try:
        validate_email(address)
    except ValidationError:
        raise BadEmailUrl("SIDEGATE_EMAIL_URL has a from= that is no email address.") from None
    return address


@lru_cache(maxsize=4)
def _parsed(url: str) -> MailServer:
    return MailServer.parse(url)


def mail_server() -> MailServer:
    """The one this process is set up with. Raises BadEmailUrl."""
    return _parsed(settings.SIDEGATE_EMAIL_URL)
