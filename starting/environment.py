""".venv: made once, mended where the pinned packages changed, made again where it was left half-made."""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from .installers import installers, uv_of_choice
from .steps import BASE_PYTHON, ROOT, Command, Stop, step, works

Kind = Literal["run", "dev"]

VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCKS: dict[Kind, Path] = {"run": ROOT / "requirements/run.txt", "dev": ROOT / "requirements/dev.txt"}
INSTALLED = VENV / "sidegate-installed"
HALF_MADE = VENV / "sidegate-half-made"
SUITABLE = "import sys; sys.exit(sys.version_info < (3, 11) or sys.prefix == sys.base_prefix)"


def install(kind: Kind) -> None:
    """The pinned packages and Sidegate itself in .venv; at once where they are there. Raises Stop."""
    if is_installed(kind):
        return
    with alone():
        if is_installed(kind):
            return
        print("Setting Sidegate up in .venv", flush=True)
        make_environment()
        HALF_MADE.touch()
        INSTALLED.unlink(missing_ok=True)
        fill(kind)
        INSTALLED.write_text(fingerprint(kind))
        HALF_MADE.unlink()


def is_installed(kind: Kind) -> bool:
    """What the tests need includes what running needs."""
    if HALF_MADE.exists() or not (INSTALLED.exists() and PYTHON.exists()):
        return False
    enough: tuple[Kind, ...] = ("run", "dev") if kind == "run" else ("dev",)
    return INSTALLED.read_text() in map(fingerprint, enough)


def fingerprint(kind: Kind) -> str:
    """Of all that decides what is installed: the pins, which Python (a system's upgrade swaps it), where."""
    digest = hashlib.sha256(str(PYTHON.resolve()).encode())
    for file in (LOCKS[kind], ROOT / "pyproject.toml", VENV / "pyvenv.cfg"):
        digest.update(file.read_bytes())
    return f"{kind} {digest.hexdigest()} {ROOT}"


@contextmanager
def alone() -> Iterator[None]:
    """Of two that set up at once, the second waits. The programs we start hold the lock as well, so a killed
    set-up is not taken over while its installer is still at work."""
    if os.name == "nt":
        yield
        return
    import fcntl

    with (ROOT / "start.py").open("rb") as file:
        os.set_inheritable(file.fileno(), True)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Sidegate is being set up by another start.py; waiting for it", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make_environment() -> None:
    """A working .venv is kept, whoever made it, except one that we left half-made or that came from elsewhere."""
    if works([PYTHON, "-c", SUITABLE]) and not HALF_MADE.exists() and not was_moved():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    uv = uv_of_choice()
    if not (uv and works([uv, "venv", "--python", BASE_PYTHON, VENV])):
        step("Making it", [BASE_PYTHON, "-m", "venv", "--clear", "--without-pip", VENV])


def was_moved() -> bool:
    return INSTALLED.exists() and not INSTALLED.read_text().endswith(f" {ROOT}")


def fill(kind: Kind) -> None:
    """With the first installer that succeeds. Raises Stop with what the last one said."""
    failure = Stop("Sidegate needs pip or uv. Install python3-pip, python3-venv or uv, then run this again.")
    for installer in installers(PYTHON):
        try:
            return fill_with(installer, LOCKS[kind])
        except Stop as stop:
            print("  That failed", flush=True)
            failure = stop
    raise failure


def fill_with(installer: Command, lock: Path) -> None:
    """Nothing is fetched but what the lock pins, and nothing is built but Sidegate, with the pinned builder."""
    count = len(re.findall(r"^[\w.-]+(?:\[.*\])?==", lock.read_text(), re.MULTILINE))
    step(
        f"Installing packages, up to {count}",
        [*installer, "--require-hashes", "--only-binary", ":all:", "-r", lock],
    )
    step("Installing Sidegate", [*installer, "--no-index", "--no-deps", "--no-build-isolation", "-e", ROOT])
