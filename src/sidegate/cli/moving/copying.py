"""Every row of one database into another, of the other kind as a rule, in one transaction that proves itself."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.apps import apps
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, Error, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from ...config.environment import database_entry
from ..start import ADDRESSES, prepare_file
from ..trouble import Trouble, first_line
from . import place, rows, sqlite
from .checksums import Checksum

Told = Callable[[str], None]
Model = type[models.Model]

TARGET: Final = "target"
AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Copied:
    """A table that has the same rows in both databases now."""

    table: str
    rows: int
    checksum: str


def copy_database(url: str, tell: Told) -> list[Copied]:
    """All rows of ours are in the database at the address when this returns, in tables made there; else none is.
    Nobody writes to this one meanwhile. Raises Trouble."""
    _open_target(url)
    with _held_still():
        tell("Making the tables")
        call_command("migrate", database=TARGET, interactive=False, verbosity=0)
        with _all_or_nothing():
            expected = [_copy(model, tell) for model in _models()]
            tell("Comparing")
            found = [_read(model, TARGET) for model in _models()]
            _require_same(expected, found)
    _analyze()
    return expected


def _models() -> list[Model]:
    return list(apps.get_app_config("sidegate").get_models(include_auto_created=True))


def _open_target(url: str) -> None:
    """Raises Trouble where it cannot be reached, or has rows of ours."""
    try:
        entry = database_entry(url)
    except ValueError as error:
        raise Trouble(f"The address cannot be read. {ADDRESSES}") from error
    if not entry["ENGINE"].endswith(("sqlite3", "postgresql")):
        raise Trouble(f"The address names a database we do not know. {ADDRESSES}")
    connections.settings[TARGET] = connections.configure_settings({DEFAULT_DB_ALIAS: entry})[DEFAULT_DB_ALIAS]
    if entry["ENGINE"].endswith("sqlite3"):
        prepare_file(str(entry["NAME"]))
    try:
        found = rows.count(rows.existing_tables(TARGET), lambda statement: rows.select(statement, TARGET))
    except Error as error:
        raise Trouble(f"The other database does not answer: {first_line(error)}") from error
    if any(found.values()):
        raise Trouble(f"The other database is not empty: it has {place.in_words(found)}. Nothing was copied.")


@contextmanager
def _held_still() -> Iterator[None]:
    """Nobody writes to our database until the end. Raises Trouble where somebody uses it."""
    source = connections[DEFAULT_DB_ALIAS]
    if source.vendor == "sqlite":
        source.close()
        sqlite.settle(place.database_file())
    else:
        _require_alone(source)
    with transaction.atomic(), source.cursor() as cursor:  # on SQLite this is the one lock for writing
        if source.vendor == "postgresql":
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            tables = ", ".join(source.ops.quote_name(model._meta.db_table) for model in _models())
            cursor.execute(f"LOCK TABLE {tables} IN SHARE MODE")
        yield


def _require_alone(source: BaseDatabaseWrapper) -> None:
    with source.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND usename = current_user AND pid <> pg_backend_pid()"
        )
        (others,) = cursor.fetchone()
    if others:
        raise Trouble(f"The database is in use ({others} connections). Stop Sidegate first.")


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    """One transaction of the other database, in which tables may come before those they point to."""
    target = connections[TARGET]
    keep = _without_foreign_keys if target.vendor == "postgresql" else _foreign_keys_at_the_end
    with keep(target):
        yield


@contextmanager
def _in_words(model: Model) -> Iterator[None]:
    """What a table of the other database does not take."""
    try:
        yield
    except (Error, ValueError) as error:
        refusal = f"{first_line(error)} ({model._meta.db_table})"
        raise Trouble(f"The other database refused: {refusal}. Nothing was copied.") from error


@contextmanager
def _foreign_keys_at_the_end(target: BaseDatabaseWrapper) -> Iterator[None]:
    target.disable_constraint_checking()
    with transaction.atomic(using=TARGET):
        yield
        target.check_constraints()
    target.enable_constraint_checking()


@contextmanager
def _without_foreign_keys(target: BaseDatabaseWrapper) -> Iterator[None]:
    """Checked all at once when they are made again: row by row, a million rows would wait in memory."""
    with transaction.atomic(using=TARGET), target.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute(
            "SELECT conrelid::regclass, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' AND conrelid = ANY (%s::regclass[])",
            [[model._meta.db_table for model in _models()]],
        )
        keys = cursor.fetchall()
        for table, name, _definition in keys:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        yield
        for table, name, definition in keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _copy(model: Model, tell: Told) -> Copied:
    checksum, waiting = Checksum(), _rows(model, DEFAULT_DB_ALIAS)
    while batch := list(islice(waiting, AT_ONCE)):
        for row in batch:
            checksum.add(row)
        with _in_words(model):
            _insert(model, batch)
        tell(f"{model._meta.db_table}: {checksum.rows:,} rows")
    return Copied(model._meta.db_table, checksum.rows, str(checksum))


def _read(model: Model, using: str) -> Copied:
    checksum = Checksum()
    for row in _rows(model, using):
        checksum.add(row)
    return Copied(model._meta.db_table, checksum.rows, str(checksum))


def _rows(model: Model, using: str) -> Iterator[tuple[Any, ...]]:
    names = [field.attname for field in model._meta.concrete_fields]
    found = model._base_manager.using(using).order_by("pk").values_list(*names)
    return found.iterator(chunk_size=AT_ONCE)


def _insert(model: Model, batch: Sequence[tuple[Any, ...]]) -> None:
    target, fields = connections[TARGET], model._meta.concrete_fields
    whole = [
        [field.get_db_prep_save(value, target) for field, value in zip(fields, row, strict=True)]
        for row in batch
    ]
    table = target.ops.quote_name(model._meta.db_table)
    names = ", ".join(target.ops.quote_name(str(field.column)) for field in fields)
    with target.cursor() as cursor:
        if target.vendor == "postgresql":
            with target.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in whole:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", whole)  # noqa: S608


def _require_same(expected: Sequence[Copied], found: Sequence[Copied]) -> None:
    other = [one.table for one, two in zip(expected, found, strict=True) if one != two]
    if other:
        raise Trouble(f"The rows of {', '.join(other)} came out otherwise. Nothing was copied.")


def _analyze() -> None:
    """PostgreSQL plans by counts, which its own process would come to in a minute."""
    target = connections[TARGET]
    if target.vendor == "postgresql":
        with target.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("ANALYZE")
