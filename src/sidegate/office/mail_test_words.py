"""What became of a test mail, in words; and what a mail server's words usually mean."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ..models import Message
from .in_words import InWords

LONG_FOR_A_WORKER: Final = timedelta(seconds=20)
Status = Message.Status

# The first that fits; what fits none speaks for itself.
MEANINGS: Final = (
    (
        r"\[errno (111|61)\]|connection refused",
        gettext_noop("Nothing answers at that address and port. Is the host right, and the port?"),
    ),
    (
        r"name or service|name resolution|nodename|getaddrinfo|no address associated",
        gettext_noop("There is no mail server of that name. Look for a slip in the host's name."),
    ),
    (
        r"^5(30|34|35)\b|authenticat|auth extension",
        gettext_noop(
            "The mail server does not take the user name or the password. Many providers want a password made for apps."
        ),
    ),
    (
        r"certificate",
        gettext_noop(
            "The mail server's certificate does not fit the host's name, or has expired. Use the name it was made for."
        ),
    ),
    (
        r"wrong.version|\bssl\b|starttls",
        gettext_noop("The encryption does not fit the port: smtp+tls is for port 587, smtps for port 465."),
    ),
    (
        r"no answer within|timed out|unreachable|no route",
        gettext_noop(
            "The mail server does not answer in time. Often the machine's provider blocks the port for mail."
        ),
    ),
    (
        r"sender|relay|spf|dkim|not owned|not allowed|not permitted|unauthori[sz]ed",
        gettext_noop("The mail server does not send for this sender. Look at the from= of the address."),
    ),
    (r"^55[013]\b", gettext_noop("There is no such mailbox. Is your own email address right?")),
    (r"^4\d\d\b", gettext_noop("The mail server asks to wait. That often mends itself.")),
)


@dataclass(frozen=True, slots=True)
class Fate:
    """`code` changes when the words do; while it is not over, the page asks again."""

    code: str
    tone: str
    heading: str
    lines: tuple[str, ...] = ()
    is_over: bool = False


def fate_of(message: Message, words: InWords) -> Fate:
    if message.status == Status.SENT:
        return _sent(message, words)
    if message.status == Status.FAILED:
        return Fate("failed", "stop", _("It could not be sent."), _why(message.reason), is_over=True)
    if message.reason:
        return _not_yet(message, words)
    if message.status == Status.QUEUED and timezone.now() - message.created_at > LONG_FOR_A_WORKER:
        return _taken_by_nobody()
    return Fate("on_its_way", "info", _("On its way to %(address)s …") % {"address": message.to_address})


def _sent(message: Message, words: InWords) -> Fate:
    facts = {"address": message.to_address, "when": words.moment(message.sent_at or message.created_at)}
    line = _(
        "The mail server has taken it. If it is not there within a few minutes, look in the spam folder."
    )
    return Fate("sent", "good", _("Sent to %(address)s, %(when)s") % facts, (line,), is_over=True)


def _not_yet(message: Message, words: InWords) -> Fate:
    again = _("Next try by itself: %(when)s") % {"when": words.moment(message.next_try)}
    code = f"not_yet_{message.attempts}"
    return Fate(code, "stop", _("It could not be sent yet."), (*_why(message.reason), again))


def _taken_by_nobody() -> Fate:
    lines = (
        _("Either no worker is running: start sidegate serve, or sidegate worker beside sidegate web."),
        _("Or the worker waits, because the mail server did not answer a moment ago."),
    )
    return Fate("waits", "wait", _("It still waits here."), lines)


def _why(reason: str) -> tuple[str, ...]:
    is_servers = reason[:3].isdigit()
    text = _("The mail server said: %(words)s") if is_servers else _("In exact words: %(words)s")
    said = text % {"words": reason}
    meaning = meaning_of(reason)
    return (meaning, said) if meaning else (said,)


def meaning_of(reason: str) -> str:
    """What such words usually mean; empty where we do not know."""
    for pattern, words in MEANINGS:
        if re.search(pattern, reason, re.IGNORECASE):
            return _(words)
    return ""
