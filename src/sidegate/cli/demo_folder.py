"""The demo's own place: its database, photos, secret and log, away from everything in earnest."""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from .trouble import Trouble

# What would lead elsewhere than into this folder, or mean something only in earnest.
LEFT_ALONE = ("SIDEGATE_DATABASE_URL", "SIDEGATE_EMAIL_URL", "SIDEGATE_TRUSTED_PROXIES")
TOLD = ("sidegate.sqlite3", "sidegate.sqlite3-wal", "sidegate.sqlite3-shm", "photos")


@dataclass(frozen=True, slots=True)
class DemoFolder:
    path: Path

    @classmethod
    def here(cls) -> "DemoFolder":
        """Below SIDEGATE_DATA_DIR, or below var/ in the current folder. Raises Trouble."""
        path = Path(os.environ.get("SIDEGATE_DATA_DIR", "var")).absolute() / "demo"
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Trouble(f"The folder {path} cannot be made: {error.strerror}.") from error
        return cls(path)

    @property
    def log(self) -> Path:
        return self.path / "demo.log"

    @property
    def _mark(self) -> Path:
        return self.path / "told.json"

    def take_environment(self, port: int) -> list[str]:
        """From now on settings are the demo's; returns the variables that were set and are left alone."""
        ignored = [name for name in LEFT_ALONE if os.environ.pop(name, None)]
        os.environ.update(
            SIDEGATE_DEMO="1",
            SIDEGATE_DATA_DIR=str(self.path),
            SIDEGATE_SECRET_KEY=self._secret(),
            SIDEGATE_BASE_URL=f"http://localhost:{port}",
        )
        return ignored

    def _secret(self) -> str:
        file = self.path / "secret-key"
        try:
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
                new.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        return file.read_text() or secrets.token_urlsafe(48)

    def told_at(self) -> datetime | None:
        """When the story that lies here was told; None where none does, or not to its end."""
        try:
            return datetime.fromisoformat(json.loads(self._mark.read_text())["at"])
        except (FileNotFoundError, ValueError, KeyError):
            return None

    def mark_told(self, at: datetime) -> None:
        self._mark.write_text(json.dumps({"at": at.isoformat()}))

    def clear(self) -> None:
        """Throw the story away; the secret stays."""
        self._mark.unlink(missing_ok=True)
        for name in TOLD:
            target = self.path / name
            if target.is_dir():
                shutil.rmtree(target)
            else:
                target.unlink(missing_ok=True)

    @contextmanager
    def in_use(self, *, fresh: bool) -> Iterator["Turn"]:
        """Held while a demo runs. Only the first of several may change what lies here. Raises Trouble."""
        with (self.path / ".lock").open("w") as lock:
            is_alone = _try_alone(lock)
            if fresh and not is_alone:
                raise Trouble(f"A demo is running in {self.path}. Stop it first, with Ctrl-C.")
            if not is_alone:
                fcntl.flock(lock, fcntl.LOCK_SH)
            yield Turn(lock, is_alone)


@dataclass(frozen=True, slots=True)
class Turn:
    """`is_alone` while no other demo runs here; `share` lets others in."""

    lock: IO[str]
    is_alone: bool

    def share(self) -> None:
        fcntl.flock(self.lock, fcntl.LOCK_SH)


def _try_alone(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
