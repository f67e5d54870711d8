"""What the table of photos and their folder owe each other (invariant I6)."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

from ...models import BookingRequest, Photo
from .files import (
    TEMPORARY,
    PreparedPhoto,
    all_or_none,
    name_of,
    photo_path,
    photos_folder,
    require_room,
    store,
    thumbnail_path,
)

ORPHAN_AGE: Final = timedelta(hours=24)
LEFTOVER_AGE: Final = timedelta(hours=1)
NAMES_PER_QUERY: Final = 500

logger = logging.getLogger(__name__)


def attach_photos(
    *, booking_request: BookingRequest, photos: Sequence[PreparedPhoto], first_position: int = 0
) -> list[Photo]:
    """Gives prepared photos their rows, in their order; belongs into the transaction of the act."""
    return Photo.objects.bulk_create(
        Photo(
            business=booking_request.business,
            booking_request=booking_request,
            position=position,
            name=photo.name,
            width=photo.width,
            height=photo.height,
            size=photo.size,
            sha256=photo.sha256,
        )
        for position, photo in enumerate(photos, start=first_position)
    )


def copy_photos(photos: Iterable[Photo]) -> tuple[PreparedPhoto, ...]:
    """Files of their own for a new request that begins as an old one (rule 17).

    Call it outside any transaction. A photo whose file is missing is left out: nobody should be kept
    from asking because of it. Raises StorageFull, and has then kept nothing.
    """
    require_room()
    copies: list[PreparedPhoto] = []
    with all_or_none(copies):
        for photo in photos:
            try:
                copies.append(_copy(photo))
            except FileNotFoundError:
                logger.warning("Photo %s has lost its file; the new request goes without it.", photo.pk)
    return tuple(copies)


def _copy(photo: Photo) -> PreparedPhoto:
    return store(
        photo=photo_path(photo).read_bytes(),
        thumbnail=thumbnail_path(photo).read_bytes(),
        width=photo.width,
        height=photo.height,
        sha256=photo.sha256,
    )


def sweep_orphans(now: datetime) -> int:
    """Deletes the files of acts that never came to be; returns how many. For the worker, every hour or so."""
    swept = 0
    for path in orphans(now):
        path.unlink(missing_ok=True)
        swept += 1
    return swept


def orphans(now: datetime) -> Iterator[Path]:
    """Files older than 24 h without a row, and what is left of writes that were cut off an hour ago."""
    old = _older_than(now - ORPHAN_AGE, "*.jpg")
    while batch := list(islice(old, NAMES_PER_QUERY)):
        names = {name_of(path) for path in batch}
        with_row = set(Photo.objects.filter(name__in=names).values_list("name", flat=True))
        yield from (path for path in batch if name_of(path) not in with_row)
    yield from _older_than(now - LEFTOVER_AGE, f"*{TEMPORARY}")


def photos_without_files() -> Iterator[Photo]:
    """Rows of which the photo or its thumbnail is not on the disk."""
    for photo in Photo.objects.order_by("id").iterator():
        if not (photo_path(photo).is_file() and thumbnail_path(photo).is_file()):
            yield photo


def _older_than(moment: datetime, pattern: str) -> Iterator[Path]:
    for path in photos_folder().glob(f"*/{pattern}"):
        try:
            changed = path.stat().st_mtime
        except FileNotFoundError:
            continue  # another sweep was faster
        if changed < moment.timestamp():
            yield path
