"""Static files, collected once for each version of them: hashed names, compressed, with a manifest."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files import locks
from django.core.management import call_command

MARK = "collected.sha256"
# Nine tenths of django-htmx's files are versions and extensions that no page of ours asks for.
UNUSED = ["django_htmx/ext/*", "htmax-*", "htmx-4*", "htmx-2.js"]


def collect_static_files() -> bool:
    """Collect them where they are not what was collected last; returns whether that was so.

    Old files stay: a page that was sent before still asks for them.
    """
    folder = Path(settings.STATIC_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("wb") as turn:
        locks.lock(turn, locks.LOCK_EX)
        mark, wanted = folder / MARK, _fingerprint()
        if mark.exists() and mark.read_text() == wanted:
            return False
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED)
        mark.write_text(wanted)
        return True


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path, data in _files():
        digest.update(f"{path}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def _files() -> Iterator[tuple[str, bytes]]:
    for finder in finders.get_finders():
        for path, storage in sorted(finder.list(UNUSED), key=lambda found: found[0]):
            with storage.open(path) as file:
                yield path, file.read()
