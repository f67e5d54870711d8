"""Static files are collected when they have changed, and only then."""

import json
from pathlib import Path

import pytest
from django.conf import LazySettings

from sidegate.cli.static_files import collect_static_files


@pytest.fixture
def package(tmp_path: Path, settings: LazySettings) -> Path:
    """A package with one style sheet, and a folder to collect into."""
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "site.css").write_text("body { margin: 0 }" + " /* room */" * 60)
    settings.STATICFILES_DIRS = [folder]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "sidegate.web.static_files.HashedStaticFiles"},
    }
    return folder


def hashed_name(collected: Path) -> str:
    return str(json.loads((collected / "staticfiles.json").read_text())["paths"]["site.css"])


def test_they_get_hashed_names_and_compressed_twins(package: Path, tmp_path: Path) -> None:
    assert collect_static_files()
    name = hashed_name(tmp_path / "collected")
    assert name != "site.css"
    for ending in ("", ".gz", ".br"):
        assert (tmp_path / "collected" / f"{name}{ending}").is_file()


def test_unchanged_ones_are_left_alone(package: Path) -> None:
    assert [collect_static_files() for _start in range(2)] == [True, False]


def test_changed_ones_are_collected_and_old_names_stay(package: Path, tmp_path: Path) -> None:
    collect_static_files()
    old = hashed_name(tmp_path / "collected")
    changed = (package / "site.css").read_text().replace("margin: 0", "margin: 1")
    (package / "site.css").write_text(changed)
    assert collect_static_files()
    assert hashed_name(tmp_path / "collected") != old
    assert (tmp_path / "collected" / old).is_file()


def test_a_collection_that_was_broken_off_is_made_again(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks_off(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("sidegate.cli.static_files.call_command", breaks_off)
        with pytest.raises(OSError, match="No space"):
            collect_static_files()
    assert collect_static_files()
