"""Where photos lie: DATA_DIR/photos/<first two characters>/<random name>.jpg, the thumbnail beside it."""

import errno
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from django.conf import settings

from .refusals import StorageFull

LEAST_FREE_BYTES = 200 * 1024**2
TEMPORARY: Final = ".tmp"
THUMBNAIL: Final = "-small"


class Named(Protocol):
    """A row of Photo, or a photo that has no row yet."""

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class PreparedPhoto:
    """A photo whose two files are safely stored and which has no row yet.

    Width and height in pixels, `size` in bytes, `sha256` of the file as it was sent.
    """

    name: str
    width: int
    height: int
    size: int
    sha256: str


def photos_folder() -> Path:
    folder: Path = settings.SIDEGATE_DATA_DIR / "photos"
    return folder


def photo_path(photo: Named) -> Path:
    return photos_folder() / photo.name[:2] / f"{photo.name}.jpg"


def thumbnail_path(photo: Named) -> Path:
    return photos_folder() / photo.name[:2] / f"{photo.name}{THUMBNAIL}.jpg"


def name_of(path: Path) -> str:
    """The photo's name from the path of either of its files."""
    return path.stem.removesuffix(THUMBNAIL)


def require_room() -> None:
    """Makes the photos folder if need be; raises StorageFull if its disk is nearly full."""
    with disk_errors_in_words():
        photos_folder().mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(photos_folder()).free < LEAST_FREE_BYTES:
        raise StorageFull


def store(*, photo: bytes, thumbnail: bytes, width: int, height: int, sha256: str) -> PreparedPhoto:
    """Puts both files on the disk under their final names, to outlast a power cut, or neither of them.

    Raises StorageFull.
    """
    prepared = PreparedPhoto(secrets.token_hex(16), width, height, len(photo), sha256)
    with disk_errors_in_words(), all_or_none([prepared]):
        make_folder(photo_path(prepared).parent)
        write(photo_path(prepared), photo)
        write(thumbnail_path(prepared), thumbnail)
        sync_folder(photo_path(prepared).parent)
    return prepared


def discard(photos: Iterable[Named]) -> None:
    """Deletes the files: of prepared photos that got no row, or of rows that are gone.

    Never raises; a file that stays behind is found by the sweep.
    """
    for photo in photos:
        with suppress(OSError):
            photo_path(photo).unlink(missing_ok=True)
        with suppress(OSError):
            thumbnail_path(photo).unlink(missing_ok=True)


@contextmanager
def all_or_none(photos: list[PreparedPhoto]) -> Iterator[None]:
    """If anything goes wrong inside, the files of all photos that are in the list by then go again."""
    try:
        yield
    except BaseException:
        discard(photos)
        raise


@contextmanager
def disk_errors_in_words() -> Iterator[None]:
    """A disk that fills up on the way is StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull from error
        raise


def make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)


def write(path: Path, data: bytes) -> None:
    """The whole file under its name, or nothing; to outlast a power cut, its folder must be synced after it."""
    temporary = path.with_suffix(TEMPORARY)
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
