"""Keeping out of the way of the pages: the least share of the processors, and small steps on the disk.

What is written goes to the disk piece by piece: left to the system, it would be a gigabyte at once, behind which
every write of a page waits. And what is read or written once is not kept in memory, where pages need it.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from .archive import CHUNK

AT_ONCE: Final = 16 * 1024**2
LEAST: Final = 19


def step_back() -> None:
    """This process and those it starts give way to all others."""
    with suppress(OSError):
        os.nice(LEAST)


class QuietFile:
    """A file to write to, which reaches the disk every few megabytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._since = file, 0

    def write(self, data: bytes, /) -> None:
        self._file.write(data)
        self._since += len(data)
        if self._since >= AT_ONCE:
            self.sync()

    def seek(self, place: int, /) -> None:
        self._file.seek(place)

    def sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        forget(self._file)
        self._since = 0


def read(path: Path) -> Iterator[bytes]:
    """The file's bytes; it is opened, or is found missing, before the first of them is asked for."""
    return _pieces(path.open("rb", buffering=0))


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(CHUNK):
            yield piece
        forget(file)


def sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def forget(file: IO[bytes]) -> None:
    """The system need not keep in memory what this file held."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
