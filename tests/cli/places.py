"""Places that backups are made of and put into: each with a data folder and a database of its own."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from ..postgres import client_programs

ROWS = Path(__file__).with_name("rows_to_move.py")
_numbers = count(1)


@dataclass(frozen=True)
class Place:
    """A server's data folder and database."""

    folder: Path
    database_url: str

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def kind(self) -> str:
        return "sqlite" if self.is_sqlite else "postgresql"

    @property
    def database_file(self) -> Path:
        return Path(self.database_url.removeprefix("sqlite:///"))

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "SIDEGATE_DATABASE_URL": self.database_url,
            "SIDEGATE_DATA_DIR": str(self.folder),
            "PATH": f"{client_programs()}{os.pathsep}{os.environ['PATH']}",
            **more,
        }

    def run(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        words = [sys.executable, "-m", "sidegate", *arguments]
        return self._run(words, environment)

    def run_python(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        return self._run([sys.executable, *arguments], environment)

    def _run(self, words: list[str], environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            words,
            env=self.environment(**environment),
            cwd=self.folder.parent,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def does(self, *arguments: str, **environment: str) -> str:
        """What a command that must succeed has said."""
        done = self.run(*arguments, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refuses(self, *arguments: str, **environment: str) -> str:
        """The one line with which a command refuses, without its name."""
        done = self.run(*arguments, **environment)
        assert (done.returncode, done.stdout) == (1, ""), done.stdout + done.stderr
        assert done.stderr.count("\n") == 1, done.stderr
        said = f"sidegate {arguments[0]}: "
        assert done.stderr.startswith(said), done.stderr
        return done.stderr.removeprefix(said).strip()

    def select(self, statement: str) -> list[tuple[Any, ...]]:
        if self.is_sqlite:
            with closing(sqlite3.connect(self.database_file)) as database, database:
                return database.execute(statement).fetchall()
        import psycopg

        with psycopg.connect(self.database_url) as line:
            found = line.execute(statement)
            return found.fetchall() if found.description else []

    def files(self) -> dict[str, bytes]:
        """Every picture, by its place in the data folder."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for name in ("photos", "logos")
            for path in (self.folder / name).rglob("*")
            if path.is_file()
        }

    def is_untouched(self) -> bool:
        """Nothing was ever put here."""
        if self.is_sqlite and self.database_file.exists():
            return False
        has_tables = bool(not self.is_sqlite and self.select(TABLES))
        return not has_tables and not self.folder.exists()

    def doctor(self) -> dict[str, Any]:
        return dict(json.loads(self.run("doctor", "--json").stdout))

    def fill(self) -> "Place":
        """Two hundred requests, and some rows of every kind that a copy could spoil."""
        self.does("migrate")
        self.does("seed", "--clients", "10", "--requests", "200")
        made = self.run_python(str(ROWS))
        assert made.returncode == 0, made.stderr
        return self


TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
MakePlace = Callable[[], Place]


@pytest.fixture(scope="module")
def new_place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MakePlace]:
    """`new_place()` is an empty place, on the kind of database that is tested."""
    kind = request.config.getoption("db")
    yield lambda: make_place(kind, tmp_path_factory.mktemp("place"))


def make_place(kind: str, folder: Path) -> Place:
    if kind == "sqlite":
        return Place(folder / "data", f"sqlite:///{folder}/sidegate.sqlite3")
    import psycopg

    server = os.environ["SIDEGATE_DATABASE_URL"].rpartition("/")[0]
    name = f"place_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as line:
        line.execute(f"CREATE DATABASE {name}")
    return Place(folder / "data", f"{server}/{name}")


@pytest.fixture(scope="module")
def full_place(new_place: MakePlace) -> Place:
    """Read from alone: tests of a module share it."""
    return new_place().fill()


@pytest.fixture(scope="module")
def backup(full_place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("backup") / "sidegate.tar"
    full_place.does("backup", str(made))
    return made
