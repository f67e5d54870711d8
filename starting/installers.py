"""What can install into .venv, on whatever machine this is: uv, a pip that is somewhere about, or one we fetch."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from .pip_wheel import wheels
from .steps import BASE_PYTHON, Command, step, works


def installers(python: Path) -> Iterator[Command]:
    """Commands that install into the environment of that Python, the quickest first."""
    if uv := uv_of_choice():
        yield [uv, "pip", "install", "--python", python]
    if pip := pip_for(python):
        yield [*pip, "install"]


def uv_of_choice() -> str | None:
    """uv, unless an index is named for pip alone, which uv would not know."""
    named_for_uv = any(os.environ.get(name) for name in ("UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX"))
    return None if os.environ.get("PIP_INDEX_URL") and not named_for_uv else shutil.which("uv")


def pip_for(python: Path) -> Command | None:
    """Its own pip, another Python's, or one installed from pip's own wheel."""
    own: Command = [python, "-m", "pip"]
    for pip in (own, *([*other, "--python", python] for other in other_pips())):
        if works([*pip, "list"]):
            return pip
    for wheel in wheels():
        pip_in_wheel: Command = [python, wheel / "pip"]
        if works([*pip_in_wheel, "list"]):
            step("Installing pip", [*pip_in_wheel, "install", "--no-index", wheel])
            return own
    return None


def other_pips() -> Iterator[Command]:
    """They may be too old to serve a Python beside their own, or newer than they are: that shows when tried."""
    for python in dict.fromkeys((sys.executable, BASE_PYTHON)):
        yield [python, "-m", "pip"]
    for pip in filter(None, map(shutil.which, ("pip3", "pip"))):
        yield [pip]
