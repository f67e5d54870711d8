"""Web and worker, ready to run: side by side from one parent, or each alone."""

import os
import socket
import sys
from functools import partial
from math import inf
from pathlib import Path
from typing import cast

from .processes import Act, Part, run_together

GRACE_SECONDS = 20.0
SWEEP_EVERY_SECONDS = 3600.0
PAUSES_EVERY_SECONDS = 20.0
REMINDERS_EVERY_SECONDS = 300.0


def serve_together(
    listening: socket.socket,
    *,
    workers: int,
    announcement: str,
    grace_seconds: float = GRACE_SECONDS,
    log: Path | None = None,
) -> None:
    """Serve on the socket, with a worker beside, until SIGINT or SIGTERM; says so once it does.

    With `log` they write there, anew at each start, and the terminal stays free.
    """
    from ..config.wsgi import application
    from .web_server import web_parts

    load_what_is_shared()
    parts = [*web_parts(listening, workers, application), Part("worker", run_worker_with_chores)]
    if log:
        log.write_bytes(b"")
        for part in parts:
            part.act = partial(_logged, log, part.act)
    run_together(parts, grace_seconds=grace_seconds, announce=partial(print, announcement, flush=True))


def _logged(log: Path, act: Act) -> None:
    with log.open("ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    act()


def run_worker_with_chores(*, once: bool = False, announcement: str = "") -> None:
    """The worker as every command runs it: it also answers sign-ins, imports clients, puts the visits of
    recurring services on the schedule, and sweeps pictures nobody owns.

    What is announced is true: from then on a signal ends it well.
    """
    from django.utils import timezone

    from ..actions.client_imports import work_on_imports
    from ..actions.client_services import keep_pauses
    from ..actions.first_steps import close_finished_lists
    from ..actions.logos import sweep_logos
    from ..actions.photos import sweep_orphans
    from ..actions.proposals.lapsing import end_lapsed_proposals
    from ..actions.reminding import remind_offices
    from ..actions.sign_in import answer_waiting_sign_ins
    from ..actions.visits import extend_schedules
    from ..delivery.worker import at_most_every, run_worker

    announce = at_most_every(inf, lambda: announcement and print(announcement, flush=True))
    hourly = [
        at_most_every(SWEEP_EVERY_SECONDS, chore)
        for chore in (
            lambda: sweep_orphans(timezone.now()),
            lambda: sweep_logos(timezone.now()),
            close_finished_lists,
            end_lapsed_proposals,
        )
    ]
    pauses = at_most_every(PAUSES_EVERY_SECONDS, keep_pauses)
    reminders = at_most_every(REMINDERS_EVERY_SECONDS, remind_offices)
    chores = (
        announce,
        answer_waiting_sign_ins,
        work_on_imports,
        pauses,
        extend_schedules,
        reminders,
        *hourly,
    )
    run_worker(once=once, chores=chores)


def usual_workers() -> int:
    """Web processes where nobody said how many: one for each two processors."""
    return max(1, (os.cpu_count() or 1) // 2)


def load_what_is_shared() -> None:
    """What every process needs on its first page or message: loaded before the fork, it lies in memory once."""
    from datetime import date

    from django.conf import settings
    from django.template import engines
    from django.template.backends.jinja2 import Jinja2
    from django.urls import get_resolver
    from django.utils import translation

    from ..delivery import worker  # noqa: F401
    from ..wording import dates, money

    _ = get_resolver().url_patterns
    pages = cast(Jinja2, engines["jinja2"]).env
    for name in pages.list_templates(extensions=["html"]):
        pages.get_template(name)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("")
        dates.day(date(2026, 3, 3), language, "US")
        money.money(100, "USD", language, "US")
