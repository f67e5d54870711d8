"""Money in words: integer minor units and an ISO 4217 currency become "$95" or "95 $"."""

from copy import copy
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import NumberFormatError, NumberPattern, get_currency_precision, parse_decimal

from .languages import locale_of


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
    """The minor units of an amount a person typed, such as "95", "95.50" or "1,250".

    Raises ValueError where it is no amount, is negative, or is finer than the currency.
    """
    cleaned = "".join(c for c in typed if c.isdigit() or c in ".,-'")
    if not any(c.isdigit() for c in cleaned):
        raise ValueError(typed)
    precision = get_currency_precision(currency)
    try:
        amount = parse_decimal(cleaned, locale=locale_of(language, country), strict=True)
    except (NumberFormatError, InvalidOperation):
        amount = _with_either_point(cleaned)
    minor = amount.scaleb(precision)
    if minor != minor.to_integral_value() or minor < 0:
        raise ValueError(typed)
    return int(minor)


def _with_either_point(cleaned: str) -> Decimal:
    """Read "95,50" where the locale writes "95.50": a last separator before one or two digits is a point."""
    head, separator, tail = cleaned.replace(",", ".").rpartition(".")
    if separator and len(tail) in (1, 2) and "." not in head:
        return Decimal(f"{head or '0'}.{tail}")
    raise ValueError(cleaned)


def typed_amount(minor: int | None, currency: str) -> str:
    """An amount as it stands in a form's field: "95" or "95.50"; empty for none."""
    if minor is None:
        return ""
    amount = Decimal(minor).scaleb(-get_currency_precision(currency))
    return str(amount.to_integral_value() if amount == amount.to_integral_value() else amount)
