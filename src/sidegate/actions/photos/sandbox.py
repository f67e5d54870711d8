"""Runs decode.py in a process of its own, behind limits, for one act's pictures."""

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import IO, Any, Final, Self, cast

from django.core.files import locks

from .files import photos_folder
from .refusals import SENTENCES, PhotosBusy

PROGRAM: Final = Path(__file__).with_name("decode.py")
MEMORY_BYTES = 540 * 1024**2  # with the program itself below 600 MB, whatever arrives
CPU_SECONDS = 20
WALL_SECONDS = 60
AT_ONCE: Final = 2
WAIT_SECONDS = 30.0
LONGEST_LINE: Final = 1000
LONGEST_SIDE: Final = 2048
LARGEST_JPEG: Final = 32 * 1024**2
# Nothing else of the environment: the secret key and the database's password are no business of a decoder.
PASSED_ON: Final = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Two JPEGs without any metadata. Width and height of the photo, in pixels. A logo is one PNG or JPEG."""

    width: int
    height: int
    photo: bytes
    thumbnail: bytes


@dataclass(frozen=True, slots=True)
class Undecodable:
    """`code` is a key of refusals.SENTENCES."""

    code: str
    limit: int = 0


class DecoderGone(Exception):
    """The process ended, or talks nonsense, in the middle of a picture."""


class Sandbox:
    """A decoder for several pictures, started for the first of them, two at once on a machine.

    A picture that brings the process down is refused, and the next one gets a new process.
    """

    def __init__(self, *, shape: str = "photo") -> None:
        """`shape` is "photo" or "logo": what is made of each picture."""
        self._shape = shape
        self._process: subprocess.Popen[bytes] | None = None
        self._place: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        if self._place:
            self._place.close()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def decode(self, chunks: Iterable[bytes], length: int) -> Decoded | Undecodable:
        """Raises PhotosBusy, and RuntimeError if no decoder can be started: that is no picture's fault."""
        process = self._process or self._start()
        clock = Timer(WALL_SECONDS, process.kill)
        clock.start()
        try:
            return self._exchange(process, chunks, length)
        except (DecoderGone, BrokenPipeError):
            logger.warning("A picture brought the decoder down (exit code %s).", self._end())
            return Undecodable("too_heavy")
        finally:
            clock.cancel()

    def _start(self) -> subprocess.Popen[bytes]:
        self._place = self._place or free_place()
        # A session of its own: Ctrl-C in a terminal must not make a picture look like a bad one.
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(PROGRAM), str(MEMORY_BYTES), str(CPU_SECONDS), self._shape],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            env=environment_of_decoder(),
        )
        if _output(self._process).readline(LONGEST_LINE) != b"ready\n":
            raise RuntimeError(f"The photo decoder does not start (exit code {self._end()}).")
        return self._process

    def _exchange(
        self, process: subprocess.Popen[bytes], chunks: Iterable[bytes], length: int
    ) -> Decoded | Undecodable:
        arrivals, answers = _input(process), _output(process)
        arrivals.write(length.to_bytes(8))
        for chunk in chunks:
            arrivals.write(chunk)
        arrivals.flush()
        facts = _facts(answers.readline(LONGEST_LINE))
        if "refused" in facts:
            return _undecodable(facts)
        return Decoded(
            width=_number(facts, "width", at_most=LONGEST_SIDE),
            height=_number(facts, "height", at_most=LONGEST_SIDE),
            photo=_exactly(answers, _number(facts, "photo", at_most=LARGEST_JPEG)),
            thumbnail=_exactly(answers, _number(facts, "thumbnail", at_least=0, at_most=LARGEST_JPEG)),
        )

    def _end(self) -> int | None:
        """Ends the process, if there is one, and gives its exit code."""
        process, self._process = self._process, None
        if process is None:
            return None
        process.kill()
        _output(process).close()
        with suppress(BrokenPipeError):  # what was still to be written has no reader any more
            _input(process).close()
        return process.wait()


def _input(process: subprocess.Popen[bytes]) -> IO[bytes]:
    return cast(IO[bytes], process.stdin)


def _output(process: subprocess.Popen[bytes]) -> IO[bytes]:
    return cast(IO[bytes], process.stdout)


def _facts(line: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(line)
    except ValueError:
        raise DecoderGone from None
    if not isinstance(facts, dict):
        raise DecoderGone
    return facts


def environment_of_decoder() -> dict[str, str]:
    known = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return known | {"MALLOC_ARENA_MAX": "1"}  # glibc would reserve address space for every thread


def _undecodable(facts: dict[str, Any]) -> Undecodable:
    code = str(facts["refused"])
    if code not in SENTENCES:
        raise DecoderGone
    logger.info("A picture was refused: %s %s", code, facts.get("because", ""))
    return Undecodable(code, _number({"limit": 0, **facts}, "limit", at_least=0, at_most=1000))


def _number(facts: dict[str, Any], name: str, *, at_most: int, at_least: int = 1) -> int:
    """The decoder may be in hostile hands by now: no number of it is believed unseen."""
    number = facts.get(name)
    if not isinstance(number, int) or not at_least <= number <= at_most:
        raise DecoderGone
    return number


def _exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) != length:
        raise DecoderGone
    return data


def free_place() -> IO[bytes]:
    """One of this machine's places for a decoder; closing the file gives it back. Raises PhotosBusy.

    The places are file locks: they hold for all threads and processes, and a killed one gives its own back.
    """
    give_up_at = time.monotonic() + WAIT_SECONDS
    photos_folder().mkdir(parents=True, exist_ok=True)
    while True:
        for number in range(AT_ONCE):
            place = (photos_folder() / f".decoder-{number}.lock").open("wb")
            if locks.lock(place, locks.LOCK_EX | locks.LOCK_NB):
                return place
            place.close()
        if time.monotonic() >= give_up_at:
            raise PhotosBusy
        time.sleep(0.05)
