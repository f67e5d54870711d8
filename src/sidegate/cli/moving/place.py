"""The place a backup is put into: it must be empty, and is told apart from one that only looks so."""

import fcntl
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


@contextmanager
def empty_place(size: int) -> Iterator[None]:
    """Ours alone until the end, and empty again if anything fails inside; `size` is in bytes. Raises Trouble with
    what is there already, or where somebody else uses the place."""
    with _alone() as is_left_over:
        _require_empty(is_left_over)
        _require_room(size)
        try:
            _clear()
            yield
        except BaseException:
            _clear()
            raise


@contextmanager
def _alone() -> Iterator[bool]:
    """A mark stands in the data folder meanwhile, which a killed restore leaves: then its photos are nobody's,
    and True is given."""
    folder: Path = settings.SIDEGATE_DATA_DIR
    mark = folder / "restoring"
    is_new, is_left_over = not folder.exists(), mark.exists()
    folder.mkdir(parents=True, exist_ok=True)
    with mark.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Trouble(f"Another restore is at work in {folder}.") from error
        try:
            yield is_left_over
        except BaseException:
            if is_new:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        finally:
            mark.unlink(missing_ok=True)


def _clear() -> None:
    """No picture is here."""
    for folder in FOLDERS:
        for path in sorted((settings.SIDEGATE_DATA_DIR / folder).rglob("*"), reverse=True):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()


def _require_empty(is_left_over: bool) -> None:
    found = {table: count for table, count in _rows().items() if count and table not in NOT_MISSED}
    pictures = [] if is_left_over else _pictures()
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
        said.append(f"other rows ({others:,})")
    if pictures:
        said.append(f"files in {settings.SIDEGATE_DATA_DIR}/{' or '.join(FOLDERS)} ({pictures:,})")
    return ", ".join(said)


def _require_room(size: int) -> None:
    """Raises Trouble where the data folder's disk has less than so many bytes free."""
    folder: Path = settings.SIDEGATE_DATA_DIR
    free = shutil.disk_usage(folder).free
    if free < size:
        raise Trouble(
            f"There is too little room in {folder}: {megabytes(size)} needed, {megabytes(free)} free."
        )
