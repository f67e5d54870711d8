"""Being told to stop: the message in hand is finished, or dropped where that takes too long (CASES D10)."""

import os
import select
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep
from types import FrameType
from typing import Any

SECONDS_TO_FINISH = 15


class Dropped(BaseException):
    """What was going on took too long after we were told to stop. No ordinary fault: nothing may swallow it."""


class Stop:
    """Whether we were told to stop; nobody tells one that was not made by `on_signals`."""

    def __init__(self) -> None:
        self._is_set = False
        self._pipe: tuple[int, int] | None = None

    def is_set(self) -> bool:
        return self._is_set

    def wait(self, seconds: float) -> None:
        """Sleep, but no longer than until we are told. A pipe wakes us: a signal handler may take no lock."""
        if self._pipe is None:
            sleep(seconds)
        elif not self._is_set:
            select.select([self._pipe[0]], [], [], seconds)

    @classmethod
    @contextmanager
    def on_signals(cls) -> Iterator["Stop"]:
        """Told by SIGTERM or SIGINT, for as long as the context lasts; outside the main thread, by nobody."""
        stop = cls()
        if threading.current_thread() is not threading.main_thread():
            yield stop
            return
        stop._pipe = os.pipe()
        before: dict[int, Any] = {
            signal.SIGTERM: signal.signal(signal.SIGTERM, stop._tell),
            signal.SIGINT: signal.signal(signal.SIGINT, stop._tell),
            signal.SIGALRM: signal.signal(signal.SIGALRM, _drop),
        }
        try:
            yield stop
        finally:
            signal.alarm(0)
            for number, handler in before.items():
                signal.signal(number, handler)
            for end in stop._pipe:
                os.close(end)

    def _tell(self, number: int, frame: FrameType | None) -> None:
        if not self._is_set:
            self._is_set = True
            signal.alarm(SECONDS_TO_FINISH)
            if self._pipe is not None:
                os.write(self._pipe[1], b".")


def _drop(number: int, frame: FrameType | None) -> None:
    raise Dropped
