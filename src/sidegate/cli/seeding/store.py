"""Many rows at once, by the fastest way each database has, in transactions short enough for others."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final

from django.db import connection, models, transaction

Value = str | int | None
Row = Sequence[Value]

TARGET_SECONDS: Final = 0.1  # of write lock; twice as long may happen, 200 ms is the most we want
SMALLEST, FIRST, LARGEST = 25, 200, 20_000
FEWEST_SECONDS: Final = 0.001


class Table:
    """A model's table and the columns that its rows fill, in their order; the rest is the same in every row.

    Raises AssertionError where a column is forgotten: a new column of the model is noticed here.
    """

    def __init__(self, model: type[models.Model], columns: str, **same: Value) -> None:
        self.columns = (*columns.split(), *same)
        self.same = tuple(same.values())
        self.name = model._meta.db_table
        known = {field.column for field in model._meta.concrete_fields}
        if known != set(self.columns):
            raise AssertionError(f"{self.name}: {known ^ set(self.columns)}")

    def insert(self, rows: Sequence[Row]) -> None:
        whole = [(*row, *self.same) for row in rows]
        names = ", ".join(connection.ops.quote_name(column) for column in self.columns)
        table = connection.ops.quote_name(self.name)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                into = f"COPY {table} ({names}) FROM STDIN"
                with connection.wrap_database_errors, cursor.copy(into) as copy:
                    for row in whole:
                        copy.write_row(row)
            else:
                places = ", ".join(["%s"] * len(self.columns))
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", whole)  # noqa: S608


Bundle = list[tuple[Table, Row]]


def store_bundles(bundles: Iterable[Bundle]) -> Iterator[int]:
    """Store rows that belong together in one transaction, several bundles in each; yields how many.

    As many as take about a tenth of a second to write: other writers wait no longer than that. They are
    made before it begins.
    """
    waiting = iter(bundles)
    size = FIRST
    while batch := list(islice(waiting, size)):
        by_table = _by_table(chain.from_iterable(batch))
        took = _store(by_table)
        yield len(batch)
        size = _next_size(size, took)


def _by_table(rows: Iterable[tuple[Table, Row]]) -> dict[Table, list[Row]]:
    found: dict[Table, list[Row]] = defaultdict(list)
    for table, row in rows:
        found[table].append(row)
    return found


def _store(by_table: dict[Table, list[Row]]) -> float:
    began = time.perf_counter()
    with transaction.atomic():
        for table, rows in by_table.items():
            table.insert(rows)
    return time.perf_counter() - began


def _next_size(size: int, took: float) -> int:
    """At most twice as many as before: one fast batch proves little."""
    fitting = size * TARGET_SECONDS / max(took, FEWEST_SECONDS)
    return int(min(max(SMALLEST, fitting), 2 * size, LARGEST))


def prepare() -> None:
    """For this connection alone: more pages kept in memory, and written back to the file less often."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -65536")  # 64 MB
            cursor.execute("PRAGMA wal_autocheckpoint = 10000")  # pages


def analyze() -> None:
    """PostgreSQL plans by counts it has not made yet; its own process would come to it in a minute."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("ANALYZE")
