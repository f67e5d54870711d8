"""T20: a backup while people ask and decide, put back elsewhere: whole, and well."""

import json
import os
import re
import tarfile
import threading
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from http.cookiejar import CookieJar
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from tests import pictures
from tests.postgres import PostgresServer, client_programs

from .installation import Installation

pytestmark = pytest.mark.faults
FORM = "/greenlawn/requests/new"
QUEUE = "/greenlawn/office/requests"
PEOPLE = 6
ROUNDS = 3


@pytest.fixture
def servers(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Installation, Installation]]:
    """The old one with Greenlawn, and a new one that is empty."""
    server = PostgresServer() if request.config.getoption("db") == "postgres" else None
    made = [_installation(tmp_path / name, server) for name in ("old", "new")]
    made[0].set_up()
    yield made[0], made[1]
    for installation in made:
        installation.stop()
    if server:
        server.stop()


def _installation(folder: Path, server: PostgresServer | None) -> Installation:
    folder.mkdir()
    made = Installation(folder, f"sqlite:///{folder}/sidegate.sqlite3")
    made.more = {"PATH": f"{client_programs()}{os.pathsep}{os.environ['PATH']}"}
    if server:
        import psycopg

        with psycopg.connect(server.url, autocommit=True) as line:
            line.execute(f"CREATE DATABASE {folder.name}")
        made.database_url = f"{server.url.rpartition('/')[0]}/{folder.name}"
    return made


def test_t20_a_backup_under_writes_is_whole_elsewhere(
    servers: tuple[Installation, Installation], tmp_path: Path
) -> None:
    old, new = servers
    old.serve()
    old.start("worker")
    done, answers = threading.Event(), list[int]()
    people = [threading.Thread(target=ask, args=(old, n, done, answers)) for n in range(PEOPLE)]
    people.append(threading.Thread(target=decide, args=(old, done)))
    for person in people:
        person.start()
    archives = [tmp_path / f"{number}.tar" for number in range(ROUNDS)]
    backups = [old.run("backup", str(archive)) for archive in archives]
    done.set()
    for person in people:
        person.join()
    assert {backup.returncode for backup in backups} == {0}, [backup.stderr for backup in backups]
    assert set(answers) <= {302, 429} and 302 in answers, answers
    assert old.broken_invariants() == ""
    look_at(new, archives[-1])


def look_at(new: Installation, archive: Path) -> None:
    """Put back, every rule holds, every hash is right, a picture opens, and the office says that mail is held."""
    restored = new.run("restore", str(archive))
    assert restored.returncode == 0, restored.stderr
    assert new.broken_invariants() == ""
    said, held = manifest(archive)
    assert said["photos_without_file"] == [] and said["rows"]["sidegate_bookingrequest"] > 0
    names = [file["name"] for file in said["files"] if file["name"].startswith("photos/")]
    assert len(names) >= 2 * said["rows"]["sidegate_photo"] > 0
    for name in names:
        assert (new.folder / name).read_bytes() == held[name]
    new.serve()
    new.start("worker", "--once")
    dana = signed_in(new, "dana@example.com")
    page = dana.open(new.address + QUEUE, timeout=20).read().decode()
    assert "until you release it" in page and "Release mail" in page
    picture = re.search(r'src="(/greenlawn/[^"]*photos/[^"]+)"', page)
    assert picture
    with dana.open(new.address + picture[1], timeout=20) as answer:
        assert Image.open(BytesIO(answer.read())).format == "JPEG"


def ask(installation: Installation, number: int, done: threading.Event, answers: list[int]) -> None:
    """Maria asks, with a photo; ten times in an hour is the most she may."""
    maria, start = installation.browser(f"maria{number}"), timezone.now().date() + timedelta(days=7)
    attempt = 0
    while not done.wait(0.2):
        attempt += 1
        form = {
            "kind": "one_time", "service": installation.people["service"], "window_start": start.isoformat(),
            "window_end": (start + timedelta(days=6)).isoformat(), "part_of_day": "any", "notes": "¿Puede venir?",
            "token": f"token-{number}-{attempt}",
        }  # fmt: skip
        answers.append(maria.post(FORM, form, {"one.jpg": pictures.jpeg()}).status)


def decide(installation: Installation, done: threading.Event) -> None:
    dana = installation.browser("dana")
    while not done.wait(0.3):
        for reference in re.findall(r"/requests/([0-9A-Z]{3}-[0-9A-Z]{3})/decline", dana.get(QUEUE).text)[:2]:
            dana.post(f"{QUEUE}/{reference}/decline", {"reason": "Not this week."})


def manifest(archive: Path) -> tuple[dict[str, Any], dict[str, bytes]]:
    with tarfile.open(archive) as tar:
        held = {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]
    return json.loads(held["manifest.json"]), held


def signed_in(installation: Installation, email: str) -> urllib.request.OpenerDirector:
    """Nobody is signed in after a restore: she comes in anew, by a link."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    link = installation.run("sign-in-link", email).stdout.strip()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.open(link).read().decode())
    assert token
    pressed = urllib.request.Request(
        f"{installation.address}/sign-in/confirm",
        data=f"csrfmiddlewaretoken={token[1]}".encode(),
        headers={"Origin": installation.address},
    )
    browser.open(pressed, timeout=20).close()
    return browser
