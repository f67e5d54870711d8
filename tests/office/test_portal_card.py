"""The card with the way to the portal: its code leads there, and it speaks the language that was chosen."""

import io
from typing import Any

import pytest
import zxingcpp
from django.test import Client as Browser
from PIL import Image

from tests.conftest import Cast

from .reading import main

pytestmark = pytest.mark.django_db

CARD = "/greenlawn/office/portal-card"


def test_a_phones_camera_reads_the_portals_address(office: Browser, cast: Cast, settings: Any) -> None:
    settings.SIDEGATE_BASE_URL = "https://visits.example.org"
    answer = office.get(f"{CARD}/qr.png")
    assert answer["Content-Type"] == "image/png"
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.content)).convert("L"))
    assert [code.text for code in found] == ["https://visits.example.org/greenlawn/"]


@pytest.mark.parametrize(
    ("language", "says", "says_not"),
    [
        ("en", "Need an extra visit?", "¿Necesita"),
        ("es", "¿Necesita una visita más?", "Need an"),
        ("both", "¿Necesita una visita más?", "nothing of that"),
        ("xx", "Need an extra visit?", "¿Necesita"),
    ],
)
def test_it_speaks_the_language_that_was_chosen(
    office: Browser, cast: Cast, language: str, says: str, says_not: str
) -> None:
    page = main(office.get(CARD, {"language": language}))
    assert says in page
    assert says_not not in page
    assert "localhost:8000/greenlawn/" in page


def test_only_the_office_has_it(cast: Cast, portal: Browser) -> None:
    assert portal.get(CARD).status_code == 404
    assert portal.get(f"{CARD}/qr.png").status_code == 404


def test_it_is_found_from_the_settings_too_and_its_phone_reads_as_at_home(
    office: Browser, cast: Cast
) -> None:
    cast.greenlawn.phone = "+13055550142"
    cast.greenlawn.save()
    assert CARD in office.get("/greenlawn/office/settings").content.decode()
    assert "(305) 555-0142" in main(office.get(CARD))
