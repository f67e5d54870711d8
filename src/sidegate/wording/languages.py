"""The languages Sidegate speaks, and how a language and a country become a locale."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError

LANGUAGES = ("en", "es")
FALLBACK = "en"


def choose_language(*preferred: str) -> str:
    """The first of the preferred languages that Sidegate speaks, else English (DESIGN rule 19)."""
    return next((language for language in preferred if language in LANGUAGES), FALLBACK)


def in_language(names: dict[str, str], language: str, *others: str) -> str:
    """The name written in the language, else in one of the others, else in any that exists."""
    for wanted in (language, *others, FALLBACK):
        if names.get(wanted):
            return names[wanted]
    return next(iter(names.values()), "")


@lru_cache(maxsize=256)
def locale_of(language: str, country: str = "") -> Locale:
    """The locale of a language as written in a country; the bare language where that pair is unknown."""
    for name in (f"{language}_{country.upper()}", language, FALLBACK):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale(FALLBACK)


@lru_cache(maxsize=256)
def language_name(language: str, *, read_in: str) -> str:
    """The name of a language in another: `language_name("es", read_in="en")` is "Spanish"."""
    return str(locale_of(language).get_language_name(read_in) or language)
