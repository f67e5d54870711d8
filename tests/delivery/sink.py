"""A mail server of the tests' own: takes mail, refuses it or is slow, as it is told."""

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Sink:
    """What arrived, raw and in order. `answers` are given to a recipient instead of taking the mail;
    `seconds` are spent over each mail: half of them before it is taken, half before that is said."""

    def __init__(self, answers: Mapping[str, str] | None = None, *, seconds: float = 0) -> None:
        self.answers, self.seconds = dict(answers or {}), seconds
        self.port = free_port()
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.connections = 0

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, name: str, responses: list[str]
    ) -> Any:
        self.connections += 1
        session.host_name = name
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if answer := self.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(self.seconds / 2)
        self.raw.append(envelope.original_content)
        self.recipients += envelope.rcpt_tos
        await asyncio.sleep(self.seconds / 2)
        return "250 taken"

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]

    def per_message_id(self) -> Counter[str]:
        """How often each mail arrived."""
        return Counter(str(mail["Message-ID"]) for mail in self.mails)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?from=visits@sidegate.example"

    @contextmanager
    def open(self) -> Iterator["Sink"]:
        controller = Controller(self, hostname="127.0.0.1", port=self.port, server_hostname="sink")
        controller.start()
        try:
            yield self
        finally:
            controller.stop()


@contextmanager
def silent_server() -> Iterator[str]:
    """Accepts connections and never says a word; the URL of it."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield f"smtp://127.0.0.1:{server.getsockname()[1]}?from=visits@sidegate.example"


def part(mail: EmailMessage, kind: str) -> str:
    """The text of its "plain" or "html" part."""
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")
