"""Photos on the disk: all of them or none, and rows and files that agree (CASES D22, T16; invariant I6)."""

import errno
import os
import shutil
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sidegate.actions.photos import (
    PreparedPhoto,
    StorageFull,
    attach_photos,
    copy_photos,
    discard,
    files,
    orphans,
    photo_path,
    photos_without_files,
    prepare_photos,
    sweep_orphans,
    thumbnail_path,
)
from sidegate.models import BookingRequest, Photo
from tests import factories, pictures
from tests.conftest import Cast

from .conftest import accepted, files_in, sent

NOW = datetime.now(UTC)


@pytest.fixture
def booking_request(cast: Cast) -> BookingRequest:
    return factories.make_booking_request(client=cast.maria, property=cast.palm_court, service=cast.mowing)


def both(photo: PreparedPhoto | Photo) -> set[Path]:
    return {photo_path(photo), thumbnail_path(photo)}


def aged(paths: set[Path], **age: float) -> None:
    for path in paths:
        moment = (NOW - timedelta(**age)).timestamp()
        os.utime(path, (moment, moment))


def failing_on(call: int, error: BaseException, real: Callable[..., Any]) -> Callable[..., Any]:
    """Like the real function, but its so-manieth call raises the error."""
    calls = iter(range(1, 1000))

    def function(*args: Any, **kwargs: Any) -> Any:
        if next(calls) == call:
            raise error
        return real(*args, **kwargs)

    return function


def test_t16_a_nearly_full_disk_is_refused_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    usage = shutil.disk_usage(data_dir.parent)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage._replace(free=200 * 1024**2 - 1))
    with pytest.raises(StorageFull) as full:
        prepare_photos([sent(pictures.jpeg())])
    assert full.value.words == (
        "We have no room for photos right now. Send your request without them, or try again later."
    )
    monkeypatch.undo()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("call", range(1, 8))
def test_t16_a_disk_that_fills_up_on_the_way_leaves_nothing_behind(
    call: int, code: int, monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    monkeypatch.setattr(files.os, "fsync", failing_on(call, OSError(code, "full"), os.fsync))
    with pytest.raises(StorageFull):
        prepare_photos([sent(pictures.jpeg()), sent(pictures.mpo())])
    assert files_in(data_dir) == set()


def test_a_request_that_is_torn_away_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    monkeypatch.setattr(files.os, "fsync", failing_on(4, KeyboardInterrupt(), os.fsync))
    with pytest.raises(KeyboardInterrupt):
        prepare_photos([sent(pictures.jpeg()), sent(pictures.jpeg())])
    assert files_in(data_dir) == set()


def test_d22_a_file_is_whole_on_the_disk_before_it_has_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    sync, rename = os.fsync, Path.rename
    monkeypatch.setattr(files.os, "fsync", lambda fd: (done.append(kind(fd)), sync(fd)))
    monkeypatch.setattr(Path, "rename", lambda old, new: (done.append("name"), rename(old, new))[1])
    accepted(pictures.jpeg())
    assert done == ["folder", "file", "name", "file", "name", "folder"]


def kind(descriptor: int) -> str:
    return "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"


def test_discarded_photos_are_gone_and_discarding_again_does_no_harm(data_dir: Path) -> None:
    photo, other = accepted(pictures.jpeg()), accepted(pictures.mpo())
    discard([photo])
    discard([photo])
    assert files_in(data_dir) == both(other)


def test_prepared_photos_become_rows_in_their_order(booking_request: BookingRequest) -> None:
    prepared = prepare_photos([sent(pictures.jpeg(100 + n, 90)) for n in range(3)]).photos
    attach_photos(booking_request=booking_request, photos=prepared)
    rows = booking_request.photos.order_by("position")
    assert [(row.position, row.name, row.width, row.size, row.sha256, row.business) for row in rows] == [
        (n, p.name, 100 + n, p.size, p.sha256, booking_request.business) for n, p in enumerate(prepared)
    ]
    assert list(photos_without_files()) == []


def test_other_dates_get_copies_that_outlive_the_first_request(booking_request: BookingRequest) -> None:
    rows = attach_photos(booking_request=booking_request, photos=[accepted(pictures.jpeg())])
    (copy,) = copy_photos(rows)
    assert copy.name != rows[0].name
    assert (copy.width, copy.height, copy.size, copy.sha256) == (
        rows[0].width,
        rows[0].height,
        rows[0].size,
        rows[0].sha256,
    )
    assert photo_path(copy).read_bytes() == photo_path(rows[0]).read_bytes()
    discard(rows)
    assert all(path.exists() for path in both(copy))


def test_a_photo_that_lost_its_file_is_left_out_of_the_copies(booking_request: BookingRequest) -> None:
    prepared = [accepted(pictures.jpeg()), accepted(pictures.mpo())]
    rows = attach_photos(booking_request=booking_request, photos=prepared)
    thumbnail_path(rows[0]).unlink()
    assert [copy.sha256 for copy in copy_photos(rows)] == [rows[1].sha256]
    assert [photo.pk for photo in photos_without_files()] == [rows[0].pk]


def test_copies_that_do_not_fit_leave_nothing_behind(
    booking_request: BookingRequest, monkeypatch: pytest.MonkeyPatch, data_dir: Path
) -> None:
    prepared = [accepted(pictures.jpeg()), accepted(pictures.mpo())]
    rows = attach_photos(booking_request=booking_request, photos=prepared)
    before = files_in(data_dir)
    monkeypatch.setattr(files.os, "fsync", failing_on(6, OSError(errno.ENOSPC, "full"), os.fsync))
    with pytest.raises(StorageFull):
        copy_photos(rows)
    assert files_in(data_dir) == before


def test_i6_the_sweep_takes_old_files_without_a_row_and_nothing_else(
    booking_request: BookingRequest, data_dir: Path
) -> None:
    kept, fresh, old = (accepted(pictures.jpeg()) for _ in range(3))
    attach_photos(booking_request=booking_request, photos=[kept])
    aged(both(kept) | both(old), hours=25)
    aged(both(fresh), hours=23)
    assert set(orphans(NOW)) == both(old)
    assert sweep_orphans(NOW) == 2
    assert files_in(data_dir) == both(kept) | both(fresh)
    assert sweep_orphans(NOW) == 0


def test_i6_the_sweep_takes_what_a_killed_write_left(db: None, data_dir: Path) -> None:
    photo = accepted(pictures.jpeg())
    cut_off, being_written = (photo_path(photo).with_name(name) for name in ("aa.tmp", "bb.tmp"))
    cut_off.write_bytes(b"half")
    being_written.write_bytes(b"half")
    aged({cut_off}, minutes=61)
    aged({being_written}, minutes=59)
    assert sweep_orphans(NOW) == 1
    assert files_in(data_dir) == both(photo) | {being_written}


def test_the_sweep_asks_the_table_once_for_many_files(
    booking_request: BookingRequest, django_assert_num_queries: Callable[[int], Any]
) -> None:
    photos = [accepted(pictures.jpeg()) for _ in range(3)]
    for photo in photos:
        aged(both(photo), hours=25)
    with django_assert_num_queries(1):
        assert sweep_orphans(NOW) == 6


def test_a_sweep_before_the_first_photo_finds_nothing(db: None) -> None:
    assert sweep_orphans(NOW) == 0
