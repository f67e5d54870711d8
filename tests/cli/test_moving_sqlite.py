"""SQLite's copy while others write: of one moment, and it comes to an end."""

import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from sidegate.cli.moving import sqlite
from sidegate.cli.trouble import Trouble

ROWS = 2000


@pytest.fixture
def written_to(tmp_path: Path) -> Path:
    database = tmp_path / "sidegate.sqlite3"
    with closing(sqlite3.connect(database)) as made, made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("CREATE TABLE asked (notes text)")
        made.executemany("INSERT INTO asked VALUES (?)", [("x" * 400,)] * ROWS)
    return database


def test_a_copy_is_of_one_moment_whatever_is_written_meanwhile(
    written_to: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes after every step; a copy without its snapshot would begin anew each time, for ever."""
    steps = count(1)

    def write(_file: int) -> None:
        assert next(steps) < 1000
        with closing(sqlite3.connect(written_to)) as another, another:
            another.execute("INSERT INTO asked VALUES ('too late')")

    monkeypatch.setattr(sqlite, "PAGES_AT_ONCE", 8)
    monkeypatch.setattr("os.fsync", write)
    target = tmp_path / "copy.sqlite3"
    with sqlite.snapshot(written_to) as source:
        sqlite.copy(source, target)
    assert next(steps) > 10
    with sqlite.opened(target) as made:
        assert made.execute("SELECT count(*), max(notes) FROM asked").fetchone() == (ROWS, "x" * 400)
        sqlite.require_sound(made)
    assert sorted(path.name for path in tmp_path.glob("copy*")) == ["copy.sqlite3"]


def test_a_damaged_database_is_no_backup(written_to: Path) -> None:
    with closing(sqlite3.connect(written_to)) as found:
        found.execute("PRAGMA journal_mode = DELETE")
    whole = written_to.read_bytes()
    written_to.write_bytes(whole[:8192] + bytes([7]) * 4096 + whole[12288:])
    with sqlite.opened(written_to) as made, pytest.raises(Trouble, match="The database file is damaged: "):
        sqlite.require_sound(made)
