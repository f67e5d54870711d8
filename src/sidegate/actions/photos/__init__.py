"""Photos of a request: in from strangers, made harmless, stored, copied, swept.

Nothing of what was sent is kept but what can be seen in it (CASES D20, D22; docs/decisions/0005-photos.md).
"""

from .files import PreparedPhoto, discard, photo_path, thumbnail_path
from .intake import PreparedPhotos, prepare_photos
from .refusals import MAX_MEGABYTES, MAX_PHOTOS, PhotosBusy, RefusedPhoto, StorageFull
from .rows import attach_photos, copy_photos, orphans, photos_without_files, sweep_orphans

__all__ = [
    "MAX_MEGABYTES",
    "MAX_PHOTOS",
    "PhotosBusy",
    "PreparedPhoto",
    "PreparedPhotos",
    "RefusedPhoto",
    "StorageFull",
    "attach_photos",
    "copy_photos",
    "discard",
    "orphans",
    "photo_path",
    "photos_without_files",
    "prepare_photos",
    "sweep_orphans",
    "thumbnail_path",
]
