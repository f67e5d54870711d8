"""The process that opens strangers' pictures: its limits, its end, and that one picture harms no other."""

import ast
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sidegate.actions.photos import PhotosBusy, prepare_photos, sandbox
from sidegate.actions.photos.sandbox import PROGRAM, Decoded, Sandbox, Undecodable, free_place
from tests import pictures

from .conftest import files_in, sent


def test_the_decoder_knows_pillow_and_nothing_of_us() -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(PROGRAM.read_text()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - set(sys.stdlib_module_names) == {"PIL", "pi_heif"}


def test_a_picture_that_would_take_minutes_is_given_up_and_the_next_one_is_taken(
    monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    monkeypatch.setattr(sandbox, "CPU_SECONDS", 1)
    outcome = prepare_photos([sent(pictures.many_scans_jpeg(), "slow.jpg"), sent(pictures.jpeg())])
    assert [r.words for r in outcome.refusals] == [
        "slow.jpg takes too much work to open. Send a smaller copy of it."
    ]
    assert len(outcome.photos) == 1
    assert len(files_in(data_dir)) == 2


def test_a_picture_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.3)
    with Sandbox() as room:
        assert room.decode([b"only the beginning"], 5000) == Undecodable("too_heavy")
        assert room.pid is None


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS limits no address space")
def test_a_picture_that_needs_too_much_memory_is_refused_and_the_next_one_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sandbox, "MEMORY_BYTES", 64 * 1024**2)
    data = pictures.black_png(6000, 6000)
    with Sandbox() as room:
        assert room.decode([data], len(data)) == Undecodable("too_heavy")
        assert isinstance(room.decode([pictures.jpeg()], len(pictures.jpeg())), Decoded)


def test_the_decoder_can_write_no_file_and_reads_no_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spy = tmp_path / "spy.py"
    spy.write_text(
        "import os, runpy, sys\n"
        f"runpy.run_path({str(PROGRAM)!r})['confine'](2**29)\n"
        f"loot, crimes = os.open({str(tmp_path / 'loot')!r}, os.O_CREAT | os.O_WRONLY), 0\n"
        "try: crimes += os.write(loot, b'x')\n"
        "except OSError: pass\n"
        "crimes += 10 * ('SIDEGATE_SECRET_KEY' in os.environ)\n"
        "print('ready', flush=True); sys.stdin.buffer.read(9)\n"
        'print(\'{"refused": "damaged", "limit": %d}\' % crimes, flush=True)\n'
    )
    monkeypatch.setenv("SIDEGATE_SECRET_KEY", "greenlawn")
    monkeypatch.setattr(sandbox, "PROGRAM", spy)
    with Sandbox() as room:
        assert room.decode([b"x"], 1) == Undecodable("damaged", limit=0)


@pytest.mark.parametrize(
    "answer",
    [
        "nonsense",
        "[]",
        '{"refused": "made up"}',
        '{"refused": ["damaged"]}',
        '{"refused": "too_many_pixels", "limit": "%n"}',
        '{"width": -1, "height": 9, "photo": 9, "thumbnail": 9}',
        '{"width": 9, "height": 9, "photo": 99999999999, "thumbnail": 9}',
        '{"width": 9, "height": 9, "photo": 9}',
        '{"width": 9, "height": 9, "photo": 9, "thumbnail": 9}',
    ],
)
def test_a_decoder_in_hostile_hands_is_not_believed(
    answer: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "taken_over.py"
    program.write_text(f"import sys; print('ready', flush=True); sys.stdin.buffer.read(9); print({answer!r})")
    monkeypatch.setattr(sandbox, "PROGRAM", program)
    with Sandbox() as room:
        assert room.decode([b"x"], 1) == Undecodable("too_heavy")


def test_a_decoder_that_does_not_start_is_no_fault_of_the_picture(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data_dir: Path
) -> None:
    monkeypatch.setattr(sandbox, "PROGRAM", tmp_path / "missing.py")
    with pytest.raises(RuntimeError, match="does not start"):
        prepare_photos([sent(pictures.jpeg())])
    assert files_in(data_dir) == set()


def test_two_decode_at_once_and_the_third_waits_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = free_place(), free_place()
    monkeypatch.setattr(sandbox, "WAIT_SECONDS", 0.1)
    with pytest.raises(PhotosBusy) as busy:
        prepare_photos([sent(pictures.jpeg())])
    assert busy.value.words == "Many photos are arriving right now. Please send yours again in a minute."

    monkeypatch.setattr(sandbox, "WAIT_SECONDS", 30)
    threading.Timer(0.3, first.close).start()
    assert len(prepare_photos([sent(pictures.jpeg())]).photos) == 1
    second.close()


def test_a_killed_process_gives_its_place_back(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    other = (
        "import fcntl, pathlib, sys, time\n"
        "places = [open(p, 'wb') for p in pathlib.Path(sys.argv[1]).glob('.decoder-*.lock')]\n"
        "[fcntl.flock(p, fcntl.LOCK_EX) for p in places]; print(len(places), flush=True); time.sleep(60)\n"
    )
    first = free_place()
    free_place().close()
    first.close()
    process = subprocess.Popen([sys.executable, "-c", other, data_dir / "photos"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"2\n"
    monkeypatch.setattr(sandbox, "WAIT_SECONDS", 0)
    with pytest.raises(PhotosBusy):
        free_place()
    process.kill()
    process.wait()
    process.stdout.close()
    free_place().close()
