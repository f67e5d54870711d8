"""SQLite's database file: copied as it stood at one moment while others write, and put into its place."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from django.db import connection

from ..trouble import Trouble
from .partial import ONLY_MINE

PAGES_AT_ONCE: Final = 2048
BESIDE: Final = ("-wal", "-shm", "-journal")


@contextmanager
def snapshot(database: Path) -> Iterator[sqlite3.Connection]:
    """The database as it is now, whatever others write meanwhile; they do not wait for it."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=rw", uri=True, timeout=20)) as source:
        source.isolation_level = None
        source.execute("BEGIN")
        source.execute("SELECT 1 FROM sqlite_master").fetchone()  # from here on it holds still
        yield source


def copy(source: sqlite3.Connection, target: Path) -> None:
    """By SQLite's own backup, within the one snapshot: a copy made in steps would otherwise begin anew
    whenever somebody writes. Sessions stay behind, and their bytes too."""
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_EXCL, ONLY_MINE))
    with closing(sqlite3.connect(target)) as made:
        made.execute("PRAGMA journal_mode = OFF")
        made.execute("PRAGMA synchronous = OFF")
        with target.open("rb") as file:
            source.backup(made, pages=PAGES_AT_ONCE, progress=lambda *_: os.fsync(file.fileno()))
        made.execute("PRAGMA journal_mode = DELETE")
        made.execute("PRAGMA secure_delete = ON")
        if made.execute("SELECT 1 FROM sqlite_master WHERE name = 'django_session'").fetchone():
            with made:
                made.execute("DELETE FROM django_session")


def require_sound(made: sqlite3.Connection) -> None:
    """Raises Trouble where the pages of the file do not fit together: a copy has the faults of what it copies."""
    (found,) = made.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise Trouble(f"The database file is damaged: {found}. Nothing was kept.")


@contextmanager
def opened(database: Path) -> Iterator[sqlite3.Connection]:
    """A file that nobody else has open."""
    with closing(sqlite3.connect(database)) as found:
        yield found


@contextmanager
def looked_at(database: Path) -> Iterator[None]:
    """Meanwhile Django's connection is on this file."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(database)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def settle(database: Path) -> None:
    """All of it in the one file, with nothing beside. Raises Trouble where another process has it open."""
    with closing(sqlite3.connect(database, timeout=1)) as found:
        try:
            (mode,) = found.execute("PRAGMA journal_mode = DELETE").fetchone()
        except sqlite3.OperationalError:
            mode = ""
    if mode != "delete":
        raise Trouble(f"{database} is in use. Stop Sidegate first.")


def remove(database: Path) -> None:
    for name in ("", *BESIDE):
        database.with_name(database.name + name).unlink(missing_ok=True)
