"""When .venv is good as it is, and when it is mended or made again."""

import sys
from pathlib import Path

import pytest

from starting import environment
from starting.environment import is_installed, was_moved


@pytest.fixture
def venv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with locks and an environment in it, as far as the marks on it go."""
    folder = tmp_path / ".venv"
    folder.mkdir()
    (folder / "python").symlink_to(sys.executable)
    (folder / "pyvenv.cfg").write_text("version = 3.11.2\n")
    for kind in ("run", "dev"):
        (tmp_path / f"{kind}.txt").write_text(f"{kind}==1\n")
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", folder)
    monkeypatch.setattr(environment, "PYTHON", folder / "python")
    monkeypatch.setattr(environment, "LOCKS", {kind: tmp_path / f"{kind}.txt" for kind in ("run", "dev")})
    monkeypatch.setattr(environment, "INSTALLED", folder / "installed")
    monkeypatch.setattr(environment, "HALF_MADE", folder / "half-made")
    return folder


def set_up(kind: environment.Kind) -> None:
    environment.INSTALLED.write_text(environment.fingerprint(kind))


def test_what_the_tests_need_is_enough_to_run_but_not_the_other_way_round(venv: Path) -> None:
    assert (is_installed("run"), is_installed("dev")) == (False, False)
    set_up("run")
    assert (is_installed("run"), is_installed("dev")) == (True, False)
    set_up("dev")
    assert (is_installed("run"), is_installed("dev")) == (True, True)


def test_new_pins_are_installed(venv: Path) -> None:
    set_up("run")
    environment.LOCKS["run"].write_text("run==2\n")
    assert not is_installed("run")


def test_an_interrupted_set_up_is_not_taken_for_done(venv: Path) -> None:
    set_up("run")
    environment.HALF_MADE.touch()
    assert not is_installed("run")


def test_a_system_upgrade_that_swaps_the_python_is_noticed(venv: Path) -> None:
    set_up("run")
    (venv / "python").unlink()
    (venv / "python").symlink_to("/bin/sh")
    assert not is_installed("run")
    (venv / "python").unlink()
    (venv / "python").symlink_to(venv / "gone")
    assert not is_installed("run")


def test_a_folder_that_was_moved_is_set_up_anew(venv: Path) -> None:
    set_up("run")
    assert not was_moved()
    environment.INSTALLED.write_text(environment.fingerprint("run").replace(str(venv.parent), "/elsewhere"))
    assert (was_moved(), is_installed("run")) == (True, False)
