"""The clients of bench/slow_uploads.py: some that read pages, and some that are slow, silent or rude."""

import asyncio
import contextlib
import socket
import time
from collections import Counter
from dataclasses import dataclass, field
from statistics import median, quantiles

GIVE_UP_SECONDS = 10.0
PIECE, PAUSE_SECONDS = 1000, 0.5  # two kilobytes a second
PHOTO, SMALL_PHOTO = 1_000_000, 60_000
HEAD = b"Host: localhost\r\n"
FORM = b"POST /upload HTTP/1.1\r\n" + HEAD + b"Content-Type: multipart/form-data; boundary=XX\r\n"


@dataclass
class Reads:
    """How long pages took that came, and what came instead of the others."""

    seconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def in_words(self, over_seconds: float) -> str:
        if len(self.seconds) < 2:
            return f"{len(self.seconds)} pages read, errors {dict(self.errors)}"
        ms = [1000 * seconds for seconds in self.seconds]
        parts = quantiles(ms, n=100, method="inclusive")
        times = f"p50 {median(ms):.0f}  p95 {parts[94]:.0f}  p99 {parts[98]:.0f} ms"
        return f"{len(ms) / over_seconds:.0f} pages/s  {times}  errors {dict(self.errors)}"


async def answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    """The status of one answer, read to its end, and whether the line stays open."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
    if length:
        await reader.readexactly(int(length))
    else:
        await reader.read()
    return int(head.split(b" ", 2)[1]), bool(length) and b"connection: close" not in head


class Visitor:
    """Reads one page again and again over one line, calling anew where the server has hung up."""

    def __init__(self, port: int, path: str) -> None:
        self.port, self.asking = port, f"GET {path} HTTP/1.1\r\n".encode() + HEAD + b"\r\n"
        self.line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def read_until(self, end: float, reads: Reads) -> None:
        while time.monotonic() < end:
            began = time.monotonic()
            try:
                status = await asyncio.wait_for(self._read(), GIVE_UP_SECONDS)
            except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
                reads.errors[type(error).__name__] += 1
                self._hang_up()
                continue
            if status == 200:
                reads.seconds.append(time.monotonic() - began)
            else:
                reads.errors[str(status)] += 1
        self._hang_up()

    async def _read(self) -> int:
        was_open = self.line is not None
        if self.line is None:
            self.line = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.line
        writer.write(self.asking)
        try:
            status, stays = await answer(reader)
        except (OSError, asyncio.IncompleteReadError):
            self._hang_up()
            if was_open:  # closed between two requests, as a server may: browsers ask again too
                return await self._read()
            raise
        if not stays:
            self._hang_up()
        return status

    def _hang_up(self) -> None:
        if self.line:
            self.line[1].close()
        self.line = None


async def visit(port: int, path: str, clients: int, seconds: float) -> Reads:
    reads, end = Reads(), time.monotonic() + seconds
    await asyncio.gather(*(Visitor(port, path).read_until(end, reads) for _ in range(clients)))
    return reads


def photo_form(size: int) -> bytes:
    start = b'--XX\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n'
    body = start + b"Content-Type: image/jpeg\r\n\r\n" + bytes(size) + b"\r\n--XX--\r\n"
    return FORM + b"Content-Length: %d\r\n\r\n" % len(body) + body


async def upload_slowly(port: int, number: int, seconds: float) -> str:
    """Every fifth photo is small enough to arrive whole in the time; longer than any time-out of 30 s."""
    form = photo_form(PHOTO if number % 5 else SMALL_PHOTO)
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for start in range(0, len(form), PIECE):
            if time.monotonic() - began > seconds:
                return "still sending"
            writer.write(form[start : start + PIECE])
            await writer.drain()
            await asyncio.sleep(PAUSE_SECONDS)
        status, _ = await asyncio.wait_for(answer(reader), GIVE_UP_SECONDS)
        return f"arrived: {status}"
    except (OSError, asyncio.IncompleteReadError, TimeoutError):
        return f"cut off after {time.monotonic() - began:.0f} s"
    finally:
        writer.close()


async def hold(port: int, first: bytes, seconds: float, *, drip: bytes = b"") -> str:
    """Send the first bytes and then nothing, or one more now and then; says when the server had enough."""
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(first)
        while time.monotonic() - began < seconds:
            with contextlib.suppress(TimeoutError):
                came = await asyncio.wait_for(reader.read(4096), 3)
                return f"{'answered' if came else 'closed'} after {time.monotonic() - began:.0f} s"
            writer.write(drip)
        return "held to the end"
    except OSError:
        return f"closed after {time.monotonic() - began:.0f} s"
    finally:
        writer.close()


async def never_read(port: int, seconds: float) -> str:
    """Ask for eight megabytes and leave them lying. Whether the server lets go cannot be seen from here."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(line, ("127.0.0.1", port))
    await loop.sock_sendall(line, b"GET /big HTTP/1.1\r\n" + HEAD + b"\r\n")
    await asyncio.sleep(seconds)
    line.close()
    return "stayed"


async def bother(kind: str, port: int, number: int, seconds: float) -> str:
    if kind == "slow uploads":
        return await upload_slowly(port, number, seconds)
    if kind == "silent bodies":
        return await hold(port, FORM + b"Content-Length: 100000\r\n\r\n", seconds)
    if kind == "dripping heads":
        return await hold(port, b"GET /rows HTTP/1.1\r\nX-a: ", seconds, drip=b"a")
    return await never_read(port, seconds)


KINDS = ("slow uploads", "silent bodies", "dripping heads", "never reading")
