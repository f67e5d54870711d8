"""Moving in: a table of clients imported by a worker, while someone else writes beside it."""

import csv
import io
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sidegate.actions.client_imports import (
    begin_import,
    begin_undo,
    draft_import,
    obstacles_to_undo,
    plan_import,
)
from sidegate.models import Business, ClientImport, ImportedRow

from .results import Row, number
from .run import Run

ROWS, ROWS_WHEN_QUICK = 10_000, 1_000
GOAL_SECONDS, GOAL_LOCK_MS = 60, 200
BETWEEN_WRITES_SECONDS = 0.005
HEADER = (
    "First name", "Last name", "E-mail", "Cell phone", "Language", "Street", "City", "Gate code", "Tags",
    "Service", "How often", "Price", "Next visit",
)  # fmt: skip


def measure(run: Run) -> list[Row]:
    count = ROWS_WHEN_QUICK if run.is_quick else ROWS
    began = time.perf_counter()
    draft = draft_import(run.town.business, by=run.town.dana, text=table_of(run, count), language="en")
    plan = plan_import(draft)
    preview = time.perf_counter() - began
    begin_import(draft, shown=plan.fingerprint)
    with worker():
        seconds, slowest = _until(draft, ClientImport.Status.DONE)
        assert ImportedRow.objects.filter(client_import=draft, fate="added").count() == count
        began = time.perf_counter()
        assert not obstacles_to_undo(draft)
        looking = time.perf_counter() - began
        begin_undo(draft)
        back_seconds, back_slowest = _until(draft, ClientImport.Status.UNDONE)
    assert ImportedRow.objects.filter(client_import=draft, fate="undone").count() == count
    goal = GOAL_SECONDS * count / ROWS if run.is_quick else GOAL_SECONDS
    rows = f"{count:,} rows"
    return [
        number(f"import, {rows}: the preview, s", run.db, preview),
        number(f"import, {rows}: by a worker, s", run.db, seconds, goal=goal),
        number(f"import, {rows}: the slowest write beside it, ms", run.db, slowest * 1000, goal=GOAL_LOCK_MS),
        number(f"import, {rows}: whether it can be undone, s", run.db, looking),
        number(f"import, {rows}: undone by a worker, s", run.db, back_seconds),
        number(f"import, {rows}: the slowest write beside undoing, ms", run.db, back_slowest * 1000, goal=GOAL_LOCK_MS),
    ]  # fmt: skip


def table_of(run: Run, count: int) -> str:
    """Clients with a weekly or two-weekly service from next week on: each row makes a user, a client, an address, an
    agreement, and two or four visits with their history."""
    chance, text = random.Random(1), io.StringIO()
    table = csv.writer(text)
    table.writerow(HEADER)
    first = run.town.today + timedelta(days=3)
    for place in range(count):
        table.writerow([
            chance.choice(["Ana", "Luis", "Omar", "Ruth"]), f"Client {place}", f"moving{place}@example.com",
            f"(305) {200 + place % 700}-{place // 700:04d}", chance.choice(["Spanish", "English"]),
            f"{place} Elm Street", "Miami", f"#{place % 9999}", "north, weekly",
            chance.choice(["Mowing", "Hedge trimming"]), chance.choice(["weekly", "every two weeks"]), "$95.00",
            (first + timedelta(days=place % 5)).isoformat(),
        ])  # fmt: skip
    return text.getvalue()


@contextmanager
def worker() -> Iterator[None]:
    words = [sys.executable, "-m", "sidegate", "worker"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _until(client_import: ClientImport, status: str) -> tuple[float, float]:
    """Until a worker has brought it so far: the seconds, and how long the slowest of our own writes took."""
    began, slowest = time.perf_counter(), 0.0
    while client_import.status != status:
        asked = time.perf_counter()
        Business.objects.filter(pk=client_import.business_id).update(phone="305")
        slowest = max(slowest, time.perf_counter() - asked)
        time.sleep(BETWEEN_WRITES_SECONDS)
        client_import.refresh_from_db(fields=["status"])
    return time.perf_counter() - began, slowest
