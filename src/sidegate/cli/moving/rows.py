"""Which tables are ours, and how many rows each has: asked in plain SQL, for a copy may be older than the models."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.recorder import MigrationRecorder

Select = Callable[[str], list[tuple[Any, ...]]]

OURS: Final = "sidegate_"
# Those whose counts say something to a person.
KNOWN: Final = {
    "sidegate_business": ("business", "businesses"),
    "sidegate_client": ("client", "clients"),
    "sidegate_bookingrequest": ("request", "requests"),
}
MIGRATIONS: Final = MigrationRecorder.Migration._meta.db_table


def select(statement: str, using: str = DEFAULT_DB_ALIAS) -> list[tuple[Any, ...]]:
    """Through Django's connection, in whatever transaction it is."""
    with connections[using].cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def select_from(database: sqlite3.Connection) -> Select:
    return lambda statement: database.execute(statement).fetchall()


def existing_tables(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Those that Django made here, sessions and the list of migrations among them; others in the same
    database are none of ours."""
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | {MIGRATIONS}
    with connections[using].cursor() as cursor:
        there = connections[using].introspection.table_names(cursor)
    return sorted(name for name in there if name in known or name.startswith(OURS))


def count(tables: Iterable[str], ask: Select = select) -> dict[str, int]:
    """Of the business's own tables among them."""
    return {
        table: int(ask(f'SELECT count(*) FROM "{table}"')[0][0])  # noqa: S608 (names of our tables)
        for table in tables
        if table.startswith(OURS)
    }


@dataclass(frozen=True, slots=True)
class Facts:
    """What a database says of itself at one moment; photos and logos by the names that rows give them."""

    rows: Mapping[str, int]
    migrations: Mapping[str, list[str]]
    photos: list[str]
    logos: list[str]


def facts(tables: Iterable[str], ask: Select = select) -> Facts:
    return Facts(count(tables, ask), migrations(ask), photo_names(ask), logo_names(ask))


def migrations(ask: Select = select) -> dict[str, list[str]]:
    """The names of those that were applied, by app."""
    found: dict[str, list[str]] = {}
    for app, name in ask(f"SELECT app, name FROM {MIGRATIONS} ORDER BY app, name"):  # noqa: S608
        found.setdefault(app, []).append(name)
    return found


def photo_names(ask: Select = select) -> list[str]:
    return [name for (name,) in ask("SELECT name FROM sidegate_photo")]


def logo_names(ask: Select = select) -> list[str]:
    """Empty where the tables are of a version that had no logos."""
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "sidegate_business")
    if "logo_name" not in {column.name for column in columns}:
        return []
    return [name for (name,) in ask("SELECT logo_name FROM sidegate_business WHERE logo_name <> ''")]


def in_words(rows: Mapping[str, int]) -> str:
    """ "2 businesses, 14 clients, 30 requests"."""
    counts = ((rows.get(table, 0), *words) for table, words in KNOWN.items())
    return ", ".join(f"{count:,} {one if count == 1 else many}" for count, one, many in counts)
