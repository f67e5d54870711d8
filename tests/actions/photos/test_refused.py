"""What is not taken, in which words, and what it may cost us to find out (CASES T31)."""

import hashlib
from pathlib import Path

import pytest
from django.utils import translation

from sidegate.actions.photos import prepare_photos
from sidegate.actions.photos.refusals import RefusedPhoto, name_as_text
from sidegate.actions.photos.sandbox import Sandbox, Undecodable
from tests import pictures

from .conftest import files_in, refused, sent

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
GIF = pictures.encoded(pictures.drawn(), "GIF")
AVIF = pictures.encoded(pictures.drawn(), "AVIF")
NOT_READABLE = " is not a photo we can read. Send a JPEG, PNG, WebP or HEIC picture."


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("IMG_1.svg", SVG),
        ("page.jpg", b"<!doctype html><script>alert(1)</script>"),
        ("dance.gif", GIF),
        ("dance.jpg", GIF),
        ("new.avif", AVIF),
        ("scan.tiff", pictures.encoded(pictures.drawn(), "TIFF")),
        ("print.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
        ("bill.pdf", pictures.encoded(pictures.drawn(), "PDF")),
    ],
)
def test_t31_anything_but_the_four_formats_is_refused(name: str, data: bytes, data_dir: Path) -> None:
    assert refused(data, name).words == name + NOT_READABLE
    assert files_in(data_dir) == set()


@pytest.mark.parametrize(
    "data",
    [
        pictures.jpeg()[:-400],
        pictures.jpeg()[:30],
        pictures.encoded(pictures.drawn(), "PNG")[:-60],
        pictures.encoded(pictures.drawn(), "WEBP")[:-60],
        (pictures.FILES / "gate.heic").read_bytes()[:-900],
        b"\xff\xd8\xff" + b"<script>" * 99,
        pictures.PNG_START,
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    ],
    ids=["jpeg", "jpeg head", "png", "webp", "heic", "jpeg start", "png start", "webp start", "heic start"],
)
def test_t31_a_picture_cut_short_is_refused_as_damaged(data: bytes, data_dir: Path) -> None:
    assert refused(data).words == "IMG_1.jpg is damaged. Choose another picture, or take it again."
    assert files_in(data_dir) == set()


def test_t31_an_empty_file_is_refused() -> None:
    assert refused(b"").words == "IMG_1.jpg is empty. Choose the picture again."


@pytest.mark.parametrize("megabytes", [11, 25])
def test_t31_a_large_file_is_refused_with_the_limit_named(megabytes: int) -> None:
    data = pictures.jpeg() + bytes(megabytes * 1024**2)
    assert refused(data).words == "IMG_1.jpg is larger than 10 MB. Send a smaller copy of it."


def test_ten_megabytes_exactly_are_taken() -> None:
    data = pictures.jpeg()
    full = data + bytes(10 * 1024**2 - len(data))
    assert prepare_photos([sent(full)]).refusals == ()
    assert refused(full + b"\0").code == "too_large"


def memory_of(pid: int | None) -> int:
    """The most the process ever held, in megabytes."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        pytest.skip("the memory of a process is read from /proc")
    lines = status.read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1000


BOMBS = {
    "88 MP png of 258 kB": (pictures.black_png(9400, 9400), "too_many_pixels", 100),
    "20k x 20k png": (pictures.black_png(20_000, 20_000, colour=0), "too_many_pixels", 100),
    "31 MP webp": (pictures.encoded(pictures.black(6200, 5000), "WEBP"), "too_many_pixels", 100),
    "50 MP png, allowed": (pictures.black_png(8000, 6250), None, 600),
    "50 MP heic, allowed": ((pictures.FILES / "fifty-megapixels.heic").read_bytes(), None, 600),
    "29 MP webp, allowed": (pictures.encoded(pictures.black(5800, 5000), "WEBP"), None, 600),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_t31_a_small_file_that_unfolds_costs_less_than_600_mb(bomb: str) -> None:
    data, code, megabytes = BOMBS[bomb]
    with Sandbox() as sandbox:
        outcome = sandbox.decode([data], len(data))
        assert memory_of(sandbox.pid) < megabytes
    assert (outcome.code if isinstance(outcome, Undecodable) else None) == code


def test_t31_the_words_name_the_limit_of_pixels() -> None:
    limit = "IMG_1.jpg has more than %d million pixels. Send a smaller copy of it."
    assert refused(BOMBS["20k x 20k png"][0]).words == limit % 50
    assert refused(BOMBS["31 MP webp"][0]).words == limit % 30


def test_of_six_photos_the_sixth_is_left_out() -> None:
    outcome = prepare_photos([sent(pictures.jpeg(), f"IMG_{number}.jpg") for number in range(1, 7)])
    assert len(outcome.photos) == 5
    assert [r.words for r in outcome.refusals] == ["You can send up to 5 photos; IMG_6.jpg was left out."]


def test_photos_that_stay_with_the_request_count_towards_the_five() -> None:
    outcome = prepare_photos(
        [sent(pictures.jpeg(), "IMG_1.jpg"), sent(pictures.jpeg(), "IMG_2.jpg")], already=4
    )
    assert [refusal.name for refusal in outcome.refusals] == ["IMG_2.jpg"]


def test_one_bad_photo_leaves_the_others_as_they_are() -> None:
    files = [sent(pictures.jpeg()), sent(SVG, "b.svg"), sent(BOMBS["20k x 20k png"][0]), sent(pictures.mpo())]
    outcome = prepare_photos(files)
    assert [refusal.code for refusal in outcome.refusals] == ["unreadable", "too_many_pixels"]
    assert len(outcome.photos) == 2


def test_the_digest_is_of_what_was_sent_refused_or_not() -> None:
    data = [pictures.jpeg(), SVG, b"", bytes(11 * 1024**2)]
    outcome = prepare_photos([sent(each) for each in data])
    assert outcome.digests == tuple(hashlib.sha256(each).hexdigest() for each in data)
    assert outcome.photos[0].sha256 == outcome.digests[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("IMG_1.jpg", "IMG_1.jpg"),
        ("../../x.jpg", "x.jpg"),
        ("C:\\Fotos\\jardín 2.jpg", "jardín 2.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u2066a\u200b\x00\r\nb\u2028.jpg", "ab.jpg"),
        ("a \t  b.jpg", "a b.jpg"),
        ("x" * 300 + ".jpeg", "x" * 49 + "…" + "xxxxx.jpeg"),
        ("<b>.jpg", "<b>.jpg"),
        ("", "Photo 3"),
        (None, "Photo 3"),
        ("..", "Photo 3"),
        ("\u202e", "Photo 3"),
    ],
)
def test_a_files_name_is_shown_as_text_only(name: str | None, text: str) -> None:
    assert name_as_text(name, number=3) == text


def test_the_words_come_in_the_language_active_when_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = RefusedPhoto("IMG_1.jpg", "empty")
    monkeypatch.setattr(
        "sidegate.actions.photos.refusals._", lambda words: f"{translation.get_language()}: {words}"
    )
    with translation.override("es"):
        assert refusal.words == "es: IMG_1.jpg is empty. Choose the picture again."
