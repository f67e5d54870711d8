"""`sidegate restore`: a backup into an empty place, with the mail held until an owner releases it."""

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .progress import show
from .start import set_up_django

if TYPE_CHECKING:
    from .moving.restoring import Restored


def run(options: Namespace) -> int:
    set_up_django()
    from .moving.partial import tidy_when_stopped
    from .moving.restoring import restore

    try:
        with tidy_when_stopped():
            restored = restore(Path(options.file).absolute(), show)
    finally:
        show("")
    _tell(restored)
    return 0


def _tell(restored: "Restored") -> None:
    from .moving.rows import in_words

    manifest, waiting = restored.manifest, restored.held
    pictures = f"{len(manifest.pictures()):,} picture files"
    moment = datetime.fromisoformat(manifest.made_at).astimezone(UTC)
    print(
        f"{in_words(manifest.rows)} and {pictures} are here, as they were on {moment:%Y-%m-%d at %H:%M} UTC."
    )
    messages = "1 message waits" if waiting == 1 else f"{waiting:,} messages wait"
    print(f"Mail is held at every business: {messages}. Sign-in mail leaves as always.")
    print("Nobody is signed in here: each person signs in anew.")
    print("Next: sidegate doctor, then sidegate serve. Once the old server is stopped for good, an owner")
    print("presses Release mail, which stands on every page of the office.")
