"""Countries, time zones and currencies, as a form offers them: (code, words), in the order of the words."""

from functools import lru_cache

from babel.core import get_global
from babel.numbers import get_currency_name, get_territory_currencies

from . import phones
from .languages import locale_of


@lru_cache(maxsize=8)
def countries(language: str) -> list[tuple[str, str]]:
    names = locale_of(language).territories
    return sorted(((code, names.get(code, code)) for code in phones.countries()), key=lambda pair: pair[1])


@lru_cache(maxsize=512)
def zones_of(country: str) -> frozenset[str]:
    """The time zones of a country."""
    territories = get_global("zone_territories")
    return frozenset(zone for zone in time_zones() if territories[zone] == country)


@lru_cache(maxsize=1)
def time_zones() -> list[str]:
    return sorted(
        zone for zone in get_global("zone_territories") if "/" in zone and not zone.startswith("Etc")
    )


@lru_cache(maxsize=8)
def currencies(language: str) -> list[tuple[str, str]]:
    """Those that some country pays with today."""
    current = {c for country in get_global("territory_currencies") for c in get_territory_currencies(country)}
    named = [(code, f"{get_currency_name(code, locale=locale_of(language))} ({code})") for code in current]
    return sorted(named, key=lambda pair: pair[1])
