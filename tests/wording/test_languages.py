"""Which language is really used, and what it is called."""

from sidegate.wording.languages import choose_language, in_language, language_name, locale_of


def test_the_first_language_we_speak_is_used_else_english() -> None:
    assert choose_language("es", "en") == "es"
    assert choose_language("fr", "es") == "es"
    assert choose_language("fr", "") == "en"
    assert choose_language() == "en"


def test_a_name_falls_back_to_another_language_before_it_is_missing() -> None:
    names = {"en": "Mowing", "es": "Corte de césped", "fr": ""}
    assert in_language(names, "es") == "Corte de césped"
    assert in_language(names, "fr", "es") == "Corte de césped"
    assert in_language(names, "fr") == "Mowing"
    assert in_language({"pt": "Corte"}, "es", "en") == "Corte"
    assert in_language({}, "es") == ""


def test_a_language_is_named_in_the_readers() -> None:
    assert language_name("es", read_in="en") == "Spanish"
    assert language_name("en", read_in="es") == "inglés"


def test_an_unknown_pair_of_language_and_country_is_the_bare_language() -> None:
    assert str(locale_of("es", "US")) == "es_US"
    assert str(locale_of("es", "QQ")) == "es"
    assert str(locale_of("not a language", "US")) == "en"
