"""How often, and the names of what is agreed, as they stand in sentences."""

import pytest
from django.utils import translation

from sidegate.wording import rhythm


@pytest.mark.parametrize(
    ("language", "service", "frequency", "named"),
    [
        ("en", "Mowing", "weekly", "Weekly mowing"),
        ("en", "HVAC check", "monthly", "Monthly HVAC check"),
        ("en", "Mowing", "biweekly", "Two-weekly mowing"),
        ("en", "Gutter cleaning", "", "Gutter cleaning"),
        ("es", "Corte de césped", "weekly", "Corte de césped semanal"),
        ("es", "ÁRBOLES", "", "ÁRBOLES"),
        ("en", "", "weekly", "Weekly "),
    ],
)
def test_what_is_agreed_is_named_after_its_rhythm(
    language: str, service: str, frequency: str, named: str
) -> None:
    with translation.override(language):
        assert rhythm.agreement_name(service, frequency) == named


@pytest.mark.parametrize("frequency", ["weekly", "biweekly", "monthly", "", "on full moons"])
def test_every_frequency_has_words_in_each_language(frequency: str) -> None:
    for language in ("en", "es"):
        with translation.override(language):
            assert rhythm.how_often(frequency)
            assert rhythm.adverb(frequency)


def test_any_time_needs_no_words_but_is_a_choice() -> None:
    with translation.override("en"):
        assert [rhythm.part_of_day(part) for part in ("any", "morning", "afternoon")] == [
            "", "morning", "afternoon",
        ]  # fmt: skip
        choices = [rhythm.part_of_day_choice(part) for part in ("any", "morning", "afternoon")]
        assert choices == ["Any time", "Morning", "Afternoon"]
