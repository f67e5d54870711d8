"""`sidegate backup`: everything in one archive, made while others work, and read again before it counts."""

import sys
import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from .progress import show
from .start import reach_database

if TYPE_CHECKING:
    from .moving.manifest import Manifest


def run(options: Namespace) -> int:
    reach_database()
    from .moving import quiet
    from .moving.making import make_backup
    from .moving.partial import tidy_when_stopped

    quiet.step_back()
    began, path = time.monotonic(), Path(options.file).absolute()
    try:
        with tidy_when_stopped():
            manifest = make_backup(path, show)
    finally:
        show("")
    _tell(path, manifest, time.monotonic() - began)
    return 0


def _tell(path: Path, manifest: "Manifest", seconds: float) -> None:
    from .moving.rows import in_words
    from .moving.words import megabytes

    print(f"{in_words(manifest.rows)} and {len(manifest.pictures()):,} picture files are in {path}:")
    print(f"{megabytes(path.stat().st_size)}, in {seconds:.0f} s. It was read again, and is whole.")
    if lost := manifest.photos_without_file:
        names = ", ".join(lost[:5]) + (", …" if len(lost) > 5 else "")
        print(f"Rows without a file to copy: {len(lost):,} ({names}). See sidegate doctor.", file=sys.stderr)
    print(
        "The secret key is not in it, nor who is signed in. Whoever has the file can read all of it: keep it safe."
    )
    print(f"Next, on the new server, with an empty data folder and database: sidegate restore {path.name}")
