"""The archive: a plain tar, written member by member, each hashed on its way, and read again.

Members have exactly the names below. Anything else (another folder, a link, a path that leads out) is
refused before a byte of it is written.
"""

import hashlib
import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Protocol, cast

from ..trouble import Trouble, first_line

SQLITE: Final = "database.sqlite3.gz"
POSTGRES: Final = "database.dump"
MANIFEST: Final = "manifest.json"
SEAL: Final = "manifest.sha256"
FOLDERS: Final = ("photos", "logos")
CHUNK: Final = 1024**2
LARGEST_MANIFEST: Final = 512 * 1024**2
_OURS: Final = re.compile(
    rf"{re.escape(SQLITE)}|{re.escape(POSTGRES)}|{re.escape(MANIFEST)}|{re.escape(SEAL)}"
    rf"|(?:{'|'.join(FOLDERS)})/(?:[A-Za-z0-9-]{{1,36}}/)?[A-Za-z0-9_-]{{1,64}}\.(?:jpg|png|webp|svg)"
)


class Damaged(Trouble):
    """The archive is not what it was when it was made, or was never made by us."""

    def __init__(self, what: str) -> None:
        super().__init__(f"This is no whole backup of Sidegate: {what}. Nothing was restored.")


@dataclass(frozen=True, slots=True)
class Member:
    """One file in the archive, its size in bytes."""

    name: str
    size: int
    sha256: str


class Output(Protocol):
    """What the archive is written to; heads are filled in afterwards, so it can be moved in."""

    def write(self, data: bytes, /) -> object: ...

    def seek(self, place: int, /) -> object: ...


def is_ours(name: str) -> bool:
    return _OURS.fullmatch(name) is not None


class ArchiveWriter:
    """Sizes need not be known before: the head of a member is written when its end is reached."""

    def __init__(self, output: Output, *, made_at: int) -> None:
        self._output, self._made_at, self._place = output, made_at, 0
        self.members: list[Member] = []

    def add(self, name: str, chunks: Iterable[bytes]) -> Member:
        head, digest = self._place, hashlib.sha256()
        self._write(bytes(tarfile.BLOCKSIZE))
        for chunk in chunks:
            digest.update(chunk)
            self._write(chunk)
        member = Member(name, self._place - head - tarfile.BLOCKSIZE, digest.hexdigest())
        self._write(bytes(-member.size % tarfile.BLOCKSIZE))
        self._output.seek(head)
        self._output.write(self._head(member))
        self._output.seek(self._place)
        self.members.append(member)
        return member

    def end(self) -> None:
        self._write(bytes(2 * tarfile.BLOCKSIZE))
        self._write(bytes(-self._place % tarfile.RECORDSIZE))

    def _head(self, member: Member) -> bytes:
        entry = tarfile.TarInfo(member.name)
        entry.size, entry.mode, entry.mtime = member.size, 0o600, self._made_at
        return entry.tobuf(tarfile.GNU_FORMAT)  # one block, for the names of ours are short

    def _write(self, data: bytes) -> None:
        self._output.write(data)
        self._place += len(data)


class Archive:
    """An archive that is read. Every way of its being damaged raises Damaged."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._entries: dict[str, tarfile.TarInfo] = {}
        for entry in tar:
            self._entries[_checked(entry, self._entries)] = entry

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._entries)

    def whole_size(self) -> int:
        """In bytes, with what follows the last member."""
        entries = self._entries.values()
        end = max((entry.offset_data + entry.size for entry in entries), default=0)
        end += -end % tarfile.BLOCKSIZE + 2 * tarfile.BLOCKSIZE
        return end + -end % tarfile.RECORDSIZE

    def size(self, name: str) -> int:
        return self._entries[name].size

    def chunks(self, name: str) -> Iterator[bytes]:
        """The member's bytes, in pieces of at most a megabyte."""
        if name not in self._entries:
            raise Damaged(f"{name} is missing")
        with reading():
            file = self._tar.extractfile(self._entries[name])
            yield from _pieces(cast(IO[bytes], file), self._entries[name].size)

    def text(self, name: str) -> bytes:
        """A small member, whole."""
        if name in self._entries and self.size(name) > LARGEST_MANIFEST:
            raise Damaged(f"{name} is too large")
        return b"".join(self.chunks(name))

    def check(self, member: Member) -> None:
        """Raises Damaged where the bytes are others than those that were written."""
        digest = hashlib.sha256()
        for chunk in self.chunks(member.name):
            digest.update(chunk)
        if digest.hexdigest() != member.sha256 or self.size(member.name) != member.size:
            raise Damaged(f"{member.name} has changed since it was written")


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Raises Damaged where it is no archive of ours, Trouble where it cannot be opened."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise Trouble(f"{path} cannot be read: {error.strerror}.") from error
    with file:
        with reading():
            tar = tarfile.open(fileobj=file, mode="r:")  # noqa: SIM115 (closed below)
        with tar:
            with reading():
                archive = Archive(tar)
            if path.stat().st_size != archive.whole_size():
                raise Damaged("it ends elsewhere than it should")
            yield archive


@contextmanager
def reading() -> Iterator[None]:
    """What may be wrong with bytes that came from elsewhere, as Damaged: of a head that no tar has, tarfile says
    no more than ValueError."""
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error, ValueError, OverflowError) as error:
        raise Damaged(first_line(error)[:200]) from error


def _checked(entry: tarfile.TarInfo, seen: dict[str, tarfile.TarInfo]) -> str:
    if entry.type != tarfile.REGTYPE or entry.sparse is not None or not is_ours(entry.name):
        raise Damaged(f"it holds {entry.name[:80]!r}, which we do not write")
    if entry.name in seen:
        raise Damaged(f"it holds {entry.name} twice")
    return entry.name


def _pieces(file: IO[bytes], size: int) -> Iterator[bytes]:
    left = size
    while left:
        piece = file.read(min(CHUNK, left))
        if not piece:
            raise EOFError("it ends too early")
        left -= len(piece)
        yield piece


def packed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """As gzip writes it, at its fastest."""
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    for chunk in chunks:
        if piece := packer.compress(chunk):
            yield piece
    yield packer.flush()


def unpacked(chunks: Iterable[bytes], *, at_most: int) -> Iterator[bytes]:
    """Raises Damaged where it is more than was said, whatever it claims to hold (a bomb), or not whole."""
    unpacker, size = zlib.decompressobj(zlib.MAX_WBITS | 16), 0
    with reading():
        for chunk in chunks:
            rest = chunk
            while rest:
                piece = unpacker.decompress(rest, CHUNK)
                size += len(piece)
                if size > at_most:
                    raise Damaged("its database is larger than it says")
                yield piece
                rest = unpacker.unconsumed_tail
    if not unpacker.eof or unpacker.unused_data or size != at_most:
        raise Damaged("its database is not whole")
