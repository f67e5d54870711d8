"""The tests' own PostgreSQL: ready when it is given, gone when whoever asked for it is."""

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.postgres import ROOT, PostgresServer

ASK = "import time; from tests.postgres import PostgresServer; print(PostgresServer().url, flush=True); time.sleep(60)"


def folder_of(url: str) -> Path:
    return Path(unquote(urlsplit(url).netloc.rpartition("@")[2]))


def is_gone(folder: Path) -> bool:
    give_up = time.monotonic() + 15
    while folder.exists() and time.monotonic() < give_up:
        time.sleep(0.05)
    return not folder.exists()


def test_it_is_ready_when_it_is_given_and_leaves_nothing_when_it_is_stopped() -> None:
    server = PostgresServer()
    folder = folder_of(server.url)
    process = int((folder / "data/postmaster.pid").read_text().splitlines()[0])
    assert (folder / "data/postmaster.pid").read_text().rstrip().endswith("ready")
    server.stop()
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_killed_run_leaves_no_server() -> None:
    run = subprocess.Popen([sys.executable, "-c", ASK], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    folder = folder_of(run.stdout.readline().strip())
    assert folder.exists()
    run.kill()
    run.wait()
    assert is_gone(folder)
