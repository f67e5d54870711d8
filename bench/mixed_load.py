"""A busy minute on the real server: people who write and people who read at once, and a worker beside (CASES T14).

Each of them pauses a moment between two presses, as people do; what is measured is how long the slowest waited.
"""

import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from statistics import quantiles

from django.conf import settings

from .http_acts import Form, cookies_of, forms, queue_of
from .results import Row, number
from .run import Run
from .server import Answer, Browser, free_port, running
from .town import Case

WRITERS, READERS, WORKERS = 8, 12, 2
SECONDS, SECONDS_WHEN_QUICK = 60, 15
PAUSE_SECONDS = 0.4
SLOWEST_WRITE_MS, SLOWEST_READ_MS = 500, 300


@dataclass(slots=True)
class Heard:
    """What came back: how long each answer took, and those that were none."""

    writes_ms: list[float] = field(default_factory=list)
    reads_ms: list[float] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)


def measure(run: Run) -> list[Row]:
    settings.ALLOWED_HOSTS = ["localhost"]
    port, heard = free_port(), Heard()
    seconds = SECONDS_WHEN_QUICK if run.is_quick else SECONDS
    words = ["web", "--workers", str(WORKERS)]
    with running(words, port, run.folder / "mixed.log", SIDEGATE_BASE_URL=f"http://localhost:{port}"):
        worker = subprocess.Popen([sys.executable, "-m", "sidegate", "worker"], stdout=subprocess.DEVNULL)
        try:
            _let_them_in(run, port, seconds, heard)
        finally:
            worker.terminate()
            worker.wait(30)
    goals = (SLOWEST_WRITE_MS, SLOWEST_READ_MS) if run.db == "sqlite" else (None, None)
    return [
        number("busy minute: a write, 99th percentile, ms", run.db, _p99(heard.writes_ms), goal=goals[0]),
        number("busy minute: a page, 99th percentile, ms", run.db, _p99(heard.reads_ms), goal=goals[1]),
        number("busy minute: presses that got no answer", run.db, len(heard.unanswered), goal=0),
    ]


def _let_them_in(run: Run, port: int, seconds: float, heard: Heard) -> None:
    each = int(seconds / PAUSE_SECONDS) + 2
    cases = run.town.cases(WRITERS * each)
    shares = [iter(cases[place * each : (place + 1) * each]) for place in range(WRITERS)]
    dana = cookies_of(run.town.dana)
    presses = list(forms(run.town).values())
    together = threading.Barrier(WRITERS + READERS)
    until = time.monotonic() + seconds
    people: list[Callable[[], None]] = [
        partial(_write, port, dana, itertools.cycle(presses), share, until, heard) for share in shares
    ]
    people += [partial(_read, port, dana, queue_of(run.town), until, heard)] * READERS

    def begin(person: Callable[[], None]) -> None:
        together.wait()
        person()

    with ThreadPoolExecutor(len(people)) as threads:
        list(threads.map(begin, people))


def _write(
    port: int, dana: dict[str, str], makers: Iterator[Form], cases: Iterator[Case], until: float, heard: Heard
) -> None:
    """Ask, approve, decline, in turns, each time about another client."""
    while time.monotonic() < until and (case := next(cases, None)):
        who, path, fields = next(makers)(case)
        browser = Browser(port, cookies_of(who) if who else dana)
        whole = {**fields, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        _timed(heard.writes_ms, heard, lambda: browser.post(path, whole))  # noqa: B023 (called at once)
        browser.close()
        time.sleep(PAUSE_SECONDS)


def _read(port: int, dana: dict[str, str], path: str, until: float, heard: Heard) -> None:
    browser = Browser(port, dana)
    while time.monotonic() < until:
        _timed(heard.reads_ms, heard, lambda: browser.get(path))
        time.sleep(PAUSE_SECONDS)


def _timed(times: list[float], heard: Heard, ask: Callable[[], Answer]) -> None:
    began = time.perf_counter()
    try:
        status = ask().status
    except OSError as failure:
        heard.unanswered.append(repr(failure))
        return
    times.append((time.perf_counter() - began) * 1000)
    if status not in (200, 302):
        heard.unanswered.append(str(status))


def _p99(times: list[float]) -> float:
    return quantiles(times, n=100, method="inclusive")[-1]
