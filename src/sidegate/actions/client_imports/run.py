"""Running an import: by a worker, in batches so short that nobody waits for them, each whole or not at all."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from ...models import Client, ClientImport
from .known import known_of
from .plan import Planner
from .reading import read_table
from .rows import ParsedRow, Problem, Reading, parsed_rows
from .store import EmailTaken, Storing
from .undo import undo_batch

Status = ClientImport.Status
log = logging.getLogger("sidegate.imports")
LEASE = timedelta(seconds=60)
SLICE_SECONDS = 3.0  # then the worker looks after the mail again
TARGET_SECONDS = 0.05  # of write lock; twice as long may happen, 200 ms is the most we want
# SQLite has one writer at a time, and who waits for it looks only now and then: without a breath between two
# batches others waited for seconds.
BREATH_SECONDS = 0.05
SMALLEST, FIRST, LARGEST = 10, 25, 400
TRIES = 5
IMPOSSIBLE = (DataError, IntegrityError, EmailTaken)


def work_on_imports(*, seconds: float = SLICE_SECONDS) -> int:
    """A worker's chore: go on with an import, or with undoing one, for so long. Returns how many rows were done.

    Several workers may run: an import is held by a lease, and each batch is taken by a conditional UPDATE in the
    transaction that stores it, so that no row is done twice whoever dies in between.
    """
    client_import = _claim()
    if client_import is None:
        return 0
    rows = sum(_batches(client_import, seconds))
    ClientImport.objects.filter(pk=client_import.pk).update(lease_until=None)
    return rows


def _claim() -> ClientImport | None:
    at_work = ClientImport.objects.filter(status__in=(Status.RUNNING, Status.UNDOING))
    free = at_work.filter(Q(lease_until=None) | Q(lease_until__lt=Now()))
    for key in free.order_by("created_at").values_list("pk", flat=True)[:10]:
        if free.filter(pk=key).update(lease_until=Now() + LEASE):
            return ClientImport.objects.select_related("business", "by").get(pk=key)
    return None


def _batches(client_import: ClientImport, seconds: float) -> Iterator[int]:
    """For so long, but at least one; each as many rows as take a tenth of a second or so to write."""
    do = _importer(client_import) if client_import.status == Status.RUNNING else undo_batch
    status, size = client_import.status, FIRST
    until = time.monotonic() + seconds
    while client_import.status == status:
        began = time.monotonic()
        yield do(client_import, size)
        took = time.monotonic() - began
        if time.monotonic() >= until:
            return
        if connection.vendor == "sqlite":
            time.sleep(BREATH_SECONDS)
        size = int(min(max(SMALLEST, size * TARGET_SECONDS / max(took, 0.001)), 2 * size, LARGEST))


def _importer(client_import: ClientImport) -> Callable[[ClientImport, int], int]:
    rows = parsed_rows(read_table(client_import.source), reading_of(client_import))
    return lambda client_import, size: import_batch(client_import, rows[client_import.done_count :][:size])


def import_batch(client_import: ClientImport, rows: Sequence[ParsedRow]) -> int:
    """The next rows; with the last of them the import is done. Returns how many.

    Where one of them turns out to be impossible, each is tried alone, and that one is refused: one row never holds up
    the others.
    """
    try:
        _take(client_import, rows)
    except IMPOSSIBLE:
        log.exception("an imported row cannot be stored", extra={"facts": {"import": str(client_import.pk)}})
        rows = rows[:1]
        try:
            _take(client_import, rows)
        except IMPOSSIBLE:
            _take(client_import, [replace(rows[0], problems=(Problem("not_stored"),))])
    client_import.refresh_from_db(fields=["status", "done_count"])
    return len(rows)


def _take(client_import: ClientImport, rows: Sequence[ParsedRow]) -> None:
    """Raises EmailTaken where it was taken at each try: then it is not somebody else who was quicker."""
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic(durable=True):
                if _advance(client_import, len(rows)):
                    _store(client_import, rows)
            return
        except EmailTaken:
            if attempt == TRIES:
                raise


def _advance(client_import: ClientImport, count: int) -> bool:
    """Whether these rows are ours to do: nobody did them since we looked."""
    done = client_import.done_count + count
    changes: dict[str, Any] = {"done_count": done, "lease_until": Now() + LEASE}
    if done >= client_import.row_count:
        changes |= {"status": Status.DONE, "finished_at": timezone.now(), "source": ""}
    rows = ClientImport.objects.filter(
        pk=client_import.pk,
        business=client_import.business_id,
        status=Status.RUNNING,
        done_count=client_import.done_count,
    )
    return rows.update(**changes) == 1


def _store(client_import: ClientImport, rows: Sequence[ParsedRow]) -> None:
    business = client_import.business
    emails = {row.email for row in rows if row.email}
    phones = {row.phone for row in rows if row.phone}
    Client.objects.filter(Q(email__in=emails) | Q(phone__in=phones), business=business).take()
    known = known_of(business, emails=emails, phones=phones)
    Storing(client_import, Planner(known, business.today()).plans(rows)).run()


def reading_of(client_import: ClientImport) -> Reading:
    """As its columns, its language and its order of dates say."""
    business = client_import.business
    return Reading(
        business=business,
        columns=client_import.columns,
        language=client_import.language,
        date_order=client_import.date_order,
        today=business.today(),
    )
