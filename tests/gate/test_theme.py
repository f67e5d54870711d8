"""A business's colour as a stylesheet, readable whatever she chose."""

import re
from pathlib import Path

import pytest
from django.test import Client as Browser
from hypothesis import given
from hypothesis import strategies as st

import sidegate
from sidegate.models import Business
from sidegate.wording.colours import DARK_GROUNDS, LIGHT_GROUNDS, contrast, dark_shades, light_shades, mixed

from ..conftest import Cast


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_every_colour_is_readable_in_both_themes(colour: str) -> None:
    for shades, grounds in ((light_shades(colour), LIGHT_GROUNDS), (dark_shades(colour), DARK_GROUNDS)):
        assert min(contrast(shades.accent, ground) for ground in (*grounds, shades.soft)) >= 4.5
        assert contrast(shades.on_accent, shades.accent) >= 4.5


def test_a_colour_that_reads_well_stays_as_it_was_chosen() -> None:
    assert light_shades("#1c6a4a").accent == "#1c6a4a"


@pytest.mark.parametrize("theme", [0, 1], ids=["by day", "by night"])
def test_what_nobody_can_take_back_is_readable_on_its_button(theme: int) -> None:
    """And at the edge of hovering, which mixes an eighth of black or white into it."""
    ground, words = token("danger")[theme], token("on-danger")[theme]
    under_the_mouse = mixed(("#000000", "#ffffff")[theme], ground, 0.12)
    assert min(contrast(words, shade) for shade in (ground, under_the_mouse)) >= 4.5


def token(name: str) -> tuple[str, str]:
    """A colour of the sheet, by day and by night."""
    sheet = Path(sidegate.__file__).with_name("static").joinpath("css/tokens.css").read_text()
    by_day, by_night = re.findall(rf"--{name}: light-dark\((#\w+), (#\w+)\)", sheet)[0]
    return by_day, by_night


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#abcdef", "#abcdef", 1)],
)
def test_contrast_is_wcags(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


def test_the_sheet_needs_no_session_and_may_be_kept(cast: Cast) -> None:
    browser = Browser()
    answer = browser.get("/greenlawn/theme.css?v=1c6a4a")
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["Cache-Control"] == "public, immutable, max-age=31536000"
    assert "Vary" not in answer.headers
    assert "--accent: light-dark(#1c6a4a, " in answer.content.decode()
    again = browser.get("/greenlawn/theme.css", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_a_session_changes_nothing_about_the_sheet(cast: Cast, office: Browser) -> None:
    answer = office.get("/greenlawn/theme.css?v=1c6a4a")
    assert (answer["Cache-Control"], "Vary" in answer.headers) == (
        "public, immutable, max-age=31536000",
        False,
    )


def test_another_colour_is_seen_at_once_under_its_new_address(cast: Cast) -> None:
    Business.objects.filter(pk=cast.greenlawn.pk).update(accent="#0b5cad")
    assert Browser().get("/greenlawn/theme.css?v=1c6a4a")["Cache-Control"] == "public, max-age=300"
    assert "#0b5cad" in Browser().get("/greenlawn/theme.css?v=0b5cad").content.decode()


def test_no_business_no_sheet(db: None) -> None:
    assert Browser().get("/nowhere/theme.css").status_code == 404
