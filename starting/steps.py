"""Running other programs: quietly where they succeed, with their own words where they fail."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BASE_PYTHON: str = getattr(sys, "_base_executable", "") or sys.executable  # ours may lie in .venv itself
Command = Sequence[str | Path]
WORDS_OF_A_FAILURE = 15  # lines

QUIET = {
    "PIP_NO_INPUT": "1",  # a question would not be seen
    "PIP_PROGRESS_BAR": "off",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_USER": "0",  # some systems set it, and in a virtual environment it is an error
    "DEBIAN_FRONTEND": "noninteractive",
}


class Stop(Exception):
    """What is missing, and what to do about it."""


def step(what: str, command: Command, *, folder: Path = ROOT) -> None:
    """Run it, showing that it goes on and how long it took. Raises Stop where it fails."""
    began, is_terminal, said = time.monotonic(), sys.stdout.isatty(), []
    print(f"  {what}", end="", flush=True)
    child = subprocess.Popen(
        command, cwd=folder, env=os.environ | QUIET, close_fds=False, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    for line in child.stdout or ():
        said.append(line)
        if is_terminal:
            room = shutil.get_terminal_size().columns - len(what) - 5
            print(f"\r\033[K  {what}: {line.strip()[: max(room, 0)]}", end="", flush=True)
    print(f"\r\033[K  {what}" if is_terminal else "", end="")
    print(f"  {time.monotonic() - began:.1f} s", flush=True)
    if child.wait():
        raise Stop(f"{what} failed:\n" + "".join(said[-WORDS_OF_A_FAILURE:]))


def in_sight(command: Command) -> int:
    """Runs it with our own input and output, and returns its exit status. Where we are asked to stop, it is
    given the time to stop what it started itself."""
    child = subprocess.Popen(command, cwd=ROOT)
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: child.send_signal(signal.SIGINT))
    try:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:  # the terminal told the child as well
                continue
    finally:
        signal.signal(signal.SIGTERM, before)


def works(command: Command) -> bool:
    """Whether it can be run and ends well; nothing of it is shown."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | QUIET,
            stdin=subprocess.DEVNULL, capture_output=True, check=False,
        )  # fmt: skip
    except OSError:
        return False
    return done.returncode == 0
