"""A business's colour made readable: the same hue, as dark or light as its ground needs (WCAG 2.2 AA)."""

from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass
from functools import lru_cache

READABLE = 4.5
EASY = 6.5

# The grounds of static/css/tokens.css that a colour may stand on; a test holds the two together.
LIGHT_GROUNDS = ("#ffffff", "#f5f3ee")
DARK_GROUNDS = ("#1b211e", "#131715")
SOFT_SHARE_LIGHT, SOFT_SHARE_DARK = 0.12, 0.18
CALM_AT_NIGHT = 0.75  # share of the saturation that is kept on a dark ground, where colours glare

Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Shades:
    """The colour, what is written on it, and its pale ground, for one of the two themes."""

    accent: str
    on_accent: str
    soft: str


@lru_cache(maxsize=256)
def light_shades(colour: str) -> Shades:
    """As dark as it must be to be read on paper, and under white words."""
    hls = rgb_to_hls(*_rgb(colour))
    return _shades(hls, LIGHT_GROUNDS, SOFT_SHARE_LIGHT, step=-0.01, at_least=READABLE, ink="#ffffff")


@lru_cache(maxsize=256)
def dark_shades(colour: str) -> Shades:
    """As light as it must be to be read at night with ease, under nearly black words."""
    hue, lightness, saturation = rgb_to_hls(*_rgb(colour))
    calm = (hue, lightness, saturation * CALM_AT_NIGHT)
    return _shades(calm, DARK_GROUNDS, SOFT_SHARE_DARK, step=0.01, at_least=EASY, ink="#0b100d")


def _shades(
    hls: tuple[float, float, float],
    grounds: tuple[str, ...],
    share: float,
    *,
    step: float,
    at_least: float,
    ink: str,
) -> Shades:
    hue, lightness, saturation = hls
    while True:
        accent = _hex(hls_to_rgb(hue, lightness, saturation))
        soft = mixed(accent, grounds[0], share)
        on_grounds = min(contrast(accent, ground) for ground in grounds)
        if on_grounds >= at_least and contrast(accent, soft) >= READABLE:
            return Shades(accent, ink, soft)
        lightness = min(1.0, max(0.0, lightness + step))


def mixed(colour: str, ground: str, share: float) -> str:
    """The colour laid over the ground, with the given share of the colour."""
    return _hex(tuple(c * share + g * (1 - share) for c, g in zip(_rgb(colour), _rgb(ground), strict=True)))  # type: ignore[arg-type]


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(colour: str) -> Rgb:
    """Red, green and blue between 0 and 1, from "#1c6a4a"."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{round(c * 255):02x}" for c in rgb)
