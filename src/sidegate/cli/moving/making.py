"""Making a backup: the database as it stands at one moment, then the pictures, then what was written is read again.

Pictures after the database: a picture is stored before its row, so every row of the copy has its files.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from ... import __version__
from ..trouble import Trouble
from . import files, postgres, quiet, rows, sqlite
from .archive import MANIFEST, POSTGRES, SEAL, SQLITE, ArchiveWriter, opened, packed
from .manifest import MEMBER_OF, Manifest, read, seal
from .partial import new_file, partial_name
from .rows import Facts

Told = Callable[[str], None]


def make_backup(path: Path, tell: Told) -> Manifest:
    """The archive at `path` is whole, and was read again, when this returns; else there is none. Raises Trouble."""
    tables = rows.existing_tables()
    if "sidegate_business" not in tables:
        raise Trouble("There is nothing to back up: the database has no tables. Run: sidegate migrate")
    with new_file(path) as file:
        output = quiet.QuietFile(file)
        writer = ArchiveWriter(output, made_at=int(time.time()))
        tell("Copying the database")
        add = _add_sqlite if connection.vendor == "sqlite" else _add_postgres
        facts, size = add(writer, path, tables)
        tell("Copying the photos")
        _add_pictures(writer)
        manifest = _manifest(writer, facts, size)
        _seal(writer, manifest)
        output.sync()
        tell("Reading it again")
        _prove(partial_name(path), manifest)
    return manifest


def _add_sqlite(writer: ArchiveWriter, path: Path, tables: Iterable[str]) -> tuple[Facts, int]:
    """A copy beside the archive first, which is read once more on its way into it."""
    copy = path.with_name(f"{partial_name(path).name}.sqlite3")
    try:
        with sqlite.snapshot(Path(connection.settings_dict["NAME"]).absolute()) as source:
            counted = rows.count(tables, rows.select_from(source))
            sqlite.copy(source, copy)
        with sqlite.opened(copy) as made:
            sqlite.require_sound(made)
            facts = rows.facts(tables, rows.select_from(made))
        _require_same(counted, facts.rows)
        writer.add(SQLITE, packed(quiet.read(copy)))
        return facts, copy.stat().st_size
    except sqlite3.Error as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise
        raise Trouble(f"The database could not be copied: {error}. Nothing was kept.") from error
    finally:
        sqlite.remove(copy)


def _add_postgres(writer: ArchiveWriter, path: Path, tables: list[str]) -> tuple[Facts, int]:
    with postgres.snapshot() as moment:
        facts, size = rows.facts(tables), postgres.size_of(tables)
        writer.add(POSTGRES, postgres.dump(moment, tables))
    return facts, size


def _require_same(expected: object, found: object) -> None:
    if expected != found:
        raise Trouble("The copy of the database has other rows than the database had. Nothing was kept.")


def _add_pictures(writer: ArchiveWriter) -> None:
    """Those that vanish meanwhile were undone, or swept: of the others every row has its file."""
    data: Path = settings.SIDEGATE_DATA_DIR
    for path in files.stored(data):
        with suppress(FileNotFoundError):
            writer.add(files.name_of(path, data), quiet.read(path))


def _manifest(writer: ArchiveWriter, facts: Facts, database_size: int) -> Manifest:
    members = tuple(writer.members)
    lost = files.lost(facts.photos, facts.logos, (member.name for member in members))
    return Manifest(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        sidegate=__version__,
        database=connection.vendor,
        database_size=database_size,
        migrations=facts.migrations,
        rows=facts.rows,
        files=members,
        photos_without_file=tuple(lost),
    )


def _seal(writer: ArchiveWriter, manifest: Manifest) -> None:
    written = manifest.as_json()
    writer.add(MANIFEST, [written])
    writer.add(SEAL, [seal(written)])
    writer.end()


def _prove(path: Path, manifest: Manifest) -> None:
    """Every byte is read from the disk again, and the rows of a dump are counted in it."""
    with opened(path) as archive:
        _require_same(manifest, read(archive))
        for member in manifest.files:
            archive.check(member)
        if manifest.database == "postgresql":
            counted = postgres.count(archive.chunks(MEMBER_OF[manifest.database]))
            _require_same(manifest.rows, {table: counted.get(table, 0) for table in manifest.rows})
