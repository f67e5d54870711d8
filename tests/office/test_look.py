"""Logo and colour: what is sent is made harmless and small, shown beside the name, and gone when it is removed."""

import os
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client as Browser
from django.utils import timezone
from PIL import Image

from sidegate.actions.invariants import violations
from sidegate.actions.logos import logo_path, sweep_logos
from sidegate.models import Business
from tests import pictures
from tests.conftest import Cast

from .reading import errors, main

LOOK = "/greenlawn/office/settings/colour"
DAY = 24 * 3600


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: LazySettings) -> Path:
    settings.SIDEGATE_DATA_DIR = tmp_path / "data"
    return tmp_path / "data"


def send(office: Browser, data: bytes, name: str = "logo.png", **typed: str) -> Any:
    return office.post(LOOK, {"accent": "#1c6a4a", "logo": pictures.upload(name, data), **typed}, follow=True)


def stored(cast: Cast) -> Path:
    business = Business.objects.get(pk=cast.greenlawn.pk)
    assert business.logo_name
    return logo_path(business.pk, business.logo_name)


def files(data_dir: Path) -> set[Path]:
    return {path for path in (data_dir / "logos").rglob("*") if path.is_file()}


def test_a_clear_logo_stays_clear_and_is_small(office: Browser, cast: Cast) -> None:
    assert "Saved." in main(send(office, pictures.see_through("PNG")))
    with Image.open(stored(cast)) as logo:
        assert (logo.format, logo.mode) == ("PNG", "RGBA")
        assert max(logo.size) <= 256
        assert logo.size[0] == 256 and logo.size[1] in (96, 97)  # the clear half is cut off


def test_a_photo_as_logo_becomes_a_light_jpeg_without_its_past(office: Browser, cast: Cast) -> None:
    noise = Image.effect_noise((1200, 900), 90).convert("RGB")
    send(office, pictures.encoded(noise, "JPEG", comment=pictures.SECRET_PLACE))
    data = stored(cast).read_bytes()
    assert data.startswith(b"\xff\xd8") and len(data) < 64 * 1024
    assert pictures.SECRET_PLACE not in data


def test_a_noisy_clear_logo_is_light_too(office: Browser, cast: Cast) -> None:
    noise = Image.effect_noise((600, 600), 90).convert("RGBA")
    noise.putalpha(Image.effect_noise((600, 600), 90))
    send(office, pictures.encoded(noise, "PNG"))
    assert len(stored(cast).read_bytes()) < 96 * 1024


@pytest.mark.parametrize("kind", ["GIF", "BMP"])
def test_other_kinds_of_files_are_refused_at_the_field(office: Browser, cast: Cast, kind: str) -> None:
    answer = send(office, pictures.encoded(pictures.drawn(), kind), f"logo.{kind}")
    assert answer.status_code == 422
    assert "Send a JPEG, PNG, WebP or HEIC picture" in errors(answer)["logo"]
    assert Business.objects.get(pk=cast.greenlawn.pk).logo_name == ""


def test_too_much_is_refused_at_the_field(office: Browser, cast: Cast) -> None:
    answer = send(office, b"\x89PNG\r\n\x1a\n" + bytes(11 * 1024**2))
    assert errors(answer)["logo"].startswith("logo.png is larger than 10 MB")


def test_the_logo_stands_beside_the_name_wherever_the_business_is_named(
    office: Browser, portal: Browser, cast: Cast
) -> None:
    send(office, pictures.jpeg())
    address = f"/greenlawn/logo?v={stored(cast).stem}"
    stranger = Browser()
    for browser, page in (
        (office, "/greenlawn/office/requests"),
        (portal, "/greenlawn/"),
        (stranger, "/sign-in?next=/greenlawn/"),
    ):
        assert f'src="{address}"' in browser.get(page).content.decode(), page
    answer = stranger.get(address)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "public, immutable, max-age=31536000"
    assert "sessionid" not in answer.cookies
    with Image.open(BytesIO(answer.getvalue())) as logo:
        assert logo.size == (256, 192)


def test_an_old_address_of_it_is_kept_for_a_while_only(office: Browser, cast: Cast) -> None:
    send(office, pictures.jpeg())
    assert Browser().get("/greenlawn/logo?v=old")["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("address", ["/greenlawn/logo", "/bluepool/logo", "/nobody/logo"])
def test_without_a_logo_there_is_nothing_and_a_letter_stands_there(
    office: Browser, cast: Cast, address: str
) -> None:
    assert Browser().get(address).status_code == 404
    assert '<span class="mark" aria-hidden="true">G</span>' in office.get(LOOK).content.decode()


def test_another_logo_takes_the_place_of_the_first_and_removed_it_is_gone(
    office: Browser, cast: Cast, data_dir: Path
) -> None:
    send(office, pictures.jpeg())
    first = stored(cast)
    send(office, pictures.jpeg(200, 200))
    assert files(data_dir) == {stored(cast)} != {first}
    office.post(LOOK, {"accent": "#1c6a4a", "no_logo": "on"})
    assert (files(data_dir), Business.objects.get(pk=cast.greenlawn.pk).logo_name) == (set(), "")


def test_a_colour_alone_leaves_the_logo(office: Browser, cast: Cast) -> None:
    send(office, pictures.jpeg())
    office.post(LOOK, {"accent": "#224466"})
    assert stored(cast).is_file()


def test_doctor_and_the_sweep_know_logos(office: Browser, cast: Cast, data_dir: Path) -> None:
    send(office, pictures.jpeg())
    stray = stored(cast).with_name("0" * 32 + ".png")
    stray.write_bytes(b"stray")
    unfinished = stored(cast).with_name("1" * 32 + ".tmp")
    unfinished.write_bytes(b"")
    assert violations() == []
    for path in files(data_dir):
        os.utime(path, (time.time() - 2 * DAY,) * 2)
    [broken] = violations()
    assert broken.found.count == 2 and broken.rule.number == "I6"
    assert sweep_logos(timezone.now()) == 2
    assert (files(data_dir), violations()) == ({stored(cast)}, [])
    assert sweep_logos(timezone.now() + timedelta(days=9)) == 0
    stored(cast).unlink()
    assert [(v.rule.number, v.found.examples) for v in violations()] == [("I6", ("greenlawn",))]
    assert Browser().get("/greenlawn/logo").status_code == 404


def test_another_businesss_owner_changes_only_her_own(cast: Cast, signed_in: Any) -> None:
    bea = signed_in(cast.bea)
    assert send(bea, pictures.jpeg()).status_code == 404
    assert Business.objects.get(pk=cast.greenlawn.pk).logo_name == ""
