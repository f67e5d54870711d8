#!/usr/bin/env python3
"""Try Sidegate, or test it, on a machine that has Python 3.11 or newer and nothing else.

    python3 start.py [--port N]     install, make the demo, serve it, print the links
    python3 start.py test [...]     install what the tests need, lint, and test on SQLite and PostgreSQL
    python3 start.py bench [...]    the measurements of docs/performance.md
    python3 start.py lock           pin the dependencies anew (needs uv)

Everything goes into .venv beside this file. Run it again at any time: what is there is kept, what is half
done is done again. This file itself must be readable by old Pythons too, to say what is missing.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
LOCKS = {"run": ROOT / "requirements/run.txt", "dev": ROOT / "requirements/dev.txt"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Stop(Exception):
    """What is missing, in one line."""


def main(arguments: list[str]) -> int:
    if sys.version_info < OLDEST:
        return with_newer_python(arguments)
    if arguments and arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    command = arguments[0] if arguments and arguments[0] in ("test", "bench", "lock") else "demo"
    rest = arguments[1:] if command != "demo" else arguments
    try:
        return {"demo": demo, "test": test, "bench": bench, "lock": lock}[command](rest)
    except Stop as missing:
        print("\n" + str(missing), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run it again at any time.", file=sys.stderr)
        return 130


def with_newer_python(arguments: list[str]) -> int:
    for name in NEWER:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, str(Path(__file__).resolve()), *arguments])
    print(
        "Sidegate needs Python 3.11 or newer; this is %d.%d. Install python3.11 or newer."
        % sys.version_info[:2]
    )
    return 1


def demo(arguments: list[str]) -> int:
    install("run")
    command = [str(PYTHON), "-m", "sidegate", "demo", *arguments]
    os.chdir(ROOT)
    if os.name == "nt":
        return subprocess.call(command)
    os.execv(command[0], command)


def test(arguments: list[str]) -> int:
    install("dev")
    find_browser()
    if arguments:
        databases = [[]] if "--db" in " ".join(arguments) else [["--db", "sqlite"], ["--db", "postgres"]]
        return max(run_tests([*database, *arguments]) for database in databases)
    failed = [name for name, command in CHECKS.items() if not passes(name, command)]
    for database, only in (("sqlite", []), ("postgres", ["-m", "not browser"])):
        print("\nTests on " + database, flush=True)
        if run_tests(["-n", "2", "--dist", "loadgroup", "--db", database, *only]):
            failed.append("tests on " + database)
    print("\n" + ("Failed: " + ", ".join(failed) if failed else "All checks and tests passed."))
    return 1 if failed else 0


CHECKS = {
    "ruff": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "imports": ["-c", "from importlinter.cli import lint_imports_command as c; c()"],
    "types": ["-m", "mypy"],
    "templates": ["-m", "djlint", "--lint", "--quiet", "src/sidegate/templates"],
}


def passes(name: str, command: list[str]) -> bool:
    began = time.monotonic()
    done = subprocess.run([str(PYTHON), *command], cwd=ROOT, capture_output=True, text=True, check=False)
    passed = done.returncode == 0
    print("%-12s %s  %.1f s" % (name, "passed" if passed else "FAILED", time.monotonic() - began), flush=True)
    if not passed:
        print(done.stdout + done.stderr)
    return passed


def run_tests(arguments: list[str]) -> int:
    return subprocess.call([str(PYTHON), "-m", "pytest", *arguments], cwd=ROOT)


def bench(arguments: list[str]) -> int:
    install("dev")
    return subprocess.call([str(PYTHON), "-m", "bench", *arguments], cwd=ROOT)


def lock(arguments: list[str]) -> int:
    uv = shutil.which("uv") or str(VENV / "bin/uv")
    if not Path(uv).exists():
        raise Stop("Pinning needs uv: install it, then run this again.")
    for kind, groups in (("run", ["--group", "build"]), ("dev", ["--group", "build", "--group", "dev"])):
        options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--quiet"]
        options += [
            "--extra",
            "postgres",
            *groups,
            "--output-file",
            str(LOCKS[kind].relative_to(ROOT)),
            *arguments,
        ]
        subprocess.run([uv, "pip", "compile", "pyproject.toml", *options], cwd=ROOT, check=True)
    return 0


# Installing.


def install(kind: str) -> None:
    """The pinned packages and Sidegate itself in .venv; at once where they are there already."""
    if not is_installed(kind):
        print("Setting Sidegate up in .venv (once)", flush=True)
        uv = shutil.which("uv")
        make_environment(uv)
        pip = [uv, "pip", "install", "--python", str(PYTHON)] if uv else [*pip_of_environment(), "install"]
        count = len(re.findall(r"^[\w.-]+==", LOCKS[kind].read_text(), re.MULTILINE))
        step("Installing up to %d packages" % count, [*pip, "--require-hashes", "-r", str(LOCKS[kind])])
        step("Installing Sidegate", [*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
        stamp(kind).write_text(fingerprint(kind))


def stamp(kind: str) -> Path:
    return VENV / ("installed-" + kind)


def fingerprint(kind: str) -> str:
    """Of all that decides what is installed; another folder or another Python means installing again."""
    digest = hashlib.sha256(repr((str(ROOT), sys.version_info[:3])).encode())
    for file in (LOCKS[kind], ROOT / "pyproject.toml"):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_installed(kind: str) -> bool:
    kinds = ("dev",) if kind == "dev" else ("run", "dev")
    return any(stamp(k).exists() and stamp(k).read_text() == fingerprint(k) for k in kinds)


def make_environment(uv: str | None) -> None:
    """A virtual environment of this Python; one that was left half-made is made again."""
    for kind in LOCKS:
        stamp(kind).unlink(missing_ok=True)
    if works(
        [str(PYTHON), "-c", "import sys; sys.exit(sys.version_info[:2] != %r)" % (sys.version_info[:2],)]
    ):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if uv:
        step("Making .venv with uv", [uv, "venv", "--quiet", "--python", sys.executable, str(VENV)])
    elif not works([sys.executable, "-m", "venv", str(VENV)]):
        shutil.rmtree(VENV, ignore_errors=True)
        step("Making .venv without pip", [sys.executable, "-m", "venv", "--without-pip", str(VENV)])


def works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def step(what: str, command: list[str]) -> None:
    """Run one step of the set-up, showing what it does; its output appears only where it fails."""
    began, is_terminal, said = time.monotonic(), sys.stdout.isatty(), []
    print("  " + what, end="", flush=True)
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in child.stdout or ():
        said.append(line)
        if is_terminal:
            print("\r\033[K  %s: %s" % (what, line.strip()[:70]), end="", flush=True)
        elif len(said) % 10 == 0:
            print(".", end="", flush=True)
    if child.wait():
        raise Stop("\n%s failed:\n%s" % (what, "".join(said[-15:])))
    print("%s  %.1f s" % ("\r\033[K  " + what if is_terminal else "", time.monotonic() - began), flush=True)


# pip, where the environment came without it.


def pip_of_environment() -> list[str]:
    """A command that installs into .venv: its own pip, another's, or pip's wheel run as a file."""
    pip = [str(PYTHON), "-m", "pip"]
    if works([*pip, "--version"]):
        return pip
    other = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    if works([*other, "--version"]):
        return other
    wheel = wheel_on_disk() or wheel_from_named_index() or wheel_from_debian()
    if wheel is None:
        raise Stop("Sidegate needs pip: install python3-venv, python3-pip or uv, then run this again.")
    step("Installing pip", [str(PYTHON), str(wheel / "pip"), "install", "--no-index", str(wheel)])
    return pip


def wheel_on_disk() -> Path | None:
    """Where systems keep pip's wheel for making virtual environments."""
    folders = [Path("/usr/share/python-wheels"), Path(os.__file__).parent / "ensurepip/_bundled"]
    wheels = [wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))]
    return wheels[-1] if wheels else None


def wheel_from_named_index() -> Path | None:
    """From the package index that the environment names for pip or uv."""
    index = next(
        filter(None, (os.environ.get(n) for n in ("PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX"))), ""
    )
    if not index.startswith(("https://", "http://", "file://")):
        return None
    try:
        page = index.rstrip("/") + "/pip/"
        with urllib.request.urlopen(page, timeout=30) as answer:
            links = re.findall(r'href="([^"]+/(pip-[\d.]+-py3-none-any\.whl)[^"]*)"', answer.read().decode())
        if not links:
            return None
        link, name = links[-1]
        target = Path(tempfile.mkdtemp()) / name
        with urllib.request.urlopen(urllib.parse.urljoin(page, link), timeout=60) as answer:
            target.write_bytes(answer.read())
        return target
    except OSError:
        return None


def wheel_from_debian() -> Path | None:
    """On Debian and its kin: from its own packages, with lists of our own, so that it needs no root."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    folder = Path(tempfile.mkdtemp())
    for part in ("lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True)
    apt = ["apt-get", "-q", "-o", "Dir::State::lists=%s/lists" % folder, "-o", "Dir::Cache=%s/cache" % folder]
    apt += ["-o", "APT::Sandbox::User="]
    fetched = (
        works([*apt, "update"])
        and subprocess.run(
            [*apt, "download", "python3-pip-whl"], cwd=folder, capture_output=True, check=False
        ).returncode
        == 0
    )
    packages = list(folder.glob("*.deb")) if fetched else []
    if not packages or not works(["dpkg-deb", "-x", str(packages[0]), str(folder / "unpacked")]):
        return None
    wheels = sorted((folder / "unpacked").rglob("pip-*.whl"))
    return wheels[-1] if wheels else None


def find_browser() -> None:
    """Chromium for the browser tests: the system's, Playwright's, Debian's package, or Playwright's download."""
    is_there = any(map(shutil.which, BROWSERS)) or any(
        (Path.home() / ".cache/ms-playwright").glob("chromium-*")
    )
    if is_there:
        return
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        step("Reading Debian's package lists", ["apt-get", "-q", "update"])
        step("Installing Chromium", ["apt-get", "-q", "-y", "install", "--no-install-recommends", "chromium"])
    elif not works([str(PYTHON), "-m", "playwright", "install", "chromium"]):
        raise Stop(
            "The browser tests need Chromium: install it (Debian: apt-get install chromium), then run this again."
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
