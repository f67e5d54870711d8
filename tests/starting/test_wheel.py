"""An installed Sidegate carries its guide in itself: nobody's server needs the repository or the internet for it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from sidegate.gate.guide_chapters import FOLDER, chapters

ROOT = Path(__file__).resolve().parents[2]
ASKED = "from sidegate.gate.guide_chapters import FOLDER, chapters; print(FOLDER, *chapters('client'))"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_the_wheel_holds_every_chapter(wheel: zipfile.ZipFile) -> None:
    written = {f"sidegate/guide/{file.relative_to(FOLDER).as_posix()}" for file in FOLDER.rglob("*.md")}
    assert len(written) > 50
    assert {name for name in wheel.namelist() if name.startswith("sidegate/guide/")} == written


def test_installed_from_the_wheel_the_guide_is_read_from_there(
    wheel: zipfile.ZipFile, tmp_path: Path
) -> None:
    wheel.extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(tmp_path / "sidegate/guide"), *chapters("client")]
