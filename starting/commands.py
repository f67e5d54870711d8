"""What start.py can be told to do."""

import os
import shutil
import sys

from . import testing
from .environment import LOCKS, PYTHON, VENV, install
from .steps import ROOT, Stop, in_sight, step


def run(arguments: list[str], *, usage: str) -> int:
    """Returns the exit status."""
    if arguments and arguments[0] in ("-h", "--help"):
        print(usage)
        return 0
    named = COMMANDS.get(arguments[0]) if arguments else None
    try:
        return named(arguments[1:]) if named else demo(arguments)
    except (Stop, OSError) as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run it again at any time.", file=sys.stderr)
        return 130


def demo(arguments: list[str]) -> int:
    """Becomes `sidegate demo`, where a program can become another."""
    install("run")
    command = [str(PYTHON), "-m", "sidegate", "demo", *arguments]
    if os.name == "nt":
        return in_sight(command)
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execv(command[0], command)


def test(arguments: list[str]) -> int:
    install("dev")
    return testing.test(PYTHON, arguments)


def bench(arguments: list[str]) -> int:
    install("dev")
    return in_sight([PYTHON, "-m", "bench", *arguments])


def lock(arguments: list[str]) -> int:
    """The pins for every Python from 3.11 on, every processor and system at once."""
    uv = shutil.which("uv") or shutil.which("uv", path=VENV / "bin")
    if not uv:
        raise Stop("Pinning needs uv: install it, then run this again.")
    options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--quiet"]
    compile_pins = [
        uv,
        "pip",
        "compile",
        "pyproject.toml",
        "--extra",
        "postgres",
        "--group",
        "build",
        *options,
    ]
    for kind, path in LOCKS.items():
        more = ["--group", "dev"] if kind == "dev" else []
        target = ["--output-file", str(path.relative_to(ROOT))]
        step(f"Pinning for {kind}", [*compile_pins, *more, *target, *arguments])
    return 0


COMMANDS = {"test": test, "bench": bench, "lock": lock}
