"""The place a backup is put into: it must be empty, and is told apart from one that only looks so."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection

from ..start import reach_database
from ..trouble import Trouble, first_line
from . import rows, sqlite
from .archive import FOLDERS
from .words import megabytes

# What a new server makes by itself, or by anyone's looking at its entrance.
NOT_MISSED: Final = frozenset({"sidegate_setupcode", "sidegate_signin"})


def database_file() -> Path:
    """SQLite's."""
    return Path(connection.settings_dict["NAME"]).absolute()


def require_empty() -> None:
    """Raises Trouble with what is there already, or where somebody uses the place."""
    found = {table: count for table, count in _rows().items() if count and table not in NOT_MISSED}
    pictures = [] if _is_left_over() else _pictures()
    if found or pictures:
        raise Trouble(
            f"This place is not empty: it has {in_words(found, len(pictures))}. Nothing was restored. "
            "Name an empty database (SIDEGATE_DATABASE_URL) and an empty folder (SIDEGATE_DATA_DIR)."
        )
    if connection.vendor == "sqlite" and database_file().exists():
        sqlite.settle(database_file())


def _rows() -> Mapping[str, int]:
    """An SQLite file that is not there is not made by looking for it."""
    if connection.vendor == "sqlite" and not database_file().exists():
        return {}
    reach_database()
    try:
        return rows.count(rows.existing_tables())
    except DatabaseError as error:
        raise Trouble(f"The database cannot be read: {first_line(error)}") from error
    finally:
        connection.close()


def _pictures() -> list[Path]:
    folders = (settings.SIDEGATE_DATA_DIR / name for name in FOLDERS)
    return [path for folder in folders for path in folder.rglob("*") if not path.is_dir()]


def in_words(found: Mapping[str, int], pictures: int = 0) -> str:
    said = [rows.in_words(found)] if any(table in found for table in rows.KNOWN) else []
    others = sum(count for table, count in found.items() if table not in rows.KNOWN)
    if others:
        said.append(f"{others:,} other rows")
    if pictures:
        said.append(f"{pictures:,} files in {settings.SIDEGATE_DATA_DIR}/{' or '.join(FOLDERS)}")
    return ", ".join(said)


def require_room(size: int) -> None:
    """Raises Trouble where the data folder's disk has less than so many bytes free."""
    folder: Path = settings.SIDEGATE_DATA_DIR
    place = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(place).free
    if free < size:
        raise Trouble(
            f"There is too little room in {folder}: {megabytes(size)} needed, {megabytes(free)} free."
        )


def _mark() -> Path:
    """Stands while a restore is under way: what a killed one left may be cleared by the next."""
    mark: Path = settings.SIDEGATE_DATA_DIR / "restoring"
    return mark


def _is_left_over() -> bool:
    return _mark().exists()


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """What was put here goes again if anything fails inside."""
    folder: Path = settings.SIDEGATE_DATA_DIR
    is_new = not folder.exists()
    _clear()
    folder.mkdir(parents=True, exist_ok=True)
    _mark().touch()
    try:
        yield
    except BaseException:
        _clear()
        if is_new:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    _mark().unlink(missing_ok=True)


def _clear() -> None:
    """Everything that an unfinished restore has put here is gone; nothing is done where none was begun."""
    for folder in FOLDERS if _is_left_over() else ():
        for path in sorted((settings.SIDEGATE_DATA_DIR / folder).rglob("*"), reverse=True):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
    _mark().unlink(missing_ok=True)
