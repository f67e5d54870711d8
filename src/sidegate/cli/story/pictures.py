"""Photos for the demo, drawn: what a client's phone would have seen. Each is a JPEG."""

import io
import math
from collections.abc import Callable
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
WIDTH, HEIGHT = 1280, 960


def tall_grass() -> bytes:
    """Grass to the knee in front of a board fence, after rain."""
    chance, picture = Random("grass"), _sky((176, 190, 202), (216, 222, 224))  # noqa: S311
    _fence(picture, chance, top=330, bottom=640, board=86)
    _ground(picture, top=600, far=(72, 104, 48), near=(54, 92, 34))
    draw = ImageDraw.Draw(picture)
    for row in range(46):
        y = 610 + row * 8
        for _blade in range(150):
            _blade_of_grass(draw, chance, y, tallest=70 + row * 5, wet=True)
    return _as_photo(picture, blur=0.9)


def missed_strip() -> bytes:
    """A mown lawn in stripes, with one strip along the fence left standing."""
    chance, picture = Random("strip"), _sky((126, 170, 214), (214, 228, 238))  # noqa: S311
    _fence(picture, chance, top=300, bottom=520, board=64)
    _ground(picture, top=500, far=(112, 158, 70), near=(88, 142, 52))
    draw = ImageDraw.Draw(picture)
    for stripe in range(-7, 8):
        _stripe(draw, stripe, top=556)
    for _blade in range(26_000):
        y = chance.triangular(560, HEIGHT, HEIGHT)
        _blade_of_grass(draw, chance, y, tallest=8 + (y - 560) / 26, wet=False)
    for row in range(12):
        for _blade in range(260):
            _blade_of_grass(draw, chance, 520 + row * 5, tallest=58, wet=False)
    return _as_photo(picture, blur=0.8)


def leaning_tree() -> bytes:
    """A tall tree that leans towards a roof."""
    chance, picture = Random("tree"), _sky((120, 160, 206), (226, 232, 236))  # noqa: S311
    draw = ImageDraw.Draw(picture)
    _ground(picture, top=760, far=(120, 146, 78), near=(96, 124, 58))
    _house(draw)
    draw.polygon([(318, 870), (404, 870), (640, 300), (600, 290)], fill=(84, 66, 50))
    for fork in ((470, 120), (560, 90), (700, 100), (790, 190), (800, 300)):
        draw.line([(608, 330), fork], fill=(74, 58, 44), width=16)
    for x, y, radius in CROWN:
        _leaves(draw, chance, x, y, radius)
    for step in range(90):
        at_x, at_y = 345 + step * 3, 860 - step * 6.2
        bark = [(at_x, at_y), (at_x + chance.uniform(4, 22), at_y - chance.uniform(14, 40))]
        draw.line(bark, fill=_shade((66, 52, 40), chance.uniform(0.8, 1.3)), width=3)
    return _as_photo(picture, blur=1.2)


def full_gutter() -> bytes:
    """A gutter seen along the roof's edge, full of brown leaves."""
    chance, picture = Random("gutter"), _sky((188, 198, 206), (224, 228, 230))  # noqa: S311
    draw = ImageDraw.Draw(picture)
    for row in range(14):
        _shingles(draw, chance, row)
    draw.polygon([(0, 700), (WIDTH, 560), (WIDTH, 760), (0, 940)], fill=(70, 58, 44))
    for _leaf in range(2_600):
        x = chance.uniform(0, WIDTH)
        y = 712 - x * 0.112 + chance.triangular(0, 200, 70)
        _leaf_on(draw, chance, x, y)
    draw.polygon([(0, 905), (WIDTH, 735), (WIDTH, 830), (0, HEIGHT)], fill=(232, 232, 228))
    draw.line([(0, 905), (WIDTH, 735)], fill=(250, 250, 248), width=10)
    draw.line([(0, 958), (WIDTH, 826)], fill=(180, 180, 176), width=6)
    return _as_photo(picture, blur=1.1)


# The tree's crown, as bushes of leaves: where each is, and how wide; those behind come first.
CROWN = (
    (470, 150, 110), (800, 300, 105), (700, 110, 120), (560, 110, 115), (820, 190, 100), (430, 260, 85),
    (540, 250, 115), (710, 230, 135), (620, 170, 125), (760, 350, 70), (480, 330, 60),
)  # fmt: skip

PICTURES: dict[str, Callable[[], bytes]] = {
    "tall_grass": tall_grass,
    "missed_strip": missed_strip,
    "leaning_tree": leaning_tree,
    "full_gutter": full_gutter,
}


def _sky(high: Colour, low: Colour) -> Image.Image:
    ramp = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
    return Image.composite(
        Image.new("RGB", (WIDTH, HEIGHT), low), Image.new("RGB", (WIDTH, HEIGHT), high), ramp
    )


def _ground(picture: Image.Image, *, top: int, far: Colour, near: Colour) -> None:
    size = (WIDTH, HEIGHT - top)
    ramp = Image.linear_gradient("L").resize(size)
    picture.paste(Image.composite(Image.new("RGB", size, near), Image.new("RGB", size, far), ramp), (0, top))


def _fence(picture: Image.Image, chance: Random, *, top: int, bottom: int, board: int) -> None:
    draw = ImageDraw.Draw(picture)
    for number in range(WIDTH // board + 1):
        x, tone = number * board, chance.uniform(0.86, 1.08)
        height = top + chance.uniform(-6, 6)
        draw.rectangle([x, height, x + board - 4, bottom], fill=_shade((150, 124, 98), tone))
        for _grain in range(14):
            at = x + chance.uniform(3, board - 8)
            draw.line([(at, height), (at + chance.uniform(-4, 4), bottom)], fill=_shade((134, 108, 84), tone))
    for rail in (top + (bottom - top) // 4, bottom - (bottom - top) // 4):
        draw.rectangle([0, rail, WIDTH, rail + 7], fill=(122, 98, 76))


def _blade_of_grass(
    draw: ImageDraw.ImageDraw, chance: Random, y: float, *, tallest: float, wet: bool
) -> None:
    x, height = chance.uniform(-20, WIDTH + 20), tallest * chance.uniform(0.5, 1.0)
    lean = chance.uniform(-0.5, 0.5) * height
    light = 0.62 + (y - 500) / 900 + chance.uniform(-0.2, 0.24)
    green = _shade((104, 150, 62) if not wet else (86, 134, 58), light)
    middle = (x + lean * 0.3, y - height * 0.6)
    draw.line([(x, y), middle, (x + lean, y - height)], fill=green, width=2 if height < 60 else 3)


def _stripe(draw: ImageDraw.ImageDraw, number: int, *, top: int) -> None:
    """A mower's stripe, running away from us to a point far behind the fence."""
    far, near = WIDTH / 2 + number * 96, WIDTH / 2 + number * 330
    colour = (122, 170, 76) if number % 2 else (98, 148, 58)
    draw.polygon([(far, top), (far + 96, top), (near + 330, HEIGHT), (near, HEIGHT)], fill=colour)


def _leaves(draw: ImageDraw.ImageDraw, chance: Random, x: float, y: float, radius: float) -> None:
    """Darker below and behind, with gaps at the edge through which the sky shows."""
    for _leaf in range(int(radius * 7)):
        angle, away = chance.uniform(0, math.tau), radius * chance.random() ** 0.55
        at_x, at_y = x + math.cos(angle) * away * 1.15, y + math.sin(angle) * away * 0.85
        light = 1.15 - (at_y - y + radius) / (radius * 3) - (at_y / 1400) + chance.uniform(-0.2, 0.25)
        size = chance.uniform(3, 9)
        box = [at_x - size, at_y - size * 0.8, at_x + size, at_y + size * 0.6]
        draw.ellipse(box, fill=_shade((92, 128, 56), light))


def _house(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle([840, 520, WIDTH, 800], fill=(214, 204, 190))
    for row in range(530, 800, 18):
        draw.line([(840, row), (WIDTH, row)], fill=(198, 188, 174), width=2)
    draw.polygon([(790, 530), (1040, 350), (WIDTH, 350), (WIDTH, 530)], fill=(120, 84, 74))
    for row in range(370, 530, 20):
        left = 1040 - (row - 350) * 250 / 180
        draw.line([(left, row), (WIDTH, row)], fill=(102, 70, 62), width=3)
    draw.rectangle([960, 600, 1070, 710], fill=(92, 110, 124), outline=(244, 240, 232), width=8)


def _shingles(draw: ImageDraw.ImageDraw, chance: Random, row: int) -> None:
    for number in range(-1, 17):
        x = number * 84 + (row % 2) * 42
        y = row * 56 - x * 0.112 + 20
        tone = _shade((104, 98, 96), chance.uniform(0.82, 1.12))
        draw.polygon([(x, y), (x + 82, y - 9), (x + 82, y + 47), (x, y + 56)], fill=tone)
        draw.line([(x, y + 56), (x + 82, y + 47)], fill=(58, 54, 54), width=4)


def _leaf_on(draw: ImageDraw.ImageDraw, chance: Random, x: float, y: float) -> None:
    length, angle = chance.uniform(14, 30), chance.uniform(0, math.tau)
    colour = _shade(
        chance.choice([(150, 92, 40), (122, 76, 38), (176, 124, 54), (96, 66, 40)]), chance.uniform(0.7, 1.2)
    )
    tip = (x + math.cos(angle) * length, y + math.sin(angle) * length * 0.6)
    side = (math.cos(angle + 1.57) * length * 0.34, math.sin(angle + 1.57) * length * 0.22)
    middle = ((x + tip[0]) / 2, (y + tip[1]) / 2)
    draw.polygon(
        [(x, y), (middle[0] + side[0], middle[1] + side[1]), tip, (middle[0] - side[0], middle[1] - side[1])],
        fill=colour,
    )
    draw.line([(x, y), tip], fill=_shade(colour, 0.75), width=1)


def _shade(colour: Colour, light: float) -> Colour:
    red, green, blue = (max(0, min(255, round(part * light))) for part in colour)
    return red, green, blue


def _as_photo(picture: Image.Image, *, blur: float) -> bytes:
    """Softened, with a sensor's noise and darker corners, so that it is a photo and no drawing."""
    soft = picture.filter(ImageFilter.GaussianBlur(blur))
    noise = Image.effect_noise((WIDTH, HEIGHT), 18).convert("RGB")
    grainy = ImageChops.overlay(soft, Image.blend(Image.new("RGB", noise.size, (128, 128, 128)), noise, 0.35))
    corners = Image.radial_gradient("L").resize((WIDTH, HEIGHT)).point([round(v * 0.32) for v in range(256)])
    darkened = Image.composite(Image.new("RGB", noise.size, (20, 24, 16)), grainy, corners)
    written = io.BytesIO()
    darkened.save(written, "JPEG", quality=88)
    return written.getvalue()
