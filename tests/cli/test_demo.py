"""The demo as a newcomer meets it: one command, links that work, and nothing left behind when it stops."""

import json
import os
import re
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from sidegate.cli.demo_folder import DemoFolder
from sidegate.cli.trouble import Trouble

from .running import Running, opened, run, start

pytestmark = pytest.mark.xdist_group("demo")


def start_demo(folder: Path) -> Running:
    return start("demo", SIDEGATE_DATA_DIR=str(folder))


@pytest.fixture
def own_environment() -> Iterator[None]:
    """What a test sets in the environment ends with it."""
    with patch.dict(os.environ):
        yield


def refused(folder: Path, *arguments: str) -> str:
    ended = run("demo", *arguments, SIDEGATE_DATA_DIR=str(folder))
    assert ended.returncode == 1
    return ended.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for the module: the story is told once."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Running]:
    """It runs while the tests of this module do; those that stop one start their own beside it."""
    running = start_demo(folder)
    yield running
    running.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_second_start_tells_no_second_story_and_stops_without_leaving_a_process(
    demo: Running, folder: Path
) -> None:
    second = start_demo(folder)
    assert "Telling" in demo.told and "Telling" not in second.told
    _address, ready = opened(f"{second.base}/health/ready")
    assert json.loads(ready)["ready"]
    assert len(second.processes()) == 3  # the parent, a web worker, the worker
    began = time.monotonic()
    assert second.stop() == 0
    assert time.monotonic() - began < 5
    assert second.processes() == set()


def test_each_link_signs_its_person_in_as_often_as_one_likes(demo: Running) -> None:
    maria, dana = demo.links
    for _time in range(2):
        for link, page in ((maria, "/greenlawn/"), (dana, "/greenlawn/office/requests")):
            address, text = opened(link)
            assert address == demo.base + page
            assert "Greenlawn" in text


def test_pages_come_with_hashed_static_files(demo: Running) -> None:
    _address, page = opened(f"{demo.base}/demo/mailbox")
    sheet = re.search(r'href="(/static/css/[\w.-]+\.[0-9a-f]{12}\.css)"', page)
    assert sheet, page
    with urllib.request.urlopen(demo.base + sheet[1], timeout=20) as answer:
        assert "immutable" in answer.headers["Cache-Control"]


def test_two_at_once_share_a_story_on_two_ports(demo: Running, folder: Path) -> None:
    second = start_demo(folder)
    assert second.base != demo.base
    assert opened(second.links[0])[0] == f"{second.base}/greenlawn/"
    assert second.stop() == 0


def test_nobody_begins_anew_under_a_running_demo(demo: Running, folder: Path) -> None:
    assert "A demo is running in " in refused(folder, "--fresh")
    assert opened(demo.links[0])[0] == f"{demo.base}/greenlawn/"


def test_doctor_finds_nothing_while_it_runs(demo: Running, folder: Path) -> None:
    place = folder / "demo"
    ended = run(
        "doctor",
        SIDEGATE_DEMO="1",
        SIDEGATE_DATA_DIR=str(place),
        SIDEGATE_DATABASE_URL=f"sqlite:///{place}/sidegate.sqlite3",
    )
    assert ended.returncode == 0, ended.stdout


def test_a_taken_port_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refused(tmp_path, "--port", str(port))
    assert said == f"sidegate demo: Port {port} is taken by another program. Choose another with --port.\n"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root meets no such folder")
def test_a_folder_that_cannot_be_made_is_told_in_one_line() -> None:
    assert refused(Path("/proc/nowhere")).startswith("sidegate demo: The folder /proc/nowhere/demo cannot be")


@pytest.mark.usefixtures("own_environment")
def test_what_leads_into_earnest_is_left_alone(tmp_path: Path) -> None:
    for name in ("SIDEGATE_DATABASE_URL", "SIDEGATE_EMAIL_URL", "SIDEGATE_SECRET_KEY", "SIDEGATE_BASE_URL"):
        os.environ[name] = "in-earnest"
    os.environ.update(SIDEGATE_DEMO="0", SIDEGATE_DATA_DIR=str(tmp_path))
    folder = DemoFolder.here()
    assert folder.take_environment(8123) == ["SIDEGATE_DATABASE_URL", "SIDEGATE_EMAIL_URL"]
    assert "SIDEGATE_DATABASE_URL" not in os.environ
    assert os.environ["SIDEGATE_DATA_DIR"] == str(tmp_path / "demo")
    assert os.environ["SIDEGATE_BASE_URL"] == "http://localhost:8123"
    assert os.environ["SIDEGATE_DEMO"] == "1"


@pytest.mark.usefixtures("own_environment")
def test_the_secret_is_made_once_and_is_nobody_elses_business(tmp_path: Path) -> None:
    secrets = []
    for _start in range(2):
        os.environ["SIDEGATE_DATA_DIR"] = str(tmp_path)
        DemoFolder.here().take_environment(8123)
        secrets.append(os.environ["SIDEGATE_SECRET_KEY"])
    assert secrets[0] == secrets[1] and len(secrets[0]) >= 32
    assert (tmp_path / "demo" / "secret-key").stat().st_mode & 0o077 == 0


def test_a_story_told_halfway_does_not_count(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path)
    (tmp_path / "sidegate.sqlite3").write_text("half a database")
    assert folder.told_at() is None
    folder.clear()
    assert not list(tmp_path.iterdir())


def test_only_the_first_demo_may_change_what_lies_there(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path)
    with folder.in_use(fresh=False) as first:
        assert first.is_alone
        first.share()
        with folder.in_use(fresh=False) as second:
            assert not second.is_alone
        with pytest.raises(Trouble, match="is running"), folder.in_use(fresh=True):
            pass
