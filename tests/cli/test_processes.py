"""Parts live and end together; each test runs a parent of its own, as forks and signals ask for."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sidegate.cli.processes import Part, _rest, in_a_child
from sidegate.cli.trouble import Trouble

PARENT = """
import os, signal, sys, time
from sidegate.cli.processes import Part, run_together

def note(word):
    with open(sys.argv[1], "a") as file:
        file.write(f"{word} {os.getpid()}\\n")

def waits(name, leaves=True):
    def act():
        if not leaves:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        note(name)
        time.sleep(60)
    return act

note("parent")
"""


def run_parent(tmp_path: Path, body: str) -> tuple[subprocess.Popen[str], Path]:
    notes = tmp_path / "notes"
    notes.touch()
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT + body, str(notes)],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    return parent, notes


def pids(notes: Path, word: str) -> list[int]:
    return [int(line.split()[1]) for line in notes.read_text().splitlines() if line.split()[0] == word]


def until(is_so: Callable[[], object], seconds: float = 15) -> None:
    give_up_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up_at, "waited in vain"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


TWO = """
run_together([Part("web", waits("web")), Part("worker", waits("worker"))], grace_seconds=5)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_t17_a_signal_ends_them_all_at_once_and_well(tmp_path: Path, number: signal.Signals) -> None:
    parent, notes = run_parent(tmp_path, TWO)
    until(lambda: pids(notes, "web") and pids(notes, "worker"))
    began = time.monotonic()
    parent.send_signal(number)
    assert parent.wait(10) == 0
    assert time.monotonic() - began < 3
    assert not any(map(is_alive, pids(notes, "web") + pids(notes, "worker")))


def test_ctrl_c_reaches_the_whole_group_and_ends_it_well(tmp_path: Path) -> None:
    parent, notes = run_parent(tmp_path, TWO)
    until(lambda: pids(notes, "web") and pids(notes, "worker"))
    os.killpg(parent.pid, signal.SIGINT)
    assert parent.wait(10) == 0
    assert parent.stderr is not None and parent.stderr.read() == ""


def test_a_worker_that_dies_is_started_again(tmp_path: Path) -> None:
    parent, notes = run_parent(tmp_path, TWO)
    until(lambda: pids(notes, "worker"))
    os.kill(pids(notes, "worker")[0], signal.SIGKILL)
    until(lambda: len(pids(notes, "worker")) == 2)
    assert len(pids(notes, "web")) == 1
    parent.terminate()
    assert parent.wait(10) == 0


def test_one_that_will_not_leave_is_killed_after_its_time(tmp_path: Path) -> None:
    parent, notes = run_parent(
        tmp_path, "run_together([Part('web', waits('web', leaves=False))], grace_seconds=0.5)"
    )
    until(lambda: pids(notes, "web"))
    parent.terminate()
    assert parent.wait(10) == 0
    assert not is_alive(pids(notes, "web")[0])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_a_killed_parent_takes_all_along(tmp_path: Path) -> None:
    parent, notes = run_parent(tmp_path, TWO)
    until(lambda: pids(notes, "web") and pids(notes, "worker"))
    parent.kill()
    parent.wait(10)
    until(lambda: not any(map(is_alive, pids(notes, "web") + pids(notes, "worker"))))


def test_one_that_fails_at_once_rests_longer_each_time() -> None:
    part, rests = Part("worker", lambda: None), []
    for _ended in range(8):
        part.started_at = time.monotonic()
        _rest(part)
        rests.append(part.backoff)
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60]
    part.started_at = time.monotonic() - 3600
    _rest(part)
    assert part.backoff == 1


def test_a_child_leaves_its_code(capfd: pytest.CaptureFixture[str]) -> None:
    def in_trouble() -> None:
        raise Trouble("Port 80 is taken.")

    def at_fault() -> None:
        raise KeyError("ours")

    assert in_a_child(lambda: None) == 0
    assert in_a_child(lambda: sys.exit(7)) == 7
    assert in_a_child(in_trouble) == 1
    assert capfd.readouterr().err == "Port 80 is taken.\n"
    assert in_a_child(at_fault) == 1
    assert "KeyError: 'ours'" in capfd.readouterr().err
