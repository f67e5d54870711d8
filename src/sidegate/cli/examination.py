"""What `doctor` looks at: tables, clock, disk, outbox, environment, then the rules of the data."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from ..actions.invariants import check_rules
from ..models import ClientService, Message
from ..models.message import MessageQuerySet
from .start import environment_problems, missing_migrations

OK: Final = "ok"
HEED: Final = "heed"
BROKEN: Final = "broken"
ENOUGH_DISK_BYTES = 200 * 1024**2
LONG_OVERDUE = timedelta(minutes=10)
SCHEDULE_MAY_WAIT = timedelta(days=2)
CLOCKS_MAY_DIFFER = timedelta(minutes=5)
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: "ok", "heed" (a person should look) or "broken" (the exit code says so)."""

    name: str
    sentence: str
    state: str = OK
    count: int = 0
    examples: tuple[str, ...] = ()

    @property
    def is_broken(self) -> bool:
        return self.state == BROKEN


def examine() -> Iterator[Finding]:
    """Tables first: rules about tables that are not there cannot be asked."""
    tables = _tables()
    yield tables
    if tables.is_broken:
        return
    yield from (_clock(), _disk(), _queue(), _failed_mail(), _schedule(), _environment())
    _take_the_time_it_needs()
    for rule, found in check_rules():
        state = BROKEN if found.count else OK
        yield Finding(rule.number, rule.sentence, state, found.count, found.examples)


def _tables() -> Finding:
    missing = missing_migrations()
    if missing:
        return Finding("tables", f"Not up to date, {missing} to apply. Run: sidegate migrate", BROKEN)
    return Finding("tables", "Up to date.")


def _clock() -> Finding:
    """Leases and the time for an undo are compared with the database's clock (CASES D11)."""
    if connection.vendor == "sqlite":
        return Finding("clock", "SQLite reads this machine's.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart = abs(cursor.fetchone()[0] - timezone.now())
    if apart > CLOCKS_MAY_DIFFER:
        seconds = int(apart.total_seconds())
        return Finding("clock", f"This machine and the database are {seconds} s apart.", BROKEN)
    return Finding("clock", "This machine and the database agree.")


def _disk() -> Finding:
    """Of the data folder, or of where it will be made."""
    folder: Path = settings.SIDEGATE_DATA_DIR
    place = next(place for place in (folder, *folder.parents) if place.exists())
    if not place.is_dir():
        return Finding("disk", f"{place} is no folder, so nothing can be kept in {folder}.", BROKEN)
    free = shutil.disk_usage(place).free
    state = OK if free >= ENOUGH_DISK_BYTES else BROKEN
    return Finding("disk", f"{free // 1024**2:,} MB free for photos, in {folder}.", state)


def _queue() -> Finding:
    now = timezone.now()
    late = Message.objects.waiting().filter(next_try__lt=now - LONG_OVERDUE).order_by("next_try")
    count = late.count()
    if not count:
        return Finding("queue", "No message is overdue.")
    oldest = late.values_list("next_try", flat=True)[:1].get()
    minutes = int((now - oldest).total_seconds()) // 60
    sentence = f"The oldest overdue message waits for {minutes} min. Does a worker run?"
    return Finding("queue", sentence, HEED, count, _ids(late))


def _schedule() -> Finding:
    """Services that have waited for the worker's next visits for longer than a day can begin on earth."""
    waiting = ClientService.objects.filter(extends_on__lt=timezone.now().date() - SCHEDULE_MAY_WAIT)
    count = waiting.count()
    if not count:
        return Finding("schedule", "No recurring service waits for its next visits.")
    keys = tuple(str(key) for key in waiting.values_list("pk", flat=True)[:EXAMPLES])
    return Finding(
        "schedule", "Recurring services wait for their next visits. Does a worker run?", HEED, count, keys
    )


def _failed_mail() -> Finding:
    undelivered = Message.objects.undelivered().order_by("-id")
    count = undelivered.count()
    if not count:
        return Finding("mail", "Every message was delivered, or can be.")
    sentence = "Messages that failed or could not be sent; the office's Messages page lists them."
    return Finding("mail", sentence, HEED, count, _ids(undelivered))


def _ids(messages: MessageQuerySet) -> tuple[str, ...]:
    return tuple(str(key) for key in messages.values_list("pk", flat=True)[:EXAMPLES])


def _environment() -> Finding:
    problems = environment_problems()
    if problems:
        return Finding("environment", "Not fit for serving.", HEED, len(problems), tuple(problems))
    return Finding("environment", "Fit for serving.")


def _take_the_time_it_needs() -> None:
    """Pages are cut off after 15 s; a search through a million rows may take longer."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
        else:
            cursor.execute("PRAGMA cache_size = -65536")  # 64 MB
