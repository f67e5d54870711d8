"""PostgreSQL's database: dumped by its own program at one moment, and put back in one transaction.

The script that pg_restore writes goes through our own connection, so that whatever must follow (holding the mail,
counting the rows) happens in the same transaction: nobody ever sees the rows before it, and a failure leaves nothing.
"""

import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Final, cast

from django.db import connection

from ..trouble import Trouble
from .archive import CHUNK, Damaged
from .programs import program

SESSIONS: Final = "django_session"
_COPY: Final = re.compile(rb'COPY (?:"?\w+"?\.)?"?(\w+)"? \(.*\) FROM stdin;\n')
_NOT_FOR_SERVERS: Final = re.compile(rb"\\(?:un)?restrict |SET transaction_timeout\b")


@contextmanager
def snapshot() -> Iterator[str]:
    """One moment of the database, by the name under which pg_dump can join it; statements inside see it too."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET idle_in_transaction_session_timeout = 0")
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            cursor.execute("SELECT pg_export_snapshot()")
            yield cursor.fetchone()[0]
        finally:
            cursor.execute("ROLLBACK")


def dump(moment: str, tables: Sequence[str]) -> Iterator[bytes]:
    """The tables as they were at the moment, in pg_dump's own form; sessions without their rows."""
    words = [
        program("pg_dump", server_version=server_version()),
        "--format=custom", "--compress=1", "--no-owner", "--no-privileges", f"--snapshot={moment}",
        f"--exclude-table-data={SESSIONS}", *(f"--table={table}" for table in tables),
    ]  # fmt: skip
    with _running([*words, f"--dbname={_address()}"]) as process:
        while piece := process.output.read(CHUNK):
            yield piece


def script(dumped: Iterable[bytes], *options: str) -> Iterator[bytes]:
    """The dump as lines of SQL, with the rows between "COPY … FROM stdin;" and a line of a backslash and a point."""
    words = [
        program("pg_restore", server_version=server_version()),
        "--no-owner",
        "--no-privileges",
        "--file=-",
        *options,
    ]
    with _running(words) as process:
        feeder = _Feeder(dumped, process.input)
        feeder.start()
        try:
            yield from process.output
        finally:
            process.output.close()
            feeder.join()
        feeder.complain()


class _Feeder(threading.Thread):
    """Gives pg_restore the dump while its script is read; what goes wrong with the dump is kept for later."""

    def __init__(self, dumped: Iterable[bytes], into: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self._dumped, self._into = dumped, into
        self._trouble: Exception | None = None

    def run(self) -> None:
        try:
            with self._into:
                for piece in self._dumped:
                    self._into.write(piece)
        except BrokenPipeError:
            pass  # pg_restore has said why
        except Exception as error:
            self._trouble = error

    def complain(self) -> None:
        if self._trouble:
            raise self._trouble


def count(dumped: Iterable[bytes]) -> dict[str, int]:
    """How many rows the dump holds of each table, counted in the dump itself."""
    lines, found = script(dumped, "--data-only"), {}
    for line in lines:
        if table := _COPY.fullmatch(line):
            found[table[1].decode()] = sum(1 for _row in _rows(lines))
    return found


def size_of(tables: Iterable[str]) -> int:
    """What they take on the server's disk, in bytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s::text[]) name", [list(tables)]
        )
        return int(cursor.fetchone()[0] or 0)


def _rows(lines: Iterator[bytes]) -> Iterator[bytes]:
    for line in lines:
        if line == b"\\.\n":
            return
        yield line
    raise Damaged("its database is not whole")


def put_back(dumped: Iterable[bytes], rows: Mapping[str, int]) -> None:
    """Runs the script in the transaction that is open, with the search path as it was. Raises Damaged where
    a table has more rows than it should."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        path = cursor.fetchone()[0]
    lines, statements = script(dumped), b""
    for line in lines:
        if found := _COPY.fullmatch(line):
            _run(statements)
            _copy_in(line, _rows(lines), at_most=rows.get(found[1].decode()))
            statements = b""
        elif not _NOT_FOR_SERVERS.match(line):
            statements += line
    _run(statements)
    with connection.cursor() as cursor:
        cursor.execute(f"SET search_path TO {path}")


def _run(statements: bytes) -> None:
    """Past Django's cursor, which takes one statement at a time."""
    import psycopg

    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statements)


def _copy_in(statement: bytes, rows: Iterable[bytes], *, at_most: int | None) -> None:
    import psycopg

    count = 0
    with (
        connection.wrap_database_errors,
        psycopg.Cursor(connection.connection) as cursor,
        cursor.copy(statement) as into,
    ):
        for piece in _bundled(rows):
            count += piece.count(b"\n")
            if at_most is not None and count > at_most:
                raise Damaged("its database is larger than it says")
            into.write(piece)


def _bundled(lines: Iterable[bytes]) -> Iterator[bytes]:
    """In pieces of about a megabyte: a call for each line would take longer than the rows."""
    waiting: list[bytes] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= CHUNK:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def server_version() -> int:
    """Its first number, such as 16."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


def _address() -> str:
    """As PostgreSQL's programs read it, without the password, which every person of the machine could see."""
    from psycopg.conninfo import make_conninfo

    said = connection.connection.info.get_parameters()
    said.pop("options", None)  # a page's time limits are none of pg_dump's
    return make_conninfo("", **said)


@dataclass(frozen=True, slots=True)
class _Pipes:
    input: IO[bytes]
    output: IO[bytes]


@contextmanager
def _running(words: Sequence[str]) -> Iterator[_Pipes]:
    """One of PostgreSQL's programs. Raises Trouble with its own last words where it failed."""
    password = connection.connection.info.password if connection.connection else ""
    environment = {**os.environ, **({"PGPASSWORD": password} if password else {}), "LC_ALL": "C"}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, env=environment
        )
        pipes = _Pipes(cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout))
        try:
            yield pipes
        except BaseException:
            process.kill()
            raise
        finally:
            for pipe in (pipes.input, pipes.output):
                with suppress(BrokenPipeError):
                    pipe.close()
            process.wait()
        if process.returncode:
            said.seek(0)
            last = (said.read().decode(errors="replace").strip().splitlines() or ["no word"])[-1]
            raise Trouble(f"{os.path.basename(words[0])} failed: {last}")
