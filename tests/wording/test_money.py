"""Money: minor units in, an amount as the language writes it in that country out, and back as it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidegate.wording.money import minor_units, money, typed_amount


@pytest.mark.parametrize(
    ("minor", "currency", "language", "country", "words"),
    [
        (9500, "USD", "en", "US", "$95"),
        (9550, "USD", "en", "US", "$95.50"),
        (9500, "USD", "es", "US", "$95"),
        (125000, "USD", "en", "US", "$1,250"),
        (9550, "EUR", "es", "ES", "95,50\xa0€"),
        (9500, "JPY", "en", "JP", "¥9,500"),
        (0, "USD", "en", "US", "$0"),
    ],
)
def test_an_amount_is_written_as_language_and_country_write_it(
    minor: int, currency: str, language: str, country: str, words: str
) -> None:
    assert money(minor, currency, language, country) == words


@pytest.mark.parametrize(
    ("typed", "currency", "language", "country", "minor"),
    [
        ("95", "USD", "en", "US", 9500),
        ("$95.50", "USD", "en", "US", 9550),
        ("95,50", "USD", "en", "US", 9550),
        ("1,250", "USD", "en", "US", 125000),
        ("1.250,00 €", "EUR", "es", "ES", 125000),
        ("95,00 €", "EUR", "es", "ES", 9500),
        ("1.250,00", "USD", "en", "US", 125000),
        ("1,250.5", "USD", "en", "US", 125050),
        ("1.250", "EUR", "es", "ES", 125000),
        ("1 250", "USD", "en", "US", 125000),
        ("1'250'000.00", "USD", "en", "US", 125000000),
        ("USD 95", "USD", "en", "US", 9500),
        (" 95 $ ", "USD", "es", "US", 9500),
        ("9500", "JPY", "en", "JP", 9500),
        ("0", "USD", "en", "US", 0),
    ],
)
def test_what_a_person_types_is_understood(
    typed: str, currency: str, language: str, country: str, minor: int
) -> None:
    assert minor_units(typed, currency, language, country) == minor


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "free",
        "-5",
        "95.505",
        "9.5.0",
        "1,2,3.4.5",
        "٩٥.٥.٥",
        "٩٥",
        "95 or 96",
        "95 (was 90)",
        "1e3",
        "12 34",
        "1.250",
        "95 €",
        "95-100",
        "$",
        "1,25,000",
        "1,250,00",
        ".5",
        "5.",
    ],
)
def test_what_is_no_amount_is_refused_rather_than_guessed(typed: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        minor_units(typed, "USD", "en", "US")


@given(minor=st.integers(0, 10**9), currency=st.sampled_from(["USD", "EUR", "JPY"]))
def test_an_amount_in_a_field_comes_back_as_it_was(minor: int, currency: str) -> None:
    assert minor_units(typed_amount(minor, currency), currency, "en", "US") == minor


@given(typed=st.text(max_size=20))
def test_no_text_does_more_than_be_refused(typed: str) -> None:
    try:
        assert minor_units(typed, "USD", "en", "US") >= 0
    except ValueError:
        pass
