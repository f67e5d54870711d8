"""Sidegate's own server, started as anyone would start it, and a plain client that keeps its connection."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

SECONDS_TO_START = 120


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def running(
    words: Sequence[str], port: int, log: Path, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """`sidegate <words>`, once it answers on the port."""
    with log.open("wb") as said:
        command = [sys.executable, "-m", "sidegate", *words, "--port", str(port)]
        process = subprocess.Popen(command, env=os.environ | environment, stdout=said, stderr=said)
    try:
        _await(process, port, log)
        yield process
    finally:
        process.terminate()
        process.wait(30)


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    give_up = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up and process.poll() is None:
        try:
            if Browser(port).get("/health/live").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(log.read_text())


class Answer:
    """What came back, read whole."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    def text(self) -> str:
        return self.body.decode()


class Browser:
    """One connection, kept open, with cookies."""

    def __init__(self, port: int, cookies: Mapping[str, str] | None = None) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.port = port
        self.cookies = dict(cookies or {})

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Answer:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields), form | headers)

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        all_headers = {"Host": f"localhost:{self.port}", **headers} | ({"Cookie": cookies} if cookies else {})
        self.connection.request(method, path, body, all_headers)
        response = self.connection.getresponse()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return Answer(response)

    def close(self) -> None:
        self.connection.close()
