"""A Sidegate of its own for a fault test: its database, its data folder, its real server in real processes."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

PROGRAM = [sys.executable, "-m", "sidegate"]
FIRST_ROWS = Path(__file__).with_name("first_rows.py")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Installation:
    """`run` gives a command; `start` leaves one running. `people` maps a name to a session's key."""

    folder: Path
    database_url: str
    port: int = field(default_factory=free_port)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)
    more: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "SIDEGATE_DATABASE_URL": self.database_url,
            "SIDEGATE_DATA_DIR": str(self.folder),
            "SIDEGATE_BASE_URL": self.address,
            "SIDEGATE_EMAIL_URL": "mailbox:",
            "SIDEGATE_SECRET_KEY": "a-secret-for-tests-and-for-nothing-else",
            "DJANGO_SETTINGS_MODULE": "sidegate.config.settings",
            **self.more,
        }

    def set_up(self) -> None:
        """Tables, Greenlawn with Dana and Maria, and a session for each."""
        self.run("migrate")
        made = subprocess.run(
            [sys.executable, str(FIRST_ROWS)],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        self.people = json.loads(made.stdout)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PROGRAM, *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self.folder / "server.log").open("ab")
        started = subprocess.Popen([*PROGRAM, *arguments], env=self.environment(), stdout=log, stderr=log)
        self.running.append(started)
        return started

    def serve(self, workers: int = 2) -> subprocess.Popen[bytes]:
        """The web server, once it answers."""
        started = self.start("web", "--port", str(self.port), "--workers", str(workers))
        for _ in range(200):
            try:
                with urllib.request.urlopen(self.address + "/health/live", timeout=2):
                    return started
            except OSError:
                time.sleep(0.1)
        raise AssertionError((self.folder / "server.log").read_text()[-3000:])

    def stop(self) -> None:
        for started in self.running:
            if started.poll() is None:
                started.send_signal(signal.SIGTERM)
        for started in self.running:
            try:
                started.wait(25)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()

    def browser(self, person: str) -> "Browser":
        return Browser(self.address, self.people[person])

    def doctor(self) -> dict[str, Any]:
        return dict(json.loads(self.run("doctor", "--json").stdout))

    def broken_invariants(self) -> str:
        """What doctor finds wrong with the data; empty where all of I1 to I10 hold."""
        found = self.run("doctor")
        return "" if found.returncode == 0 else found.stdout + found.stderr


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any) -> None:
        return None


@dataclass
class Answer:
    status: int
    text: str
    headers: Any
    seconds: float


class Browser:
    """A signed-in person: pages and forms over HTTP, CSRF token and all, without following redirects."""

    def __init__(self, address: str, session: str) -> None:
        self.address, self.session, self.csrf = address, session, "x" * 32
        self.opener = urllib.request.build_opener(
            _NoRedirect, urllib.request.HTTPCookieProcessor(CookieJar())
        )

    def get(self, path: str) -> Answer:
        return self.send(urllib.request.Request(self.address + path))

    def post(self, path: str, fields: dict[str, str], files: dict[str, bytes] | None = None) -> Answer:
        fields = {**fields, "csrfmiddlewaretoken": self.csrf}
        body, kind = (
            multipart(fields, files)
            if files
            else (urlencode(fields).encode(), "application/x-www-form-urlencoded")
        )
        headers = {"Content-Type": kind, "Origin": self.address}
        return self.send(urllib.request.Request(self.address + path, data=body, headers=headers))

    def send(self, request: urllib.request.Request) -> Answer:
        request.add_header("Cookie", f"sessionid={self.session}; csrftoken={self.csrf}; language=en")
        began = time.monotonic()
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            with opener.open(request, timeout=60) as answer:
                return Answer(answer.status, answer.read().decode(), answer.headers, time.monotonic() - began)
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode(), error.headers, time.monotonic() - began)

    def form(self, path: str) -> dict[str, str]:
        """The hidden token of a page's form."""
        found = re.search(r'name="token" value="([^"]+)"', self.get(path).text)
        assert found
        return {"token": found[1]}


def multipart(fields: dict[str, str], files: dict[str, bytes]) -> tuple[bytes, str]:
    mark = "sidegate-test-boundary"
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, data in files.items():
        head = f'--{mark}\r\nContent-Disposition: form-data; name="photos"; filename="{name}"\r\n'
        parts.append(head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + data + b"\r\n")
    return b"".join([*parts, f"--{mark}--\r\n".encode()]), f"multipart/form-data; boundary={mark}"
