"""What a client may send, and that only what can be seen in it is kept (CASES T31, T32)."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from sidegate.actions.photos import PreparedPhoto, photo_path, prepare_photos, thumbnail_path
from tests import pictures

from .conftest import accepted, files_in, sent

UPRIGHT = ["red", "green", "blue", "yellow"]
HEIC = (pictures.FILES / "gate.heic").read_bytes()
TECHNICAL = {"ExifTool", "System", "File", "Composite", "JFIF"}


def seen(photo: PreparedPhoto) -> list[str]:
    with Image.open(photo_path(photo)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (photo.width, photo.height))
        return pictures.quarters(image)


def told_by(path: Path) -> dict[str, str]:
    """Whatever the file says beyond its pixels, by exiftool where there is one, else by Pillow."""
    if program := shutil.which("exiftool"):
        told = json.loads(subprocess.check_output([program, "-json", "-a", "-G1", path]))[0]
        return {
            k: v for k, v in told.items() if ":" in k and k.split(":")[0] not in TECHNICAL | {"SourceFile"}
        }
    with Image.open(path) as image:
        image.load()
        return {
            **image.getexif(),
            **{key: v for key, v in image.info.items() if not key.startswith(("jfif", "prog"))},
        }


@pytest.mark.parametrize(
    "data",
    [
        pictures.jpeg(),
        pictures.encoded(pictures.drawn(), "PNG"),
        pictures.encoded(pictures.drawn(), "WEBP"),
        pictures.mpo(),
        HEIC,
    ],
    ids=["jpeg", "png", "webp", "two pictures of an iPhone", "heic"],
)
def test_t31_what_phones_send_is_accepted(data: bytes) -> None:
    photo = accepted(data)
    assert seen(photo) == UPRIGHT
    assert photo.size == photo_path(photo).stat().st_size


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_frame_is_kept(kind: str) -> None:
    assert seen(accepted(pictures.animated(kind))) == UPRIGHT


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_clear_becomes_white(kind: str) -> None:
    assert seen(accepted(pictures.see_through(kind))) == ["red", "green", "white", "white"]


@pytest.mark.parametrize(("mode", "kind"), [("CMYK", "JPEG"), ("P", "PNG"), ("RGBA", "WEBP")])
def test_every_way_of_colour_becomes_plain_rgb(mode: str, kind: str) -> None:
    assert seen(accepted(pictures.encoded(pictures.drawn().convert(mode), kind))) == UPRIGHT


@pytest.mark.parametrize(("mode", "kind"), [("L", "JPEG"), ("L", "PNG"), ("LA", "PNG"), ("1", "PNG")])
def test_black_and_white_becomes_plain_rgb(mode: str, kind: str) -> None:
    image = Image.new("L", (320, 240), 255)
    image.paste(0, (160, 0, 320, 240))
    with Image.open(photo_path(accepted(pictures.encoded(image.convert(mode), kind)))) as photo:
        assert [photo.getpixel((80, 120)), photo.getpixel((240, 120))] == [(255, 255, 255), (0, 0, 0)]


def test_a_palette_with_a_clear_colour_lies_on_white() -> None:
    image = pictures.drawn().quantize(8)
    clear = image.getpixel((10, 10))
    assert seen(accepted(pictures.encoded(image, "PNG", transparency=clear))) == [
        "white",
        "green",
        "blue",
        "yellow",
    ]


def test_a_16_bit_png_keeps_its_shades() -> None:
    with Image.open(photo_path(accepted(pictures.grey_16_bit()))) as image:
        left, right = image.convert("L").getpixel((80, 120)), image.convert("L").getpixel((240, 120))
    assert (left, right) == (pytest.approx(64, abs=3), pytest.approx(191, abs=3))


def test_a_phones_wide_colours_become_srgb() -> None:
    """In this profile red and green have changed places, so a true reading of it swaps them back."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    assert seen(accepted(pictures.jpeg(icc_profile=swapped)))[:2] == ["green", "red"]


def test_broken_colour_profile_and_broken_exif_cost_nothing_but_themselves() -> None:
    data = pictures.jpeg(icc_profile=b"no profile", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert seen(accepted(data)) == UPRIGHT


@pytest.mark.parametrize("orientation", range(1, 9))
def test_t32_every_orientation_comes_out_upright(orientation: int) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    lying = pictures.drawn()
    if orientation in undo:
        lying = lying.transpose(undo[orientation])
    photo = accepted(pictures.encoded(lying, "JPEG", exif=pictures.telling_exif(orientation=orientation)))
    assert (photo.width, photo.height, seen(photo)) == (320, 240, UPRIGHT)


@pytest.mark.parametrize("data", [pictures.telling_jpeg(), HEIC], ids=["jpeg", "heic"])
def test_t32_place_and_camera_are_gone_and_the_original_is_nowhere(data: bytes, data_dir: Path) -> None:
    assert b"Maria's phone" in data
    photo = accepted(data, "gate.heic")

    kept = files_in(data_dir)
    assert kept == {photo_path(photo), thumbnail_path(photo)}
    for path in kept:
        assert told_by(path) == {}
        assert not any(
            secret in path.read_bytes() for secret in (pictures.SECRET_PLACE, b"Maria's phone", b"Exif", data)
        )
    assert seen(photo) == UPRIGHT


def test_t31_a_page_hidden_behind_a_jpeg_is_gone() -> None:
    page = b"<html><script>alert(document.cookie)</script></html>"
    photo = accepted(pictures.jpeg() + page)
    for path in (photo_path(photo), thumbnail_path(photo)):
        assert b"script" not in path.read_bytes()
        assert path.read_bytes().endswith(b"\xff\xd9")


@pytest.mark.parametrize("name", ["a.php.jpg", "../../x.jpg", "..\\x.jpg", "x\0.jpg", "", "." * 300])
def test_t31_a_files_name_decides_nothing(name: str, data_dir: Path) -> None:
    class Sent:
        def __init__(self) -> None:
            self.name = name
            self.chunks = lambda: iter([pictures.jpeg()])

    photo = prepare_photos([Sent()]).photos[0]
    folder = data_dir / "photos" / photo.name[:2]
    assert files_in(data_dir.parent) == {folder / f"{photo.name}.jpg", folder / f"{photo.name}-small.jpg"}
    assert len(photo.name) == 32
    assert set(photo.name) <= set("0123456789abcdef")


def test_a_large_photo_is_kept_at_2048_px_and_its_thumbnail_at_320() -> None:
    photo = accepted(pictures.jpeg(3000, 2250))
    assert (photo.width, photo.height) == (2048, 1536)
    with Image.open(thumbnail_path(photo)) as thumbnail:
        assert thumbnail.size == (320, 240)
        assert pictures.quarters(thumbnail) == UPRIGHT


def test_a_phones_twelve_megapixels_are_halved_while_decoding() -> None:
    photo = accepted(pictures.jpeg(4032, 3024))
    assert (photo.width, photo.height) == (2016, 1512)


def test_of_a_long_strip_the_thumbnail_shows_the_middle() -> None:
    with Image.open(thumbnail_path(accepted(pictures.jpeg(3000, 200)))) as thumbnail:
        assert thumbnail.size == (205, 137)


def test_a_line_of_one_pixel_is_a_picture_too() -> None:
    photo = accepted(pictures.encoded(Image.new("RGB", (5000, 1)), "PNG"))
    assert (photo.width, photo.height) == (2048, 1)


def test_five_photos_come_in_one_run_in_their_order() -> None:
    sizes = [(100 + 10 * number, 100) for number in range(5)]
    outcome = prepare_photos([sent(pictures.jpeg(*size)) for size in sizes])
    assert [(photo.width, photo.height) for photo in outcome.photos] == sizes
    assert outcome.refusals == ()


def test_no_files_are_no_photos_and_start_nothing(data_dir: Path) -> None:
    outcome = prepare_photos([])
    assert (outcome.photos, outcome.refusals, outcome.digests) == ((), (), ())
    assert not data_dir.exists()
