"""Which pictures are not taken, and why, in words."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ..errors import Refused

MAX_PHOTOS: Final = 5
MAX_MEGABYTES: Final = 10
LONGEST_NAME: Final = 60

SENTENCES: Final = {
    "unreadable": gettext_noop(
        "%(name)s is not a photo we can read. Send a JPEG, PNG, WebP or HEIC picture."
    ),
    "empty": gettext_noop("%(name)s is empty. Choose the picture again."),
    "too_large": gettext_noop("%(name)s is larger than %(limit)d MB. Send a smaller copy of it."),
    "damaged": gettext_noop("%(name)s is damaged. Choose another picture, or take it again."),
    "too_many_pixels": gettext_noop(
        "%(name)s has more than %(limit)d million pixels. Send a smaller copy of it."
    ),
    "too_heavy": gettext_noop("%(name)s takes too much work to open. Send a smaller copy of it."),
    "too_many": gettext_noop("You can send up to %(limit)d photos; %(name)s was left out."),
}


@dataclass(frozen=True, slots=True)
class RefusedPhoto:
    """A file that was not taken. `name` is safe to show, `code` is a key of SENTENCES."""

    name: str
    code: str
    limit: int = 0

    @property
    def words(self) -> str:
        """One sentence for the person who sent it, in the language active now."""
        return _(SENTENCES[self.code]) % {"name": self.name, "limit": self.limit}


class StorageFull(Refused):
    """No room for photos on this machine; nothing of them was kept. A page answers 503 and keeps the form."""

    @property
    def words(self) -> str:
        return _("We have no room for photos right now. Send your request without them, or try again later.")


class PhotosBusy(Refused):
    """Too many people send photos at this moment; nothing was kept. A page answers 503 and keeps the form."""

    @property
    def words(self) -> str:
        return _("Many photos are arriving right now. Please send yours again in a minute.")


def name_as_text(name: str | None, *, number: int) -> str:
    """A file's name to be shown and for nothing else: no folders, no invisible characters, no great length.

    Zero-width and direction-changing characters go too: with them "gpj.exe" reads "exe.jpg". `number`
    names a file of which nothing is left.
    """
    visible = "".join(c for c in name or "" if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    last = PurePosixPath(visible.replace("\\", "/")).name
    text = re.sub(r"\s+", " ", last).strip()
    return shortened(text) if text.strip(".") else _("Photo %(number)d") % {"number": number}


def shortened(text: str) -> str:
    if len(text) <= LONGEST_NAME:
        return text
    tail = text[-10:]
    return text[: LONGEST_NAME - len(tail) - 1] + "…" + tail
