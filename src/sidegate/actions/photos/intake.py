"""From the files of a form to photos on the disk, before any transaction begins."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from .files import PreparedPhoto, all_or_none, require_room, store
from .refusals import MAX_MEGABYTES, MAX_PHOTOS, RefusedPhoto, name_as_text
from .sandbox import Sandbox, Undecodable


class SentFile(Protocol):
    """What we use of Django's UploadedFile. `chunks` reads from the beginning each time."""

    @property
    def name(self) -> str | None: ...

    def chunks(self) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class PreparedPhotos:
    """What became of the files, in the order sent.

    `digests` has the SHA-256 of each file as sent, refused ones included: the same form sent twice has
    the same digests.
    """

    photos: tuple[PreparedPhoto, ...] = ()
    refusals: tuple[RefusedPhoto, ...] = ()
    digests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A sent file, read through once. `number` counts from 1; `length` in bytes, counted, not believed."""

    file: SentFile
    number: int
    name: str
    length: int
    sha256: str


def prepare_photos(files: Iterable[SentFile], *, already: int = 0) -> PreparedPhotos:
    """Decodes, re-encodes and stores the pictures; call it outside any transaction.

    `already` is the number of photos that stay with the request, which count towards the five. What is
    stored here and then gets no row must go to `discard`. Raises StorageFull and PhotosBusy, and has
    then kept nothing.
    """
    arrivals = [_read_through(file, number) for number, file in enumerate(files, start=1)]
    photos: list[PreparedPhoto] = []
    refusals: list[RefusedPhoto] = []
    if arrivals:
        require_room()
    with all_or_none(photos), Sandbox() as sandbox:
        for arrival in arrivals:
            outcome = _refused_unopened(arrival, MAX_PHOTOS - already) or _developed(arrival, sandbox)
            if isinstance(outcome, RefusedPhoto):
                refusals.append(outcome)
            else:
                photos.append(outcome)
    return PreparedPhotos(tuple(photos), tuple(refusals), tuple(arrival.sha256 for arrival in arrivals))


def _read_through(file: SentFile, number: int) -> _Arrival:
    digest, length = hashlib.sha256(), 0
    for chunk in file.chunks():
        digest.update(chunk)
        length += len(chunk)
    return _Arrival(file, number, name_as_text(file.name, number=number), length, digest.hexdigest())


def _refused_unopened(arrival: _Arrival, room: int) -> RefusedPhoto | None:
    if arrival.number > room:
        return RefusedPhoto(arrival.name, "too_many", MAX_PHOTOS)
    if arrival.length == 0:
        return RefusedPhoto(arrival.name, "empty")
    if arrival.length > MAX_MEGABYTES * 1024**2:
        return RefusedPhoto(arrival.name, "too_large", MAX_MEGABYTES)
    return None


def _developed(arrival: _Arrival, sandbox: Sandbox) -> PreparedPhoto | RefusedPhoto:
    decoded = sandbox.decode(arrival.file.chunks(), arrival.length)
    if isinstance(decoded, Undecodable):
        return RefusedPhoto(arrival.name, decoded.code, decoded.limit)
    return store(
        photo=decoded.photo,
        thumbnail=decoded.thumbnail,
        width=decoded.width,
        height=decoded.height,
        sha256=arrival.sha256,
    )
