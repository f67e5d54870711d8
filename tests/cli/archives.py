"""Archives made anew with something changed, as damage or malice would."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

Entry = tuple[tarfile.TarInfo, bytes]


def rewritten(archive: Path, target: Path, change: Callable[[list[Entry]], None]) -> Path:
    """The archive's entries, given to be changed, in a new archive."""
    with tarfile.open(archive) as tar:
        entries: list[Entry] = [(info, tar.extractfile(info).read()) for info in tar]  # type: ignore[union-attr]
    change(entries)
    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as tar:
        for info, data in entries:
            info.size = len(data) if info.isreg() else 0
            tar.addfile(info, io.BytesIO(data))
    return target


def with_manifest(archive: Path, target: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """Its manifest says something else, under a right seal."""

    def say_otherwise(entries: list[Entry]) -> None:
        place = next(number for number, (info, _data) in enumerate(entries) if info.name == "manifest.json")
        said = json.loads(entries[place][1])
        change(said)
        reseal(entries, said)

    return rewritten(archive, target, say_otherwise)


def with_file(archive: Path, target: Path, name: str, data: bytes) -> Path:
    """Holds one file more (or another in its place), which the manifest names as it is."""

    def add(entries: list[Entry]) -> None:
        said = json.loads(next(data for info, data in entries if info.name == "manifest.json"))
        entries[:] = [(info, held) for info, held in entries if info.name != name]
        entries.insert(0, (tarfile.TarInfo(name), data))
        said["files"] = [file for file in said["files"] if file["name"] != name]
        said["files"].insert(0, {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()})
        reseal(entries, said)

    return rewritten(archive, target, add)


def reseal(entries: list[Entry], said: dict[str, Any]) -> None:
    written = json.dumps(said).encode()
    seal = f"{hashlib.sha256(written).hexdigest()}  manifest.json\n".encode()
    entries[:] = [(info, data) for info, data in entries if not info.name.startswith("manifest")]
    entries += [(tarfile.TarInfo("manifest.json"), written), (tarfile.TarInfo("manifest.sha256"), seal)]


def inside(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]
