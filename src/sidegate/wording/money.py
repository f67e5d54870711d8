"""Money in words: integer minor units and an ISO 4217 currency become "$95" or "95 $"."""

import re
from copy import copy
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import NumberPattern, get_currency_precision, get_currency_symbol

from .languages import locale_of

MOST_MINOR = 100_000_000_00  # no price of ours is higher


@lru_cache(maxsize=4096)
def money(minor: int, currency: str, language: str, country: str = "") -> str:
    """An amount as the language writes it in the country; whole amounts carry no decimals."""
    precision = get_currency_precision(currency)
    amount = Decimal(minor).scaleb(-precision)
    decimals = 0 if amount == amount.to_integral_value() else precision
    pattern = _pattern(language, country, decimals)
    return str(pattern.apply(amount, locale_of(language, country), currency=currency, currency_digits=False))


@lru_cache(maxsize=64)
def _pattern(language: str, country: str, decimals: int) -> NumberPattern:
    pattern: NumberPattern = copy(locale_of(language, country).currency_formats["standard"])
    pattern.frac_prec = (decimals, decimals)
    return pattern


def minor_units(typed: str, currency: str, language: str, country: str = "") -> int:
    """The minor units of an amount a person typed, such as "95", "95.50", "95,50" or "1,250".

    Nothing is guessed: raises ValueError where anything but one amount stands there, where it is negative or finer
    than the currency, and for "1.250" where a point divides the decimals.
    """
    bare = _without_sign(typed.strip(), currency, locale_of(language, country))
    precision = get_currency_precision(currency)
    if match := re.fullmatch(r"(\d+)(?:[.,](\d+))?", bare, re.ASCII):
        whole, decimals = match[1], match[2] or ""
        if len(decimals) == 3 and 1 <= len(whole) <= 3 and _divides(bare[len(whole)], language, country):
            whole, decimals = whole + decimals, ""
    elif match := re.fullmatch(
        rf"(\d{{1,3}}(?:([{_DIVIDERS}])\d{{3}})(?:\2\d{{3}})*)(?:(?!\2)[.,](\d+))?", bare
    ):
        whole, decimals = re.sub(r"\D", "", match[1]), match[3] or ""
    else:
        raise ValueError(typed)
    if len(decimals) > precision:
        raise ValueError(typed)
    return int(whole + decimals.ljust(precision, "0"))


# What stands between thousands: a point or a comma, a blank of any width, an apostrophe.
_DIVIDERS = "., \u00a0\u202f'\u2019"


def _divides(sign: str, language: str, country: str) -> bool:
    """Whether it stands between thousands, as the language writes them in the country."""
    return bool(sign == locale_of(language, country).number_symbols["latn"]["group"])


def _without_sign(typed: str, currency: str, locale: Locale) -> str:
    """Without the currency before or after it, as a sign or as a code."""
    for sign in (currency, get_currency_symbol(currency, locale), get_currency_symbol(currency, "en")):
        for bare in (typed.removeprefix(sign), typed.removesuffix(sign)):
            if bare != typed:
                return bare.strip()
    return typed


def typed_amount(minor: int | None, currency: str) -> str:
    """An amount as it stands in a form's field: "95" or "95.50"; empty for none."""
    if minor is None:
        return ""
    amount = Decimal(minor).scaleb(-get_currency_precision(currency))
    return str(amount.to_integral_value() if amount == amount.to_integral_value() else amount)
