"""`serve`, `web` and `worker` in earnest, each as a process of its own."""

import json
import re
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .running import Running, opened, run, start

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
    pytest.mark.xdist_group("serve"),
]


@pytest.fixture(scope="module")
def earnest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment fit for serving, with its tables."""
    folder = tmp_path_factory.mktemp("earnest")
    environment = {
        "SIDEGATE_DATA_DIR": str(folder),
        "SIDEGATE_DATABASE_URL": f"sqlite:///{folder}/sidegate.sqlite3",
        "SIDEGATE_SECRET_KEY": "a-secret-of-more-than-thirty-two-signs",
        "SIDEGATE_EMAIL_URL": "smtp://localhost:1",
        "SIDEGATE_BASE_URL": "http://localhost:8000",
    }
    assert run("migrate", **environment).returncode == 0
    return environment


@pytest.fixture
def port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return str(found.getsockname()[1])


@pytest.fixture(params=["serve", "web"])
def serving(request: pytest.FixtureRequest, earnest: dict[str, str], port: str) -> Iterator[Running]:
    running = start(request.param, "--port", port, "--workers", "2", **earnest)
    yield running
    if running.process.poll() is None:
        running.stop()


def test_it_serves_and_stops_without_leaving_a_process(serving: Running) -> None:
    _address, ready = opened(f"{serving.base}/health/ready")
    assert json.loads(ready)["ready"]
    began = time.monotonic()
    assert serving.stop() == 0
    assert time.monotonic() - began < 10
    assert serving.processes() == set()


def test_each_start_without_a_business_prints_a_fresh_code(serving: Running, earnest: dict[str, str]) -> None:
    """It goes on to read what is said after "Ctrl-C stops"."""
    assert serving.process.stdout is not None
    told = next(line for line in serving.process.stdout if "/set-up" in line)
    assert re.fullmatch(
        r"No business yet. Open http://localhost:8000/set-up and type the code [2-9A-Z]{4}-[2-9A-Z]{4}\n",
        told,
    )
    address, page = opened(f"{serving.base}/")
    assert address == f"{serving.base}/set-up" and "Type the code" in page


def test_with_a_business_nothing_of_a_code_is_said(
    tmp_path: Path, earnest: dict[str, str], port: str
) -> None:
    own = {**earnest, "SIDEGATE_DATABASE_URL": f"sqlite:///{tmp_path}/own.sqlite3"}
    run("migrate", **own)
    assert run("new-business", "Clear Gutters", "--owner", "rita@example.com", **own).returncode == 0
    running = start("web", "--port", port, "--workers", "1", **own)
    running.stop()
    assert running.process.stdout is not None
    assert "code" not in running.told + running.process.stdout.read().replace('"exit_code"', "")


def test_t17_the_worker_stops_within_its_time(earnest: dict[str, str]) -> None:
    worker = start("worker", **earnest)
    began = time.monotonic()
    assert worker.stop() == 0
    assert time.monotonic() - began < 20


def test_the_worker_runs_once_when_asked(earnest: dict[str, str]) -> None:
    ended = run("worker", "--once", **earnest)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_taken_port_is_told_in_one_line(serving: Running, earnest: dict[str, str]) -> None:
    port = serving.base.rpartition(":")[2]
    ended = run("serve", "--port", port, **earnest)
    said = f"sidegate serve: Port {port} is taken by another program. Choose another with --port.\n"
    assert (ended.returncode, ended.stderr) == (1, said)


def test_tables_that_are_not_there_are_told_in_one_line(earnest: dict[str, str], tmp_path: Path) -> None:
    empty = {**earnest, "SIDEGATE_DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3"}
    ended = run("serve", **empty)
    assert ended.returncode == 1
    assert ended.stderr.endswith("to apply). Run: sidegate migrate\n") and ended.stderr.count("\n") == 1
