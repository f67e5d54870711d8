"""Web and worker, ready to run: side by side from one parent, or each alone."""

import os
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from .processes import Part, run_together

GRACE_SECONDS = 20.0
SWEEP_EVERY_SECONDS = 3600.0
# What both need sooner or later: loaded before the fork, it lies in memory once.
SHARED_MODULES = ("sidegate.config.wsgi", "sidegate.config.urls", "sidegate.delivery.worker")


def run_worker_with_chores(*, once: bool = False) -> None:
    """The worker as every command runs it: it also answers sign-ins, and sweeps photos nobody owns."""
    from django.utils import timezone

    from ..actions.photos import sweep_orphans
    from ..actions.sign_in import answer_waiting_sign_ins
    from ..delivery.worker import at_most_every, run_worker

    sweep = at_most_every(SWEEP_EVERY_SECONDS, lambda: sweep_orphans(timezone.now()))
    run_worker(once=once, chores=(answer_waiting_sign_ins, sweep))


def serve_together(
    listening: socket.socket, *, workers: int, grace_seconds: float = GRACE_SECONDS, log: Path | None = None
) -> int:
    """Serve on the socket, with a worker beside; returns the exit code once all has stopped.

    With `log` both write there, anew at each start, and the terminal stays free.
    """
    load_shared_modules()
    close_connections()
    if log:
        log.write_bytes(b"")
    parts = (
        Part("web", lambda: _logged(log, lambda: run_web_on(listening, workers)), is_vital=True),
        Part("worker", lambda: _logged(log, run_worker_with_chores)),
    )
    return run_together(parts, grace_seconds=grace_seconds)


def _logged(log: Path | None, act: Callable[[], None]) -> None:
    if log:
        with log.open("ab") as file:
            os.dup2(file.fileno(), sys.stdout.fileno())
            os.dup2(file.fileno(), sys.stderr.fileno())
    act()


def run_web_on(listening: socket.socket, workers: int) -> None:
    from .web_server import run_web

    host, port = listening.getsockname()[:2]
    run_web(host=host, port=port, workers=workers, listening_socket=listening)


def usual_workers() -> int:
    """Web processes where nobody said how many: one for each two processors."""
    return max(1, (os.cpu_count() or 1) // 2)


def load_shared_modules() -> None:
    """Also the words of dates and money, which load on first use."""
    from datetime import date

    from ..wording import dates, money
    from ..wording.languages import LANGUAGES

    for module in SHARED_MODULES:
        import_module(module)
    for language in LANGUAGES:
        dates.day(date(2026, 3, 3), language, "US")
        money.money(100, "USD", language, "US")


def close_connections() -> None:
    from django.db import connections

    connections.close_all()
