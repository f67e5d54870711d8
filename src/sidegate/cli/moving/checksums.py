"""One checksum for a table's rows, the same on every database that holds the same rows."""

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID


class Checksum:
    """Of rows in the order of their keys, as Python has them; keys inside JSON in the order of their names."""

    def __init__(self) -> None:
        self._digest, self.rows = hashlib.sha256(), 0

    def add(self, row: tuple[Any, ...]) -> None:
        written = json.dumps(row, default=canonical, sort_keys=True, separators=(",", ":"))
        self._digest.update(written.encode() + b"\n")
        self.rows += 1

    def __str__(self) -> str:
        return self._digest.hexdigest()


def canonical(value: object) -> str:
    """What JSON has no word for: a key, an instant, a day."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a table has a kind of value that is not known here: {type(value).__name__}")
