"""Phone numbers: stored as they are dialled from anywhere, shown as people of the country write them."""

import re
from functools import lru_cache

import phonenumbers
from babel.core import get_global
from phonenumbers import PhoneNumberFormat


def stored_phone(typed: str, country: str) -> str:
    """The number with its country's prefix, such as "+15550102233"; one with an extension stays as typed.

    Raises ValueError where it can be no phone number.
    """
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException as problem:
        raise ValueError(typed) from problem
    if not phonenumbers.is_possible_number(number):
        raise ValueError(typed)
    if number.extension:
        return typed
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """The two letters of every country that has phones and a currency: no "unknown region", no union of several."""
    return frozenset(phonenumbers.SUPPORTED_REGIONS & get_global("territory_currencies").keys())


@lru_cache(maxsize=4096)
def phone(stored: str, country: str) -> str:
    """As written within the country, with the prefix only abroad; what is no number stays as it is."""
    try:
        number = phonenumbers.parse(stored, country)
    except phonenumbers.NumberParseException:
        return stored
    if number.extension or not phonenumbers.is_possible_number(number):
        return stored
    at_home = phonenumbers.country_code_for_region(country) == number.country_code
    form = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(number, form))


def digits_of(typed: str) -> str:
    """The digits by which a stored number is found, without a leading zero or plus; empty below three."""
    digits = re.sub(r"\D", "", typed).lstrip("0")
    return digits if len(digits) >= 3 else ""
