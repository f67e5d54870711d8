"""How the web server treats a line: patient with a bad one, firm with a silent one, in words with too much.

waitress reads a request whole before it takes a thread, so a slow upload costs a file and not a worker. What is
added here: time-outs that also hold for a client that never reads, a body that is too large is read to its end
and answered in words, workers share the connections evenly, and SIGTERM lets open requests end.
"""

import socket
import time
from typing import TYPE_CHECKING, Any

from django.core.exceptions import RequestDataTooBig
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.utilities import BadRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

MEGABYTE = 1024 * 1024
LARGEST_BODY = 60 * MEGABYTE
LARGEST_HEAD = 32 * 1024
LARGEST_CHUNK_LINE = 1024
SILENCE_SECONDS = 30
HEAD_SECONDS = 30
LOOK_EVERY_SECONDS = 5
OFFERS_TO_OTHERS, OFFER_SECONDS = 5, 0.001
JUST_CAME_SECONDS = 1
MOST_WAITING_AT_STOP = 100
VERSIONS = ("1.0", "1.1")


class DroppedBody:
    """Stands where a body is kept: keeps nothing, and tells who reads it that it was too large."""

    def append(self, data: bytes) -> None:
        pass

    def __len__(self) -> int:
        return LARGEST_BODY + 1

    def getfile(self) -> "DroppedBody":
        return self

    def close(self) -> None:
        pass

    def read(self, size: int = -1) -> bytes:
        raise RequestDataTooBig(f"The body is larger than {LARGEST_BODY} bytes.")

    readline = read


class Request(HTTPRequestParser):
    """A request as it arrives. Refuses what two servers in a row could read in two ways (RFC 9112)."""

    body_rcv: Any

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.began = time.time()
        self.is_dropped = False

    def is_dawdling(self, now: float) -> bool:
        return not self.headers_finished and now - self.began > HEAD_SECONDS

    def received(self, data: bytes) -> int:
        consumed = super().received(data)
        if not self.is_dropped and max(self.content_length, self.body_bytes_received) > LARGEST_BODY:
            self._drop()
        if self._has_endless_line():
            self.error, self.completed = BadRequest("A chunk's first line is too long"), True
        return consumed

    def _has_endless_line(self) -> bool:
        return self.chunked and len(self.body_rcv.control_line + self.body_rcv.trailer) > LARGEST_CHUNK_LINE

    def _drop(self) -> None:
        """Read on to the end, for a browser that is cut off while it sends shows no answer at all."""
        self.is_dropped = True
        self.body_rcv.getbuf().close()
        self.body_rcv.buf = DroppedBody()
        if self.expect_continue:
            self._answer_before_body()

    def _answer_before_body(self) -> None:
        self.expect_continue, self.completed = False, True
        self.headers = {**self.headers, "CONNECTION": "close"}

    def parse_header(self, header_plus: bytes) -> None:
        if b"\r\n " in header_plus or b"\r\n\t" in header_plus:
            raise ParsingError("A header goes on in the next line")
        super().parse_header(header_plus)
        if self.version not in VERSIONS:
            raise ParsingError("Not a version of HTTP that is spoken here")
        if self.version == "1.1" and "HOST" not in self.headers:
            raise ParsingError("No Host")
        if self._has_two_lengths():
            raise ParsingError("Transfer-Encoding beside another length, or in HTTP/1.0")

    def _has_two_lengths(self) -> bool:
        return "TRANSFER_ENCODING" in self.headers or (self.chunked and "CONTENT_LENGTH" in self.headers)


class Connection(HTTPChannel):
    parser_class = Request
    request: Request | None

    def is_overdue(self, now: float) -> bool:
        """Silent for too long, both ways; or still at the first lines of a request.

        A thread that works on an answer is left in peace, unless it waits for a client that does not read.
        """
        is_silent = now - self.last_activity > SILENCE_SECONDS
        if self.requests:
            return is_silent and self.total_outbufs_len > 0
        return is_silent or (self.request is not None and self.request.is_dawdling(now))

    def is_at_rest(self, now: float) -> bool:
        """Between two requests, and not only just here."""
        is_busy = self.requests or self.request or self.total_outbufs_len
        return not is_busy and now - self.last_activity > JUST_CAME_SECONDS


class WebServer(TcpWSGIServer):
    """One worker: an accept loop and a few threads. `counts` is memory shared by all workers, a place for each."""

    channel_class = Connection
    active_channels: dict[int, Connection]  # type: ignore[assignment]

    def __init__(
        self,
        application: "WSGIApplication",
        listening: socket.socket,
        adjustments: Adjustments,
        *,
        counts: "memoryview[int]",
        place: int,
    ) -> None:
        self._lines: dict[int, Any] = {}
        self._counts, self._place = counts, place
        self._offers = 0
        self._stop_asked_at = self._stop_by = 0.0
        name = (listening.family, listening.type, listening.proto, listening.getsockname())
        super().__init__(
            application, self._lines, _sock=listening, adj=adjustments, sockinfo=name, bind_socket=False
        )

    def readable(self) -> bool:
        self._counts[self._place] = len(self.active_channels)
        return super().readable()

    def handle_accept(self) -> None:
        """Leave the next line to whoever holds fewer, for a moment; it is offered again until someone takes it."""
        if self._offers < OFFERS_TO_OTHERS and len(self.active_channels) > min(self._counts):
            self._offers += 1
            time.sleep(OFFER_SECONDS)
            return
        self._offers = 0
        super().handle_accept()
        self._counts[self._place] = len(self.active_channels)

    def maintenance(self, now: float) -> None:
        """Close what is overdue at once: waitress would first wait for the client to read."""
        for connection in list(self.active_channels.values()):
            if connection.is_overdue(now):
                connection.handle_close()

    def run(self) -> None:
        while not self._has_stopped():
            wasyncore.poll2(0.2 if self._stop_by else 1.0, self._lines)

    def stop(self, *, within_seconds: float, hurry_after: float) -> None:
        """For a signal handler: take no more connections, end once open requests are answered.

        Asked again after `hurry_after` seconds, it ends at once; before that, it was the same asking.
        """
        now = time.monotonic()
        if not self._stop_by:
            self._stop_asked_at, self._stop_by = now, now + within_seconds
        elif now - self._stop_asked_at > hurry_after:
            self._stop_by = now
        self.pull_trigger()

    def _has_stopped(self) -> bool:
        if not self._stop_by:
            return False
        if self.accepting:
            self._take_those_who_wait()
            wasyncore.dispatcher.close(self)
        for connection in list(self.active_channels.values()):
            if connection.is_at_rest(time.time()):
                connection.handle_close()
        return not self.active_channels or time.monotonic() >= self._stop_by

    def _take_those_who_wait(self) -> None:
        for _ in range(MOST_WAITING_AT_STOP):
            held = len(self.active_channels)
            super().handle_accept()
            if len(self.active_channels) == held:
                return
