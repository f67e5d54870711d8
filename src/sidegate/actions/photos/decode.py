"""Makes plain pictures of pictures from strangers. A program of its own, started by sandbox.py alone.

Hostile bytes are opened here and nowhere else, by a process without Django, database, settings or the
right to write a file, under the limits given as arguments: bytes of memory beyond what the program itself
takes, seconds of CPU per picture, and "photo" or "logo": what is made of them.

It says "ready", then, for each picture on standard input (length in 8 bytes, big-endian, then the bytes),
answers on standard output with one line of JSON: {"refused": code, "limit": number} or
{"width": …, "height": …, "photo": length, "thumbnail": length} followed by the two JPEGs; a logo is one PNG
or JPEG, and has no thumbnail.
"""

import json
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from time import process_time
from typing import BinaryIO

from PIL import Image, ImageOps

MAX_PIXELS = 50_000_000
# Pillow's WebP decoder holds four copies of the picture: more pixels would need more memory than it gets.
MAX_WEBP_PIXELS = 30_000_000
LONGEST_SIDE = 2048
THUMBNAIL_SIDE = 320
LOGO_SIDE = 256  # four times as large as a page shows it
LIGHT_ENOUGH = 16 * 1024  # bytes of a logo that may stand on every page
THUMBNAIL_LONGEST_RATIO = 1.5
# libjpeg halves a picture while it decodes, four times as fast; 2016 px of a 4032 px camera are near enough.
NEAR_ENOUGH = 0.9
HEVC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}

# Pillow only warns at this number and refuses at twice of it, and WebP takes its memory before the warning.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2


@dataclass
class Refusal(Exception):
    """`code` is one of refusals.py; `limit`, where it names one, in millions of pixels."""

    code: str
    limit: int = 0


def main(memory_bytes: int, cpu_seconds: int, shape: str) -> None:
    confine(memory_bytes)
    answers = sys.stdout.buffer
    answers.write(b"ready\n")
    answers.flush()
    for data in pictures(sys.stdin.buffer):
        grant(cpu_seconds)
        answers.writelines(answer(data, shape))
        answers.flush()


def confine(memory_bytes: int) -> None:
    """Takes from this process what a broken decoder could abuse, for good."""
    if sys.platform != "darwin":  # macOS accepts no limit on address space
        lower(resource.RLIMIT_AS, occupied_bytes() + memory_bytes)
    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_FSIZE, 0)
    with suppress(OSError):  # if the machine runs out of memory, this process goes first, not the server
        Path("/proc/self/oom_score_adj").write_text("1000")


def occupied_bytes() -> int:
    """Address space taken already: mapped libraries and locales differ widely between machines."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def lower(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, value))


def pictures(arrivals: BinaryIO) -> Iterator[bytes]:
    while length := arrivals.read(8):
        yield arrivals.read(int.from_bytes(length))


def grant(cpu_seconds: int) -> None:
    """So many seconds from now on; then the kernel ends this process."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(process_time()) + 1 + cpu_seconds, hard))


def answer(data: bytes, shape: str) -> tuple[bytes, ...]:
    try:
        return as_logo(data) if shape == "logo" else as_photo(data)
    except Refusal as refusal:
        return (line(refused=refusal.code, limit=refusal.limit),)
    except Exception as error:  # a broken file makes decoders raise whatever there is
        return (line(refused=blame(error), because=f"{type(error).__name__}: {error}"[:200]),)


def as_photo(data: bytes) -> tuple[bytes, ...]:
    picture = plain_picture(data)
    photo, small = as_jpeg(picture, quality=85), as_jpeg(thumbnail(picture), quality=80)
    width, height = picture.size
    return line(width=width, height=height, photo=len(photo), thumbnail=len(small)), photo, small


def as_logo(data: bytes) -> tuple[bytes, ...]:
    """What is clear stays clear. The sharpest encoding that is light enough."""
    picture = plain_logo(data)
    made = as_png(picture)
    if len(made) > LIGHT_ENOUGH:
        has_alpha = picture.mode == "RGBA"
        made = (
            as_png(picture.quantize(method=Image.Quantize.FASTOCTREE))
            if has_alpha
            else as_jpeg(picture, quality=80)
        )
    width, height = picture.size
    return line(width=width, height=height, photo=len(made), thumbnail=0), made


def blame(error: Exception) -> str:
    is_short_of_memory = isinstance(error, MemoryError) or "Memory allocation" in str(
        error
    )  # libheif's words
    return "too_heavy" if is_short_of_memory else "damaged"


def line(**values: str | int) -> bytes:
    return json.dumps(values).encode() + b"\n"


def plain_picture(data: bytes) -> Image.Image:
    """The first frame: upright, within LONGEST_SIDE, sRGB on white, in a new image without a past."""
    picture, profile = within(LONGEST_SIDE, data)
    return without_a_past(in_srgb(on_white(picture), profile))


def plain_logo(data: bytes) -> Image.Image:
    """As `plain_picture`, within LOGO_SIDE, as see-through as it was, and without a clear rim."""
    picture, profile = within(LOGO_SIDE, data)
    if "A" not in picture.getbands():
        return without_a_past(in_srgb(picture, profile))
    plain = in_srgb(picture.convert("RGB"), profile if picture.mode == "RGBA" else None)
    plain.putalpha(picture.getchannel("A"))
    return without_a_past(plain.crop(plain.getchannel("A").getbbox()))


def within(side: int, data: bytes) -> tuple[Image.Image, bytes | None]:
    """The first frame, upright, no side longer than that; and its own colour profile."""
    picture = opened(data)
    width, height = picture.size
    wanted = side * NEAR_ENOUGH / max(width, height)
    picture.draft(None, (int(width * wanted), int(height * wanted)))
    picture.load()
    profile = picture.info.get("icc_profile")
    picture = resizable(picture)  # the same name, so that a large original is not kept beside it
    picture.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return upright(picture), profile


def without_a_past(picture: Image.Image) -> Image.Image:
    fresh = Image.new(picture.mode, picture.size)
    fresh.paste(picture)
    return fresh


def opened(data: bytes) -> Image.Image:
    """The picture with its header read and its pixels not yet decoded."""
    kind = kind_of(data)
    if kind == "HEIF":
        import pi_heif  # only here: most pictures need none of it

        pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    limit = MAX_WEBP_PIXELS if kind == "WEBP" else MAX_PIXELS
    try:
        image = Image.open(BytesIO(data), formats=[kind])
    except Image.DecompressionBombError:
        raise Refusal("too_many_pixels", limit // 1_000_000) from None
    width, height = image.size
    if width * height > limit:
        raise Refusal("too_many_pixels", limit // 1_000_000)
    return image


def kind_of(data: bytes) -> str:
    """The one format that may be tried, by the file's own first bytes: its name says nothing."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and not HEVC_BRANDS.isdisjoint(brands(data)):
        return "HEIF"
    raise Refusal("unreadable")


def brands(data: bytes) -> set[bytes]:
    """What the first box of an ISO media file says the file is: its main brand and the compatible ones."""
    end = min(int.from_bytes(data[:4]), 256)
    return {data[8:12], *(data[at : at + 4] for at in range(16, end, 4))}


def resizable(image: Image.Image) -> Image.Image:
    """In colours that can be averaged: no palette, no 16 bits, transparency as a channel."""
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / 256).convert("L")
    if image.mode == "1":
        return image.convert("L")
    if image.mode in ("LA", "RGBA", "CMYK"):
        return image
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in ("L", "RGB") else image.convert("RGB")


def upright(image: Image.Image) -> Image.Image:
    with suppress(Exception):  # a picture with broken EXIF is still a picture
        return ImageOps.exif_transpose(image)
    return image


def on_white(image: Image.Image) -> Image.Image:
    if "A" not in image.getbands():
        return image
    sheet = Image.new("RGB", image.size, "white")
    sheet.paste(image.convert("RGB"), mask=image.getchannel("A"))
    return sheet


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """By the picture's own colour profile, if any, so that a phone's wide colours stay true."""
    if profile:
        from PIL import ImageCms  # only here: most pictures need none of it

        with suppress(Exception):  # a broken profile costs only its shades
            own, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(image, own, srgb, outputMode="RGB") or image
    return image.convert("RGB")


def thumbnail(picture: Image.Image) -> Image.Image:
    """At most THUMBNAIL_SIDE; of a long strip only the middle, so that something can be seen."""
    width, height = picture.size
    longest = max(1, int(min(width, height) * THUMBNAIL_LONGEST_RATIO))
    small = ImageOps.fit(picture, (min(width, longest), min(height, longest)))
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return small


def as_jpeg(picture: Image.Image, *, quality: int) -> bytes:
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=quality, progressive=True)
    return stream.getvalue()


def as_png(picture: Image.Image) -> bytes:
    stream = BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()


if __name__ == "__main__":
    main(memory_bytes=int(sys.argv[1]), cpu_seconds=int(sys.argv[2]), shape=sys.argv[3])
