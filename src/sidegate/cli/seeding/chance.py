"""Chance that repeats: one generator for everything drawn, and keys made of it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from typing import TypeVar

from ...models.booking_request import REFERENCE_ALPHABET

T = TypeVar("T")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Chance:
    """A seeded generator. Keys are UUIDv7 as 32 hexadecimal digits, which both databases take."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)  # noqa: S311 (nothing secret is drawn: it has to repeat)
        self.share = self._random.random
        self._bits = self._random.getrandbits
        self._keys = 0

    def pick(self, choices: Sequence[T]) -> T:
        return choices[int(self.share() * len(choices))]

    def between(self, low: int, high: int) -> int:
        """Both ends may come."""
        return low + int(self.share() * (high - low + 1))

    def is_so(self, share: float) -> bool:
        return self.share() < share

    def key(self, seconds: float) -> str:
        """A key that sorts as made at that second since 1970, after all that were made before for it."""
        self._keys = (self._keys + 1) & 0xFFF
        return f"{int(seconds * 1000):012x}7{self._keys:03x}{0x8000000000000000 | self._bits(62):016x}"

    def secret(self) -> str:
        return f"{self._bits(256):064x}"

    def reference(self) -> str:
        letters = "".join(self.pick(REFERENCE_ALPHABET) for _ in range(6))
        return f"{letters[:3]}-{letters[3:]}"


def instant(seconds: float) -> str:
    """A moment as both databases read it: in UTC, to the second."""
    return datetime.fromtimestamp(int(seconds), UTC).isoformat(" ")[:19]


def dashed(key: str) -> str:
    """A key as it is written in words: "0193f1d2-…"."""
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


def seconds_of(moment: datetime) -> float:
    return (moment - EPOCH).total_seconds()
