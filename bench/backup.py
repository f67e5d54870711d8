"""A backup while people work: how long it takes, and how much slower each page is meanwhile.

The business has a million requests and a gigabyte of photos. Three people read pages and four write, on the real
server with two web processes and a worker, first without the backup (the quiet times), then beside it.
"""

import itertools
import os
import secrets
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import quantiles

from django.conf import settings
from django.db import connection

from sidegate.models import BookingRequest, Business, Client, Photo, User
from tests.postgres import client_programs

from .http_acts import Form, cookies_of, forms
from .mixed_load import Heard, _write
from .queue_page import settle
from .results import Row, number
from .run import Run
from .server import Browser, free_port, running
from .town import Case

REQUESTS, PHOTO_BYTES_IN_ALL = 1_000_000, 10**9
CLIENTS = 1_000
PHOTO_BYTES, THUMBNAIL_BYTES = 190_000, 10_000
WRITERS, READERS, WORKERS = 4, 3, 2
PAUSE_SECONDS = 0.2
QUIET_SECONDS, QUIET_SECONDS_WHEN_QUICK = 90, 20
LONGEST_SECONDS = 900
MOST_SECONDS, TIMES_AS_SLOW = 120, 2

Times = dict[str, list[float]]


def measure(run: Run) -> list[Row]:
    settings.ALLOWED_HOSTS = ["localhost"]
    share = 10 if run.is_quick else 1
    business = _fill(REQUESTS // share, PHOTO_BYTES_IN_ALL // share)
    port = free_port()
    words = ["web", "--workers", str(WORKERS)]
    with (
        running(words, port, run.folder / "backup.log", SIDEGATE_BASE_URL=f"http://localhost:{port}"),
        _worker(),
        _people(run, business, port) as people,
    ):
        quiet = people.times_during(
            lambda: time.sleep(QUIET_SECONDS_WHEN_QUICK if run.is_quick else QUIET_SECONDS)
        )
        began = time.monotonic()
        beside = people.times_during(lambda: _back_up(run.folder / "all.tar"))
        seconds = time.monotonic() - began
    size = (run.folder / "all.tar").stat().st_size
    (run.folder / "all.tar").unlink()
    return _rows(run.db, share, seconds, size, quiet, beside, people.heard)


def _rows(
    db: str, share: int, seconds: float, size: int, quiet: Times, beside: Times, heard: Heard
) -> list[Row]:
    what = (
        f"backup of {REQUESTS // share:,} requests and {PHOTO_BYTES_IN_ALL // share / 10**9:g} GB of photos"
    )
    rows = [number(f"{what}, under writes: seconds", db, seconds, goal=MOST_SECONDS / share)]
    rows.append(number(f"{what}: size of the archive, GB", db, size / 10**9))
    for page in quiet:
        before, meanwhile = _p95(quiet[page]), _p95(beside[page])
        rows.append(
            Row(
                what=f"{page} page beside the backup, p95 / quiet p95 ({len(beside[page])} times)", db=db,
                p95_ms=round(meanwhile, 3), floor_ms=round(before, 3), ratio=round(meanwhile / before, 3),
                goal=TIMES_AS_SLOW,
            )
        )  # fmt: skip
    rows.append(number("presses that got no answer meanwhile", db, len(heard.unanswered), goal=0))
    return rows


def _fill(requests: int, photo_bytes: int) -> Business:
    words = ["seed", "--clients", str(CLIENTS), "--requests", str(requests)]
    subprocess.run([sys.executable, "-m", "sidegate", *words], check=True, stdout=subprocess.DEVNULL)
    business = Business.objects.get(slug="evergreen")
    asked = BookingRequest.objects.filter(business=business).order_by("-id").values_list("id", flat=True)
    keys = asked[: photo_bytes // (PHOTO_BYTES + THUMBNAIL_BYTES)]
    Photo.objects.bulk_create((_photo(business, key) for key in keys), batch_size=1000)
    settle()
    connection.close()
    os.sync()
    return business


def _photo(business: Business, key: object) -> Photo:
    """Its files hold what no compression makes smaller, as photos do."""
    name = secrets.token_hex(16)
    folder = Path(settings.SIDEGATE_DATA_DIR) / "photos" / name[:2]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.jpg").write_bytes(os.urandom(PHOTO_BYTES))
    (folder / f"{name}-small.jpg").write_bytes(os.urandom(THUMBNAIL_BYTES))
    return Photo(
        business=business, booking_request_id=key, position=0, name=name, width=1600, height=1200,
        size=PHOTO_BYTES, sha256="0" * 64,
    )  # fmt: skip


@contextmanager
def _worker() -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "sidegate", "worker"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _back_up(target: Path) -> None:
    path = f"{client_programs()}{os.pathsep}{os.environ['PATH']}"
    command = [sys.executable, "-m", "sidegate", "backup", str(target)]
    subprocess.run(command, check=True, env={**os.environ, "PATH": path}, stdout=subprocess.DEVNULL)


class People:
    """Who reads and writes until the block ends; how long pages took is asked for a while of it."""

    def __init__(self, pages: dict[str, tuple[str, dict[str, str]]], port: int) -> None:
        self.pages, self.port = pages, port
        self.heard, self.times = Heard(), defaultdict[str, list[float]](list)
        self.has_ended = threading.Event()

    def times_during(self, act: Callable[[], object]) -> Times:
        self.times = defaultdict(list)
        act()
        return dict(self.times)

    def read(self, offset: int) -> None:
        browsers = {name: Browser(self.port, cookies) for name, (_path, cookies) in self.pages.items()}
        names = list(self.pages)
        for turn in itertools.count(offset):
            if self.has_ended.is_set():
                return
            name = names[turn % len(names)]
            began = time.perf_counter()
            answer = browsers[name].get(self.pages[name][0])
            self.times[name].append((time.perf_counter() - began) * 1000)
            if answer.status != 200:
                self.heard.unanswered.append(f"{name} {answer.status}")
            time.sleep(PAUSE_SECONDS)


@contextmanager
def _people(run: Run, business: Business, port: int) -> Iterator[People]:
    owner = User.objects.get(email="owner@evergreen.example")
    client = Client.objects.filter(business=business, portal_users__isnull=False).order_by("id")[:1].get()
    hers, theirs = cookies_of(client.portal_users.get().user), cookies_of(owner)
    office = f"/{business.slug}/office"
    pages = {
        "queue": (f"{office}/requests", theirs),
        "clients": (f"{office}/clients", theirs),
        "messages": (f"{office}/messages", theirs),
        "portal": (f"/{business.slug}/", hers),
        "form": (f"/{business.slug}/requests/new", hers),
    }
    people = People(pages, port)
    each = int(LONGEST_SECONDS / 0.4)
    cases, dana = run.town.cases(WRITERS * each), cookies_of(run.town.dana)
    presses = list(forms(run.town).values())
    acts = [partial(people.read, number) for number in range(READERS)]
    for place in range(WRITERS):
        share = iter(cases[place * each : (place + 1) * each])
        acts.append(partial(_write_until, people, dana, itertools.cycle(presses), share))
    threads = [threading.Thread(target=act, daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    try:
        time.sleep(3)
        yield people
    finally:
        people.has_ended.set()
        for thread in threads:
            thread.join(30)


def _write_until(people: People, dana: dict[str, str], makers: Iterator[Form], cases: Iterator[Case]) -> None:
    """As in the busy minute, a second at a time."""
    while not people.has_ended.is_set():
        _write(people.port, dana, makers, cases, time.monotonic() + 1, people.heard)


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20, method="inclusive")[-1]
