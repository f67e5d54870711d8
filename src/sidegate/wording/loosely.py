"""A pattern for a database's regular expressions that finds a word however it is accented or capitalised."""

import re
import unicodedata

ACCENTED = {
    "a": "áàâäãåÁÀÂÄÃÅ",
    "c": "çÇ",
    "e": "éèêëÉÈÊË",
    "i": "íìîïÍÌÎÏ",
    "n": "ñÑ",
    "o": "óòôöõøÓÒÔÖÕØ",
    "u": "úùûüÚÙÛÜ",
    "y": "ýÿÝŸ",
}


def loosely(word: str) -> str:
    """A pattern that finds "Álvarez" by "alvarez" too, on both databases."""
    return "".join(_letter(sign) for sign in word)


def _letter(sign: str) -> str:
    plain = unicodedata.normalize("NFD", sign)[0].lower()
    return f"[{plain}{plain.upper()}{ACCENTED[plain]}]" if plain in ACCENTED else re.escape(sign)
