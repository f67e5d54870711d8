"""The files that belong to the rows: photos with their thumbnails, and logos, below the data folder."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from .archive import FOLDERS, is_ours

THUMBNAIL: Final = "-small"


def stored(data: Path) -> list[Path]:
    """Every picture that lies there now, in the order of their names; half-written ones are passed over."""
    found: list[Path] = []
    for folder in FOLDERS:
        inside = (data / folder).rglob("*")
        found += (path for path in inside if is_ours(name_of(path, data)) and path.is_file())
    return sorted(found)


def name_of(path: Path, data: Path) -> str:
    """Its name in an archive: "photos/ab/ab12….jpg"."""
    return path.relative_to(data).as_posix()


def lost(photos: Iterable[str], logos: Iterable[str], names: Iterable[str]) -> Iterator[str]:
    """Of the photos and logos that rows name, those of which a file is not among the names."""
    there = set(names)
    for name in photos:
        folder = f"photos/{name[:2]}/{name}"
        if not {f"{folder}.jpg", f"{folder}{THUMBNAIL}.jpg"} <= there:
            yield name
    stems = {Path(name).stem for name in there if name.startswith("logos/")}
    yield from (name for name in logos if Path(name).stem not in stems)
