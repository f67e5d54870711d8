"""Bad lines, rude clients and dying workers; each test calls a real server in processes of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sidegate.cli import web_connections, web_server

SITE = """
import sys, time
from django.conf import settings
settings.configure(
    ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="x", USE_I18N=False, LOGGING_CONFIG=None,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
)
import django
django.setup()
from django.core.exceptions import RequestDataTooBig
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

def page(request):
    return HttpResponse("page")

def slow(request):
    time.sleep(2)
    return HttpResponse("finished")

def big(request):
    return HttpResponse(bytes(8_000_000))

def upload(request):
    try:
        return HttpResponse(f"bytes: {sum(photo.size for photo in request.FILES.values())}")
    except RequestDataTooBig:
        return HttpResponse("That is too much at once.", status=413)

urlpatterns = [path("page", page), path("slow", slow), path("big", big), path("upload", upload)]
application = get_wsgi_application()
"""
PROGRAM = """
import sys
from sidegate.cli import web_connections, web_server
web_connections.SILENCE_SECONDS = web_connections.HEAD_SECONDS = web_connections.LOOK_EVERY_SECONDS = 1
web_connections.LARGEST_BODY = 1_000_000
web_server.run_web(
    host="127.0.0.1", port=int(sys.argv[1]), workers=int(sys.argv[2]), application="site_of_tests:application"
)
"""
HEAD = b"Host: localhost\r\n"
PAGE = b"GET /page HTTP/1.1\r\n" + HEAD + b"\r\n"
UPLOAD = b"POST /upload HTTP/1.1\r\n" + HEAD + b"Content-Type: multipart/form-data; boundary=XX\r\n"
PART = b'--XX\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'


class Server:
    def __init__(self, folder: Path, workers: int = 1) -> None:
        (folder / "site_of_tests.py").write_text(SITE)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(self.port), str(workers)],
            env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"},
        )
        until(self.answers)

    def answers(self) -> bool:
        try:
            return b"200 OK" in self.ask(PAGE)
        except OSError:
            return False

    def call(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=15)

    def ask(self, *pieces: bytes) -> bytes:
        """The first answer to these bytes, to the end of its body."""
        with self.call() as line:
            for piece in pieces:
                line.sendall(piece)
            return answer(line)

    def workers(self) -> list[int]:
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return [int(pid) for pid in listed.stdout.split()]

    def stop(self) -> float:
        """Seconds until it had ended."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(25) == 0
        return time.monotonic() - began


def has_ended(line: socket.socket) -> bool:
    """Without a word: closed, or reset where something that was sent had not been read yet."""
    try:
        return line.recv(100) == b""
    except ConnectionResetError:
        return True


def answer(line: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received and (piece := line.recv(4096)):
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head)
    while length and len(body) < int(length[1]) and (piece := line.recv(65536)):
        body += piece
    return head + b"\r\n\r\n" + body


def until(is_so: Callable[[], object], seconds: float = 15) -> None:
    give_up_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up_at, "waited in vain"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One worker, for the tests that leave it as it was."""
    server = Server(tmp_path_factory.mktemp("site"))
    yield server
    server.stop()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Server]:
    """Two workers, for the tests that kill or stop."""
    server = Server(tmp_path, workers=2)
    yield server
    if server.process.poll() is None:
        server.stop()


def photo(size: int) -> bytes:
    body = PART + bytes(size) + b"\r\n--XX--\r\n"
    return UPLOAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


def test_slow_uploads_hold_up_nobody_and_arrive(shared: Server) -> None:
    form = photo(5000)
    lines = [shared.call() for _ in range(3 * web_server.THREADS)]
    for line in lines:
        line.sendall(form[:3000])
    began = time.monotonic()
    assert b"page" in shared.ask(PAGE)
    assert time.monotonic() - began < 2
    for line in lines:
        with closing(line):
            line.sendall(form[3000:])
            assert b"bytes: 5000" in answer(line)


def test_d30_an_upload_may_take_longer_than_the_time_out(shared: Server) -> None:
    form = photo(60)
    with shared.call() as line:
        began = time.monotonic()
        for start in range(0, len(form), 60):
            line.sendall(form[start : start + 60])
            time.sleep(0.6)
        assert time.monotonic() - began > 2
        assert b"bytes: 60" in answer(line)


@pytest.mark.parametrize("first", [b"", b"GET /pa", photo(5000)[:3000]], ids=["nothing", "a word", "half"])
def test_d30_silence_ends_a_line(shared: Server, first: bytes) -> None:
    with shared.call() as line:
        line.sendall(first)
        assert has_ended(line)


def test_a_request_that_never_gets_to_its_point_is_ended(shared: Server) -> None:
    with shared.call() as line:
        line.sendall(b"GET /page HTTP/1.1\r\nX-Slow: ")
        line.settimeout(0.3)
        for _ in range(40):
            try:
                line.sendall(b"a")
                assert line.recv(100) == b""
                return
            except TimeoutError:
                continue
            except OSError:
                return
    raise AssertionError("it was still listened to after twelve seconds")


def test_who_never_reads_the_answer_is_let_go(shared: Server) -> None:
    (worker,) = shared.workers()
    held = Path(f"/proc/{worker}/fd")
    if not held.exists():
        pytest.skip("only Linux tells which files a process holds")
    until(lambda: sockets(held) == 1)
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(("127.0.0.1", shared.port))
        line.sendall(b"GET /big HTTP/1.1\r\n" + HEAD + b"\r\n")
        until(lambda: sockets(held) == 2)
        until(lambda: sockets(held) == 1)


def sockets(held: Path) -> int:
    links = []
    for link in held.iterdir():
        try:
            links.append(str(link.readlink()))
        except FileNotFoundError:
            continue
    return sum(link.startswith("socket:") for link in links)


def test_d30_more_than_the_limit_is_read_and_answered_in_words(shared: Server) -> None:
    with shared.call() as line:
        line.sendall(photo(1_500_000))
        said = answer(line)
        assert b" 413 " in said and b"too much" in said
        line.sendall(PAGE)  # the line is still good
        assert b"page" in answer(line)


def test_who_asks_before_sending_too_much_is_told_at_once(shared: Server) -> None:
    asking = UPLOAD + b"Expect: 100-continue\r\nContent-Length: 2000000\r\n\r\n"
    said = shared.ask(asking)
    assert b" 413 " in said and b"Connection: close" in said


def test_a_body_in_chunks_arrives_and_has_the_same_limit(shared: Server) -> None:
    start = UPLOAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk(PART)
    end = chunk(b"\r\n--XX--\r\n") + b"0\r\n\r\n"
    assert b"bytes: 5000" in shared.ask(start, chunk(bytes(5000)), end)
    assert b" 413 " in shared.ask(start, *[chunk(bytes(100_000))] * 11, end)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n" % len(data) + data + b"\r\n"


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked",
        b"Content-Length: 5\r\nContent-Length: 5",
        b"Transfer-Encoding: chunked\r\nX: a\r\n b",
        b"Content-Length: +5",
        b"Transfer-Encoding : chunked",
    ],
)
def test_what_two_servers_could_read_in_two_ways_is_refused(shared: Server, lines: bytes) -> None:
    said = shared.ask(b"POST /upload HTTP/1.1\r\n" + HEAD + lines + b"\r\n\r\n" + b"0\r\n\r\n")
    assert said.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))


def test_a_chunk_without_end_is_refused(shared: Server) -> None:
    start = UPLOAD + b"Transfer-Encoding: chunked\r\n\r\n"
    too_long = b"1" * (web_connections.LARGEST_CHUNK_LINE + 1)
    assert b" 400 " in shared.ask(start, too_long)


def test_t17_stopping_answers_what_is_open(two: Server) -> None:
    said: list[bytes] = []
    asking = threading.Thread(target=lambda: said.append(two.ask(b"GET /slow HTTP/1.1\r\n" + HEAD + b"\r\n")))
    with two.call() as idle:
        idle.sendall(PAGE)
        answer(idle)
        asking.start()
        time.sleep(0.5)
        assert two.stop() < 10
    asking.join()
    assert b"finished" in said[0]


def test_a_killed_worker_is_replaced_and_no_page_is_lost(two: Server) -> None:
    before = set(two.workers())
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert b"page" in two.ask(PAGE)  # the socket keeps whoever calls meanwhile
    until(lambda: len(two.workers()) == 2)
    assert not before & set(two.workers())


def test_workers_share_the_lines_evenly_and_at_once(two: Server) -> None:
    began = time.monotonic()
    lines = [two.call() for _ in range(40)]
    for line in lines:
        line.sendall(PAGE)
    for line in lines:
        assert b"page" in answer(line)
    assert time.monotonic() - began < 3
    if Path("/proc").exists():
        held = [sockets(Path(f"/proc/{pid}/fd")) - 1 for pid in two.workers()]
        assert sum(held) == 40 and min(held) >= 15, held
    for line in lines:
        line.close()
