"""Email: one stored message becomes one mail, and one SMTP transaction carries it."""

import re
import ssl
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from smtplib import SMTP as SmtpConnection
from smtplib import (
    SMTP_SSL,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.validators import validate_email
from django.utils import timezone

from ..models import Message
from ..wording.typed import clean_line
from .calendar_file import calendar_of
from .layout import laid_out
from .mail_server import MailServer

SECONDS_FOR_GOODBYE = 2


class NotNow(Exception):
    """Not delivered, and worth trying again; carries the mail server's last words."""


class OutOfReach(NotNow):
    """No mail server answered: no other message would fare better now."""


class Never(Exception):
    """The mail server will not take this message, however often it is tried."""


class NoSuchAddress(Never):
    """Nor any other for this address: there is no such mailbox."""


def compose(message: Message, *, text: str, from_address: str) -> EmailMessage:
    """The mail as it leaves, the HTML laid out from the text alone. Raises ValueError where it cannot be
    built: more or less than one address, a line break in a name or a subject."""
    business = message.business
    validate_email(message.to_address)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(_as_typed(business.name), addr_spec=from_address)
    mail["To"] = Address(_as_typed(message.to_name), addr_spec=message.to_address)
    if business.email:
        mail["Reply-To"] = Address(_as_typed(business.name), addr_spec=business.email)
    mail["Subject"] = _as_typed(message.subject)
    mail["Date"] = format_datetime(timezone.now())
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_as_plain_mail(text), cte="quoted-printable")
    mail.add_alternative(laid_out(message, text=text), subtype="html", cte="quoted-printable")
    if file := calendar_of(message, from_address=from_address):
        # Not an invitation: what a mail program's "Decline" answers would reach nobody here.
        params = {"method": "PUBLISH", "charset": "utf-8"}
        mail.add_attachment(file, maintype="text", subtype="calendar", params=params, filename="visit.ics")
    mail["Content-Language"] = message.language
    return mail


def _as_typed(words: str) -> str:
    """Words for a header. `=?` would begin an encoded word, which the library reads, line breaks and all."""
    return words.replace("=?", "=\u2060?")


def _as_plain_mail(text: str) -> str:
    """With the blank after the two dashes by which mail programs know a signature (RFC 3676)."""
    return text.replace("\n--\n", "\n-- \n")


class Mailer(Protocol):
    """Carries mails to wherever they go."""

    def open(self) -> bool:
        """Be ready to send; True where that took a new connection. Raises OutOfReach."""

    def send(self, mail: EmailMessage) -> None:
        """Hand one mail over. Raises NotNow or Never."""

    def close(self) -> None:
        """Let the connection go, if there is one."""


class NoMailer:
    """For the demo: nothing leaves; the stored message is what people read in its mailbox."""

    def open(self) -> bool:
        return False

    def send(self, mail: EmailMessage) -> None:
        pass

    def close(self) -> None:
        pass


class SmtpMailer:
    """Speaks to a mail server, over one connection for as long as that holds."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self.connection: SmtpConnection | None = None

    def open(self) -> bool:
        """Make sure of a live connection; True where a new one had to be made. Raises OutOfReach."""
        if self.connection is not None and self._answers(self.connection):
            return False
        self.close()
        try:
            self.connection = self._connect()
        except (SMTPException, OSError) as fault:
            raise OutOfReach(_last_words(fault)) from fault
        return True

    @staticmethod
    def _answers(connection: SmtpConnection) -> bool:
        try:
            return connection.noop()[0] == 250
        except (SMTPException, OSError):
            return False

    def _connect(self) -> SmtpConnection:
        connection = self._greet()
        try:
            if self.server.starts_tls:
                connection.starttls(context=ssl.create_default_context())
            if self.server.user:
                connection.login(self.server.user, self.server.password)
        except BaseException:
            connection.close()
            raise
        return connection

    def _greet(self) -> SmtpConnection:
        server, our_name = self.server, urlsplit(settings.SIDEGATE_BASE_URL).hostname or "localhost"
        if server.is_encrypted:
            context = ssl.create_default_context()
            return SMTP_SSL(
                server.host, server.port, our_name, timeout=settings.EMAIL_TIMEOUT, context=context
            )
        return SmtpConnection(server.host, server.port, our_name, timeout=settings.EMAIL_TIMEOUT)

    def send(self, mail: EmailMessage) -> None:
        """One SMTP transaction. Raises NotNow or Never; returns where the server has taken the mail."""
        assert self.connection is not None, "send comes after open"  # noqa: S101 (a mistake of ours)
        try:
            self.connection.send_message(mail, self.server.from_address)
        except SMTPRecipientsRefused as refused:
            code, words = next(iter(refused.recipients.values()))
            fault = _by_code(code, words)
            raise (NoSuchAddress(str(fault)) if _names_no_mailbox(str(fault)) else fault) from refused
        except SMTPNotSupportedError as fault:
            raise Never(_last_words(fault)) from fault
        except SMTPResponseException as refused:
            raise _by_code(refused.smtp_code, refused.smtp_error) from refused
        except (SMTPException, OSError) as fault:
            self.connection.close()
            self.connection = None
            raise NotNow(_last_words(fault)) from fault

    def close(self) -> None:
        connection, self.connection = self.connection, None
        if connection is None:
            return
        with suppress(SMTPException, OSError):
            if connection.sock is not None:
                connection.sock.settimeout(SECONDS_FOR_GOODBYE)
            connection.quit()
        connection.close()


def mailer_for(server: MailServer) -> Mailer:
    return SmtpMailer(server) if server.host else NoMailer()


def _by_code(code: int, words: bytes | str) -> NotNow | Never:
    """5xx is for good, everything else is for now (CASES D9)."""
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    fault = Never if 500 <= code < 600 else NotNow
    return fault(clean_line(f"{code} {said}"))


def _names_no_mailbox(said: str) -> bool:
    """Whether the refusal is about the address itself (RFC 3463: 5.1.x), and not about spam, size or a full
    mailbox. Servers that give no such number mean it by 550, 551 and 553 (RFC 5321)."""
    detail = re.match(r"\d{3}[ -](\d\.\d{1,3})\.\d", said)
    return detail[1] == "5.1" if detail else said[:3] in ("550", "551", "553")


def _last_words(fault: Exception) -> str:
    if isinstance(fault, TimeoutError) or isinstance(fault.__context__, TimeoutError):
        return f"no answer within {settings.EMAIL_TIMEOUT} s"
    if isinstance(fault, SMTPResponseException):
        return str(_by_code(fault.smtp_code, fault.smtp_error))
    return clean_line(str(fault)) or type(fault).__name__
