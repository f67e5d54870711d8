"""A data folder of its own for each test, and sent files."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile

from sidegate.actions.photos import PreparedPhoto, RefusedPhoto, prepare_photos


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: LazySettings) -> Path:
    settings.SIDEGATE_DATA_DIR = tmp_path / "data"
    return tmp_path / "data"


def sent(data: bytes, name: str = "IMG_1.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def accepted(data: bytes, name: str = "IMG_1.jpg") -> PreparedPhoto:
    outcome = prepare_photos([sent(data, name)])
    assert outcome.refusals == ()
    return outcome.photos[0]


def refused(data: bytes, name: str = "IMG_1.jpg") -> RefusedPhoto:
    outcome = prepare_photos([sent(data, name)])
    assert outcome.photos == ()
    return outcome.refusals[0]


def files_in(folder: Path) -> set[Path]:
    """All files but the decoder's places."""
    return {path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"}
