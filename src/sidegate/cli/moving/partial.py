"""A file that is there whole or not at all: made beside its place under another name, then moved into it."""

import errno
import fcntl
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO, Final

from ..trouble import Trouble

PART: Final = ".part"
FULL: Final = (errno.ENOSPC, errno.EDQUOT)
REFUSED: Final = (
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.EIO,
    errno.EEXIST,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.ENAMETOOLONG,
)
ONLY_MINE: Final = 0o600


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Becomes `path` when the block ends well; else nothing of it stays. Raises Trouble where `path` exists
    already, or another process is making it. What a killed process left is written over."""
    part = partial_name(path)
    refuse_existing(path)
    with disk_in_words(path.parent), _opened(part) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Trouble(f"Another process is writing {part}.") from error
        file.truncate()
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            refuse_existing(path)
            part.rename(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


def partial_name(path: Path) -> Path:
    """Of the file while it is being made."""
    return path.with_name(path.name + PART)


def refuse_existing(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise Trouble(f"{path} exists already. Name another file.")


def _opened(part: Path) -> IO[bytes]:
    try:
        return os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT, ONLY_MINE), "r+b")
    except OSError as error:
        raise Trouble(f"{part} cannot be written: {error.strerror}.") from error


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def disk_in_words(folder: Path) -> Iterator[None]:
    """What a disk refuses, as Trouble, whoever meets it: we or SQLite. Whoever wrote has cleared it away."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        code = error.errno if isinstance(error, OSError) else None
        if code in FULL or getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL:
            raise Trouble(f"The disk is full: {folder} has too little room. Nothing was kept.") from error
        if code in REFUSED and isinstance(error, OSError):
            where = error.filename or folder
            raise Trouble(f"{where} cannot be written: {error.strerror}. Nothing was kept.") from error
        raise


@contextmanager
def tidy_when_stopped() -> Iterator[None]:
    """SIGTERM and a closed terminal end the block as Ctrl-C does: what was half done is cleared away."""
    before = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
