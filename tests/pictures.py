"""Pictures for tests, drawn here: plain ones, ones that tell too much, and ones that mean harm.

`drawn` has a colour in each quarter, so that a test can see which way is up. The HEIC pictures lie in
tests/files, for no encoder comes with Sidegate; docs/decisions/0005-photos.md says how they were made.
"""

import struct
import zlib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

FILES = Path(__file__).with_name("files")
RED, GREEN, BLUE, YELLOW = (220, 40, 30), (30, 160, 60), (40, 60, 200), (240, 210, 40)
SECRET_PLACE = b"Maria's garden gate"
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:source>%s</dc:source>'
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)
PNG_START = b"\x89PNG\r\n\x1a\n"


def drawn(width: int = 320, height: int = 240) -> Image.Image:
    """Red, green above; blue, yellow below."""
    image = Image.new("RGB", (width, height), RED)
    draw = ImageDraw.Draw(image)
    draw.rectangle((width // 2, 0, width, height // 2), fill=GREEN)
    draw.rectangle((0, height // 2, width // 2, height), fill=BLUE)
    draw.rectangle((width // 2, height // 2, width, height), fill=YELLOW)
    return image


def quarters(image: Image.Image) -> list[str]:
    """The names of the colours in the middle of each quarter, as one reads: top left first."""
    names = {"red": RED, "green": GREEN, "blue": BLUE, "yellow": YELLOW, "white": (255, 255, 255)}
    plain, (width, height) = image.convert("RGB"), image.size

    def nearest(x: int, y: int) -> str:
        seen: Any = plain.getpixel((x, y))
        return min(names, key=lambda name: sum(abs(a - b) for a, b in zip(seen, names[name], strict=True)))

    return [nearest(x, y) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def jpeg(width: int = 320, height: int = 240, **options: Any) -> bytes:
    return encoded(drawn(width, height), "JPEG", **options)


def telling_jpeg() -> bytes:
    """Lies on its side (orientation 6), with place, comment, XMP and a thumbnail of its own."""
    sideways = drawn().transpose(Image.Transpose.ROTATE_90)
    return encoded(
        sideways, "JPEG", exif=telling_exif(orientation=6), comment=SECRET_PLACE, xmp=XMP % SECRET_PLACE
    )


def telling_exif(*, orientation: int) -> bytes:
    """Camera, orientation, a place in Miami and a small JPEG; Pillow writes no second directory."""
    camera, thumbnail = b"Maria's phone\0", jpeg(160, 120)
    main = 8
    place = main + _directory_size(3)
    second = place + _directory_size(4)
    camera_at = second + _directory_size(2)
    latitude_at = camera_at + len(camera)
    longitude_at = latitude_at + 24
    thumbnail_at = longitude_at + 24
    parts = (
        struct.pack("<I", main),
        _directory(
            (0x010F, 2, 14, camera_at), (0x0112, 3, 1, orientation), (0x8825, 4, 1, place), then=second
        ),
        _directory((1, 2, 2, ord("N")), (2, 5, 3, latitude_at), (3, 2, 2, ord("W")), (4, 5, 3, longitude_at)),
        _directory((0x0201, 4, 1, thumbnail_at), (0x0202, 4, 1, len(thumbnail))),
        camera,
        struct.pack("<6I", 25, 1, 46, 1, 3, 1),
        struct.pack("<6I", 80, 1, 11, 1, 30, 1),
        thumbnail,
    )
    return b"Exif\0\0II*\0" + b"".join(parts)


def _directory_size(entries: int) -> int:
    return 2 + entries * 12 + 4


def _directory(*entries: tuple[int, int, int, int], then: int = 0) -> bytes:
    """Entries of tag, type, count and value (or where it lies); `then` is where the next directory lies."""
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return struct.pack("<H", len(entries)) + body + struct.pack("<I", then)


def mpo() -> bytes:
    """Two pictures in one JPEG, as iPhones send them; the first is ours."""
    return encoded(drawn(), "MPO", save_all=True, append_images=[black(320, 240)])


def animated(kind: str) -> bytes:
    """A PNG or WebP whose first frame is ours."""
    return encoded(drawn(), kind, save_all=True, append_images=[black(320, 240)] * 2, duration=50)


def see_through(kind: str) -> bytes:
    """The upper half can be seen, the lower one is clear."""
    image = drawn().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 120, 320, 240))
    return encoded(image, kind, **({"lossless": True} if kind == "WEBP" else {}))


def grey_16_bit() -> bytes:
    """A PNG of 16 bits: 25 % of white on the left, 75 % on the right."""
    row = struct.pack("<H", 65535 // 4) * 160 + struct.pack("<H", 65535 * 3 // 4) * 160
    return encoded(Image.frombytes("I;16", (320, 240), row * 240), "PNG")


def black_png(width: int, height: int, *, colour: int = 2) -> bytes:
    """A small file that unfolds into width x height pixels; `colour` 0 is one bit each, 2 three bytes."""
    bits = 1 if colour == 0 else 8
    row = bytes(1 + (width + 7) // 8) if colour == 0 else bytes(1 + 3 * width)
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    pixels = _deflated(row for _ in range(height))
    return PNG_START + b"".join(
        [_png_chunk(b"IHDR", header), _png_chunk(b"IDAT", pixels), _png_chunk(b"IEND", b"")]
    )


def _deflated(rows: Iterable[bytes]) -> bytes:
    squeeze = zlib.compressobj(9)
    return b"".join([*(squeeze.compress(row) for row in rows), squeeze.flush()])


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def black(width: int, height: int) -> Image.Image:
    return Image.new("RGB", (width, height), "black")


def many_scans_jpeg(side: int = 6000, scans: int = 400) -> bytes:
    """A small grey picture whose finest scan comes again and again: each costs a walk over all of it."""
    plain = encoded(Image.new("L", (side, side), 90), "JPEG", progressive=True)
    last = plain.rindex(b"\xff\xda")
    return plain[:last] + plain[last:-2] * scans + plain[-2:]


def upload(name: str = "photo.jpg", data: bytes | None = None) -> SimpleUploadedFile:
    """A file as a browser sends it; a small true JPEG unless other bytes are given."""
    return SimpleUploadedFile(name, jpeg() if data is None else data, content_type="image/jpeg")


def text_file(name: str) -> SimpleUploadedFile:
    """A text under a photo's name."""
    return upload(name, b"Not a photo at all.\n")
