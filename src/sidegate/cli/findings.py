"""What `doctor` looks at beside the rules of the data: tables, clock, disk, outbox, environment.

Here Django is set up already: the models are imported inside the functions all the same, for this module
is loaded before.
"""

import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from ..config.environment import Environment
from .start import missing_migrations

OK: Final = "ok"
HEED: Final = "heed"
BROKEN: Final = "broken"
ENOUGH_DISK_BYTES = 200 * 1024**2
LONG_OVERDUE = timedelta(minutes=10)
CLOCKS_MAY_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: "ok", "heed" (a person should look) or "broken" (the exit code says so)."""

    name: str
    sentence: str
    state: str = OK
    count: int = 0
    examples: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def migrations_finding() -> Finding:
    missing = missing_migrations()
    if missing:
        return Finding("tables", f"{missing} migrations are missing. Run: sidegate migrate", BROKEN)
    return Finding("tables", "The tables are up to date.")


def machine_findings() -> Iterator[Finding]:
    yield _clock()
    yield _disk()
    yield _queue()
    yield _failed_mail()
    yield _environment()


def _clock() -> Finding:
    """Leases and undo times are compared with the database's clock (CASES D11)."""
    from django.utils import timezone

    difference = abs(_database_time() - timezone.now())
    if difference > CLOCKS_MAY_DIFFER:
        seconds = int(difference.total_seconds())
        return Finding("clock", f"This machine's clock and the database's are {seconds} s apart.", BROKEN)
    return Finding("clock", "This machine and the database agree on the time.")


def _database_time() -> datetime:
    from django.db.models.functions import Now

    from ..models import User

    rows = User.objects.order_by().values_list(Now())
    if found := rows.first():
        return found[0]
    from django.utils import timezone

    return timezone.now()
