"""Phone numbers: stored to be dialled from anywhere, shown as they are written at home."""

import pytest

from sidegate.wording.phones import countries, digits_of, phone, stored_phone


@pytest.mark.parametrize(
    ("typed", "country", "stored", "shown"),
    [
        ("(305) 555-0142", "US", "+13055550142", "(305) 555-0142"),
        ("305.555.0142", "US", "+13055550142", "(305) 555-0142"),
        ("+34 612 345 678", "US", "+34612345678", "+34 612 34 56 78"),
        ("612 345 678", "ES", "+34612345678", "612 34 56 78"),
        ("305 555 0142 ext. 7", "US", "305 555 0142 ext. 7", "305 555 0142 ext. 7"),
    ],
)
def test_a_number_is_stored_and_shown(typed: str, country: str, stored: str, shown: str) -> None:
    assert stored_phone(typed, country) == stored
    assert phone(stored, country) == shown


@pytest.mark.parametrize("typed", ["12", "call me", "1" * 40, "+999999"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        stored_phone(typed, "US")


def test_what_was_stored_otherwise_is_shown_as_it_is() -> None:
    assert phone("ask at the gate", "US") == "ask at the gate"


@pytest.mark.parametrize(
    ("typed", "digits"), [("305 555", "305555"), ("030-12 34", "301234"), ("12", ""), ("Elm", "")]
)
def test_the_digits_a_number_is_found_by(typed: str, digits: str) -> None:
    assert digits_of(typed) == digits


def test_countries_are_places_where_one_can_be_called_and_paid() -> None:
    assert {"US", "ES", "MX"} <= countries()
    assert not {"ZZ", "EU", "001"} & countries()
