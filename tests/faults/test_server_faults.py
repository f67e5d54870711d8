"""The real server, and what befalls it: killed workers, a database that restarts, a full disk, a busy hour."""

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.utils import timezone

from tests import pictures
from tests.postgres import UNPRIVILEGED, PostgresServer

from .installation import Answer, Browser, Installation

pytestmark = pytest.mark.faults
FORM = "/greenlawn/requests/new"
QUEUE = "/greenlawn/office/requests"


@pytest.fixture
def installation(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Installation]:
    """On SQLite, or on a PostgreSQL server that this test may restart."""
    server = PostgresServer() if request.config.getoption("db") == "postgres" else None
    made = Installation(tmp_path, server.url if server else f"sqlite:///{tmp_path}/sidegate.sqlite3")
    made.set_up()
    yield made
    made.stop()
    if server:
        server.stop()


def filled(installation: Installation, token: str, notes: str = "") -> dict[str, str]:
    start = timezone.now().date() + timedelta(days=7)
    return {
        "kind": "one_time", "service": installation.people["service"], "window_start": start.isoformat(),
        "window_end": (start + timedelta(days=6)).isoformat(), "part_of_day": "any", "notes": notes, "token": token,
    }  # fmt: skip


def waiting(dana: Browser) -> int:
    found = re.search(r'data-test="requests-badge" data-count="(\d+)"', dana.get(QUEUE).text)
    assert found
    return int(found[1])


def workers_of(process: subprocess.Popen[bytes]) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True, check=False
    )
    return [int(pid) for pid in listed.stdout.split()]


def test_t09_a_worker_killed_while_answering_loses_nothing_and_doubles_nothing(
    installation: Installation,
) -> None:
    server = installation.serve()
    maria, dana = installation.browser("maria0"), installation.browser("dana")
    for number in range(5):
        form = filled(installation, f"token-{number}")
        killer = threading.Timer(
            0.005 * number, lambda: [os.kill(pid, signal.SIGKILL) for pid in workers_of(server)]
        )
        killer.start()
        try:
            maria.post(FORM, form)
        except OSError:
            pass  # the line went dead in the middle: so she presses again
        killer.join()
        again = send_until_answered(maria, form)
        assert again.status == 302
        assert waiting(dana) == number + 1
    assert installation.broken_invariants() == ""


def send_until_answered(browser: Browser, form: dict[str, str]) -> Answer:
    for _ in range(50):
        try:
            answer = browser.post(FORM, form)
            if answer.status != 503:
                return answer
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError("no answer after ten seconds")


def test_t15_a_database_restart_is_a_pause_and_not_an_error(installation: Installation) -> None:
    if installation.database_url.startswith("sqlite"):
        pytest.skip("SQLite has no server to restart")
    installation.serve()
    statuses: list[int] = []
    acknowledged: list[str] = []
    stop = threading.Event()

    def ask(number: int) -> None:
        maria = installation.browser(f"maria{number}")
        for attempt in range(9):
            if stop.is_set():
                return
            answer = maria.post(FORM, filled(installation, f"token-{number}-{attempt}"))
            statuses.append(answer.status)
            if answer.status == 302:
                acknowledged.append(answer.headers["Location"])
            time.sleep(0.15)

    clients = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for client in clients:
        client.start()
    time.sleep(0.8)
    restart(installation.database_url)
    time.sleep(1)
    for client in clients:
        client.join()
    assert set(statuses) <= {302, 503}, statuses
    dana = installation.browser("dana")
    assert waiting(dana) == len(acknowledged) > 0
    maria = installation.browser("maria7")
    assert maria.post(FORM, filled(installation, "after")).status == 302
    assert installation.broken_invariants() == ""
    installation.stop()
    control(installation.database_url, "stop")


def restart(url: str) -> None:
    """As an administrator does it: connections are cut, and a moment later the server answers again."""
    control(url, "restart")


def control(url: str, act: str) -> None:
    folder = Path(unquote(urlsplit(url).netloc.rpartition("@")[2]))
    programs = next(folder.rglob("bin/pg_ctl"), None) or Path(str(shutil.which("pg_ctl")))
    as_user: dict[str, Any] = {"user": UNPRIVILEGED, "extra_groups": []} if os.geteuid() == 0 else {}
    command = [str(programs), "-D", str(folder / "data"), "-m", "fast", "-w", act, "-l", os.devnull]
    done = subprocess.run(
        command if act == "restart" else command[:-2], capture_output=True, check=False, cwd="/", **as_user
    )
    assert done.returncode == 0, done


def test_t16_a_full_disk_is_said_in_words_and_passes(installation: Installation) -> None:
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    small = installation.folder / "photos"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(small)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        installation.serve()
        maria = installation.browser("maria0")
        answer = maria.post(FORM, filled(installation, "one"), {"one.jpg": pictures.jpeg()})
        assert answer.status == 503 and answer.headers["Retry-After"]
        assert "No tenemos espacio para fotos" in answer.text  # Maria reads Spanish
        assert waiting(installation.browser("dana")) == 0
        assert list(small.rglob("*.jpg")) == []
        subprocess.run(["mount", "-o", "remount,size=1g", str(small)], check=True)
        assert maria.post(FORM, filled(installation, "one"), {"one.jpg": pictures.jpeg()}).status == 302
        assert installation.broken_invariants() == ""
    finally:
        installation.stop()
        subprocess.run(["umount", str(small)], check=False)


def test_t14_a_busy_hour_locks_nobody_out(installation: Installation) -> None:
    installation.serve()
    installation.start("worker")
    statuses: list[int] = []
    end = time.monotonic() + 8

    def write(number: int) -> None:
        maria = installation.browser(f"maria{number}")
        count = 0
        while time.monotonic() < end:
            answer = maria.post(FORM, filled(installation, f"busy-{number}-{count}"))
            statuses.append(answer.status)
            count += 1

    def read() -> None:
        dana = installation.browser("dana")
        while time.monotonic() < end:
            statuses.append(dana.get(QUEUE).status)

    people = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    people += [threading.Thread(target=read) for _ in range(4)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert set(statuses) <= {200, 302, 429}, statuses  # 429: more than ten requests an hour of one client
    assert "locked" not in (installation.folder / "server.log").read_text()
    assert installation.broken_invariants() == ""


def test_t17_stopping_answers_what_is_open_and_leaves_no_lease(installation: Installation) -> None:
    worker, server = installation.start("worker"), installation.serve()
    time.sleep(1.5)  # the worker is at work by then
    maria = installation.browser("maria0")
    answers: list[int] = []
    asking = threading.Thread(
        target=lambda: answers.append(
            maria.post(FORM, filled(installation, "open"), {"one.jpg": pictures.jpeg()}).status
        )
    )
    asking.start()
    time.sleep(0.05)
    began = time.monotonic()
    for process in (server, worker):
        process.send_signal(signal.SIGTERM)
    for process in (server, worker):
        assert process.wait(25) == 0
    assert time.monotonic() - began <= 20
    asking.join()
    assert answers == [302]
    assert installation.broken_invariants() == ""
