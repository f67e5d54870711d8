"""What an archive says of itself: how it was made, how many rows, and the hash of every file in it."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from .archive import MANIFEST, POSTGRES, SEAL, SQLITE, Archive, Damaged, Member

FORMAT: Final = 1
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.+-]{1,100}")
MEMBER_OF: Final = {"sqlite": SQLITE, "postgresql": POSTGRES}
NAMES: Final = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """`database` is "sqlite" or "postgresql". `database_size` is what its copy takes when unpacked, in bytes:
    the file of SQLite, the rows of PostgreSQL. `photos_without_file` had none when the backup was made."""

    made_at: str
    sidegate: str
    database: str
    database_size: int
    migrations: Mapping[str, list[str]]
    rows: Mapping[str, int]
    files: tuple[Member, ...]
    photos_without_file: tuple[str, ...] = ()
    format: int = field(default=FORMAT)

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode() + b"\n"

    def file(self, name: str) -> Member:
        return next(member for member in self.files if member.name == name)

    def pictures(self) -> list[Member]:
        """Every file but the database."""
        return [member for member in self.files if member.name != MEMBER_OF[self.database]]

    def size(self) -> int:
        """What all of it takes once it lies in its place, in bytes."""
        return self.database_size + sum(member.size for member in self.pictures())


def seal(manifest: bytes) -> bytes:
    """Its own hash, as `sha256sum --check` reads it."""
    return f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n".encode()


def read(archive: Archive) -> Manifest:
    """Raises Damaged where it does not say what is there, no more and no less."""
    written = archive.text(MANIFEST)
    if archive.text(SEAL) != seal(written):
        raise Damaged("its manifest has changed since it was written")
    with _as_written():
        manifest = _parsed(json.loads(written))
    listed = [member.name for member in manifest.files]
    if len(set(listed)) != len(listed) or {*listed, MANIFEST, SEAL} != set(archive.names):
        raise Damaged("its manifest names other files than it holds")
    if {*MEMBER_OF.values()} & set(listed) != {MEMBER_OF.get(manifest.database)}:
        raise Damaged("it holds another database than it says")
    return manifest


def _parsed(said: dict[str, Any]) -> Manifest:
    if said["format"] != FORMAT:
        raise Damaged(f"its form is number {said['format']}, of another version of Sidegate")
    return Manifest(
        made_at=datetime.fromisoformat(said["made_at"]).isoformat(),
        sidegate=_plain(said["sidegate"]),
        database=_plain(said["database"]),
        database_size=int(said["database_size"]),
        migrations={_plain(app): [*map(_plain, names)] for app, names in said["migrations"].items()},
        rows={_plain(table): int(count) for table, count in said["rows"].items()},
        files=tuple(Member(str(f["name"]), int(f["size"]), str(f["sha256"])) for f in said["files"]),
        photos_without_file=tuple(map(str, said["photos_without_file"])),
    )


def _plain(word: str) -> str:
    """A version, or the name of a table or a migration: such words end in statements and on terminals."""
    if not _PLAIN.fullmatch(word):
        raise ValueError(word)
    return word


@contextmanager
def _as_written() -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Damaged("its manifest cannot be read") from error
