"""A business's logo: in from strangers as photos are, stored at DATA_DIR/logos/<business's key>/<random name>.

The file is on the disk before its row names it, and an old one goes once no row does.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from ..models import Business
from ..wording.typed import typed_key
from .errors import InvalidInput
from .photos.files import TEMPORARY, disk_errors_in_words, make_folder, require_room, sync_folder, write
from .photos.intake import SentFile
from .photos.refusals import MAX_MEGABYTES, PhotosBusy, RefusedPhoto, StorageFull, name_as_text
from .photos.rows import LEFTOVER_AGE, ORPHAN_AGE
from .photos.sandbox import Sandbox, Undecodable

PNG = b"\x89PNG\r\n\x1a\n"


def logos_folder() -> Path:
    folder: Path = settings.SIDEGATE_DATA_DIR / "logos"
    return folder


def logo_path(business_id: UUID, name: str) -> Path:
    return logos_folder() / str(business_id) / name


def prepare_logo(file: SentFile, *, business_id: UUID) -> str:
    """Decodes, re-encodes and stores the picture; returns its file's name. Call it outside any transaction.

    What is stored here and then named by no row must go to `discard_logo`; the sweep finds what was forgotten.
    Raises InvalidInput for `logo`.
    """
    try:
        data = _decoded(file)
        ending = "png" if data.startswith(PNG) else "jpg"
        name = f"{secrets.token_hex(16)}.{ending}"
        _store(logo_path(business_id, name), data)
    except StorageFull as full:
        text = _("We have no room for pictures right now. Save the rest without it, and try again later.")
        raise InvalidInput({"logo": text}) from full
    except PhotosBusy as busy:
        raise InvalidInput({"logo": busy.words}) from busy
    return name


def _decoded(file: SentFile) -> bytes:
    name, length = name_as_text(file.name, number=1), sum(map(len, file.chunks()))
    if length == 0:
        raise _refusal(RefusedPhoto(name, "empty"))
    if length > MAX_MEGABYTES * 1024**2:
        raise _refusal(RefusedPhoto(name, "too_large", MAX_MEGABYTES))
    require_room()
    with Sandbox(shape="logo") as sandbox:
        decoded = sandbox.decode(file.chunks(), length)
    if isinstance(decoded, Undecodable):
        raise _refusal(RefusedPhoto(name, decoded.code, decoded.limit))
    return decoded.photo


def _refusal(refused: RefusedPhoto) -> InvalidInput:
    return InvalidInput({"logo": refused.words})


def _store(path: Path, data: bytes) -> None:
    with disk_errors_in_words():
        make_folder(logos_folder())
        make_folder(path.parent)
        write(path, data)
        sync_folder(path.parent)


def still_there(business_id: UUID, name: str) -> bool:
    """Whether a prepared logo can still get its row; begins its day before the sweep anew."""
    try:
        os.utime(logo_path(business_id, name))
    except FileNotFoundError:
        return False
    return True


def change_look(business: Business, *, accent: str, logo: str | None = None) -> None:
    """Another colour and, unless it is None, another logo: a prepared one's name, or "" for none."""
    changes = {"accent": accent} if logo is None else {"accent": accent, "logo_name": logo}
    rows = Business.objects.filter(pk=business.pk)
    with transaction.atomic(durable=True):
        old = rows.values_list("logo_name", flat=True).get()
        rows.update(**changes)
    if logo is not None:
        discard_logo(business.pk, old)
    for name, value in changes.items():
        setattr(business, name, value)


def discard_logo(business_id: UUID, name: str) -> None:
    """Never raises; a file that stays behind is found by the sweep."""
    if name:
        with suppress(OSError):
            logo_path(business_id, name).unlink(missing_ok=True)


def sweep_logos(now: datetime) -> int:
    """Deletes the files that no row names; returns how many. For the worker, every hour or so."""
    swept = 0
    for path in orphan_logos(now):
        path.unlink(missing_ok=True)
        swept += 1
    return swept


def orphan_logos(now: datetime) -> Iterator[Path]:
    """Files older than 24 h that no business names, and what is left of writes that were cut off an hour ago."""
    for folder in logos_folder().glob("*"):
        named = _named_by(folder.name)
        for path in folder.glob("*"):
            age = LEFTOVER_AGE if path.suffix == TEMPORARY else ORPHAN_AGE
            if path.name != named and _changed(path) < (now - age).timestamp():
                yield path


def _named_by(folder: str) -> str:
    key = typed_key(folder)
    rows = Business.objects.filter(pk=key) if key else Business.objects.none()
    return rows.values_list("logo_name", flat=True).first() or ""


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")  # another sweep was faster


def businesses_without_logo_file() -> Iterator[Business]:
    """Those that name a logo which is not on the disk."""
    for business in Business.objects.exclude(logo_name="").order_by("id").iterator():
        if not logo_path(business.pk, business.logo_name).is_file():
            yield business
