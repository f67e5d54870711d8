"""Answering with a stored picture: as a JPEG and nothing else, to be kept by nobody (CASES D21)."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase

from ..models import Photo
from .access import find


def photo_of_request(
    photos: QuerySet[Photo], reference: str, photo_id: UUID, path_of: Callable[[Photo], Path]
) -> HttpResponseBase:
    """A photo of a request, out of a scope's photos; `path_of` says whether whole or small."""
    found = find(photos, pk=photo_id, booking_request__reference=reference)
    return picture(path_of(found), found.pk)


def picture(path: Path, photo_id: UUID) -> HttpResponseBase:
    """The file with headers under which no browser runs it; a 404 where the file is missing."""
    try:
        file = path.open("rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    return FileResponse(
        file,
        content_type="image/jpeg",
        headers={
            "Content-Disposition": f'inline; filename="photo-{photo_id}.jpg"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
