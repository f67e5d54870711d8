"""Putting a backup back: looked through first, into an empty place, and with the mail held before anyone sees it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from ...actions.moving import forget_workers, hold_all_mail
from ..migrate import migrate
from ..start import reach_database
from ..trouble import Trouble, first_line
from . import place, postgres, quiet, rows, sqlite
from .archive import POSTGRES, SQLITE, Archive, Damaged, opened, unpacked
from .manifest import NAMES, Manifest, read
from .partial import disk_in_words, sync_folder

Told = Callable[[str], None]
STAGED: Final = ".restoring"


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    held: int


def restore(path: Path, tell: Told) -> Restored:
    """Everything of the archive is in its place when this returns, and its mail is held; else nothing is.
    Raises Trouble."""
    with opened(path) as archive:
        manifest = read(archive)
        _require_fitting(manifest)
        tell("Reading all of it")
        for member in manifest.files:
            archive.check(member)
        with _all_or_nothing(manifest.size()):
            tell("Writing the photos")
            _put_pictures(archive, manifest)
            tell("Writing the database")
            put = _put_sqlite if manifest.database == "sqlite" else _put_postgres
            held = put(archive, manifest)
        migrate_quietly()
    return Restored(manifest, held)


def _require_fitting(manifest: Manifest) -> None:
    """The kind of database, and a version of ours that knows its tables."""
    if manifest.database != connection.vendor:
        theirs, ours = NAMES[manifest.database], NAMES[connection.vendor]
        raise Trouble(
            f"The backup is of {theirs}, and SIDEGATE_DATABASE_URL names {ours}. Restore it into {theirs} "
            "first; sidegate copy-database then moves it."
        )
    known = MigrationLoader(None).disk_migrations
    if any((app, name) not in known for app, names in manifest.migrations.items() for name in names):
        raise Trouble(
            f"The backup was made by a newer Sidegate, {manifest.sidegate}. Install that version here first."
        )


@contextmanager
def _all_or_nothing(size: int) -> Iterator[None]:
    with disk_in_words(settings.SIDEGATE_DATA_DIR), place.empty_place(size):
        try:
            yield
        except DatabaseError as error:
            raise Trouble(f"The database refused: {first_line(error)}. Nothing was restored.") from error


def _put_pictures(archive: Archive, manifest: Manifest) -> None:
    data: Path = settings.SIDEGATE_DATA_DIR
    for member in manifest.pictures():
        target = data / member.name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            for piece in archive.chunks(member.name):
                file.write(piece)
    os.sync()


def _put_sqlite(archive: Archive, manifest: Manifest) -> int:
    """Made ready beside its place, mail held and tables up to date, then moved into it."""
    target = place.database_file()
    staged = target.with_name(target.name + STAGED)
    sqlite.remove(staged)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with staged.open("xb") as file:
            output = quiet.QuietFile(file)
            for piece in unpacked(archive.chunks(SQLITE), at_most=manifest.database_size):
                output.write(piece)
        with sqlite.looked_at(staged):
            reach_database()
            held = _hold(manifest)
        sqlite.settle(staged)
        quiet.sync(staged)
        staged.rename(target)
        sync_folder(target.parent)
        return held
    finally:
        sqlite.remove(staged)


def _put_postgres(archive: Archive, manifest: Manifest) -> int:
    """In one transaction, with the holding of the mail."""
    reach_database()
    try:
        with transaction.atomic():
            _drop_empty_tables()
            postgres.put_back(archive.chunks(POSTGRES), manifest.rows)
            return _hold(manifest)
    finally:
        connection.close()  # the script has set it up for itself


def _drop_empty_tables() -> None:
    if tables := rows.existing_tables():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            cursor.execute(f"DROP TABLE {', '.join(map(connection.ops.quote_name, tables))}")


def _hold(manifest: Manifest) -> int:
    if rows.count(manifest.rows) != manifest.rows:
        raise Damaged("its database has other rows than it says")
    return hold_all_mail()


def migrate_quietly() -> None:
    """The copy may be of an older version."""
    migrate(verbosity=0)
    forget_workers()
