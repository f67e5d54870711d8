"""Whoever has only an old Python is told what to install, not shown a traceback."""

import ast
import os
import sys
from pathlib import Path

import pytest

import start

ROOT = Path(start.__file__).parent


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """We are Python 3.9, and the folder is all of the path."""
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def put(folder: Path, name: str, script: str) -> Path:
    command = folder / name
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)
    return command


def test_python_3_6_can_read_the_file_that_says_so() -> None:
    ast.parse((ROOT / "start.py").read_text(), feature_version=(3, 6))


def test_without_a_newer_python_one_line_names_what_to_install(
    old: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert start.main() == 1
    said = capsys.readouterr().out
    assert (
        said == "Sidegate needs Python 3.11 or newer, and this is 3.9. Install python3.11, or a newer one.\n"
    )


def test_a_newer_python_on_the_path_takes_over_and_a_name_without_one_behind_it_does_not(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(old, "python3.13", "echo 'no such version' >&2; exit 127")
    newer = put(old, "python3.12", f'exec "{sys.executable}" "$@"')
    monkeypatch.setattr(sys, "argv", ["start.py", "--port", "8001"])
    took_over: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(os, "execv", lambda path, arguments: took_over.append((path, arguments)))
    start.main()
    assert took_over[0] == (str(newer), [str(newer), "start.py", "--port", "8001"])
