"""Several processes that live and end together: forked from one parent, so that they share its memory."""

import ctypes
import gc
import logging
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from .trouble import in_words

log = logging.getLogger("sidegate.processes")

Act = Callable[[], object]
SIGNALS = (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM)
LONGEST_BACKOFF_SECONDS = 60.0
HEALTHY_AFTER_SECONDS = 60.0
ONE_ASKING_SECONDS = 1.0  # some send the signal to the group and to each of us: that is no hurry yet
PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Part:
    """One process of the group; when it ends before its time it is started again."""

    name: str
    act: Act
    longest_backoff: float = LONGEST_BACKOFF_SECONDS
    pid: int = 0
    started_at: float = 0.0
    exit_code: int = 0
    backoff: float = 0.0
    due_at: float = 0.0


def in_a_child(act: Act) -> int:
    """Do it in a process of its own, which leaves nothing in our memory; returns its exit code."""
    pid = _fork(act)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def run_together(parts: Sequence[Part], *, grace_seconds: float, announce: Act = lambda: None) -> None:
    """Run until SIGINT or SIGTERM. A part that ends is started again, later each time it ended soon.

    What is announced is true: all are started by then, and from then on a signal ends all of them well.
    Parts get SIGTERM and so many seconds, then SIGKILL; a second signal shortens that. Database
    connections must be closed before: no two processes may share one.
    """
    gc.collect()
    gc.freeze()  # what was loaded so far stays shared: no collection writes to its pages
    with _awake_on_signals() as told:
        group = _Group(parts)
        try:
            group.start_due()
            announce()
            group.live(told)
        finally:
            group.end(told, grace_seconds)


class _Told:
    """Which signals came, and a way to sleep until the next one."""

    def __init__(self, wakes: int) -> None:
        self.stops = 0
        self._wakes = wakes

    def heard(self, number: int, frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self.stops += 1

    def sleep(self, seconds: float | None) -> None:
        if select.select([self._wakes], [], [], seconds)[0]:
            os.read(self._wakes, 1024)


@contextmanager
def _awake_on_signals() -> Iterator[_Told]:
    wakes, wakened = os.pipe()
    os.set_blocking(wakened, False)
    told = _Told(wakes)
    before = {number: signal.signal(number, told.heard) for number in SIGNALS}
    fd_before = signal.set_wakeup_fd(wakened, warn_on_full_buffer=False)
    try:
        yield told
    finally:
        signal.set_wakeup_fd(fd_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(wakes)
        os.close(wakened)


class _Group:
    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts

    def live(self, told: _Told) -> None:
        while not told.stops:
            self.start_due()
            told.sleep(self._until_next())
            for part in self._reap():
                if not told.stops:
                    log.error("%s ended", part.name, extra={"facts": {"exit_code": part.exit_code}})

    def end(self, told: _Told, grace_seconds: float) -> None:
        self._tell(signal.SIGTERM)
        began, stops = time.monotonic(), told.stops
        while self._alive() and (passed := time.monotonic() - began) < grace_seconds:
            if passed < ONE_ASKING_SECONDS:
                stops = told.stops
            elif told.stops > stops:
                break
            told.sleep(0.2)
            self._reap()
        self._tell(signal.SIGKILL)
        while self._alive():
            told.sleep(0.2)
            self._reap()

    def _alive(self) -> list[Part]:
        return [part for part in self.parts if part.pid]

    def _tell(self, number: signal.Signals) -> None:
        for part in self._alive():
            os.kill(part.pid, number)

    def start_due(self) -> None:
        now = time.monotonic()
        for part in self.parts:
            if not part.pid and part.due_at <= now:
                part.pid, part.started_at = _fork(part.act), now

    def _until_next(self) -> float | None:
        due = [part.due_at for part in self.parts if not part.pid]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _reap(self) -> list[Part]:
        """The parts that have ended; each gets the time at which it is due again."""
        ended = []
        for part in self._alive():
            pid, status = os.waitpid(part.pid, os.WNOHANG)
            if pid:
                part.exit_code = os.waitstatus_to_exitcode(status)
                _rest(part)
                ended.append(part)
        return ended


def _rest(part: Part) -> None:
    """Wait before the next start, twice as long each time it ended soon after one."""
    now = time.monotonic()
    was_healthy = now - part.started_at >= HEALTHY_AFTER_SECONDS
    part.backoff = 1.0 if was_healthy or not part.backoff else min(2 * part.backoff, part.longest_backoff)
    part.pid, part.due_at = 0, now + part.backoff


def _fork(act: Act) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _begin_as_child(parent)
        act()
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    except Exception as error:
        print(in_words(error) or traceback.format_exc(), file=sys.stderr)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _begin_as_child(parent: int) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    _end_with_parent()
    if os.getppid() != parent:  # it was killed before we asked to be told
        os._exit(1)


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _end_with_parent() -> None:
    """A parent that is killed outright takes its children along; only Linux knows how."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
