"""A message rendered for one recipient, not yet stored."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from ...models.sign_in import LIFETIME
from .filling import LONGEST_TEXT, cleaned, fill_subject, fill_text
from .keys import placeholders_of
from .words import BuiltIn, Words, built_in, validate_words

log = logging.getLogger("sidegate.messages")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is written to. `key` is "client:<id>" or "user:<id>"; `language` is the one really used;
    `refusal` is why she cannot be written to: "", "no_address", "opted_out", "bounced" or "erased"."""

    key: str
    name: str
    address: str
    language: str
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """Subject and text, ready to be stored by `store`."""

    key: str
    recipient: Recipient
    subject: str
    text: str


class Unfit(Exception):
    """A business's own words that cannot be used as they stand."""


def draft(key: str, *, words: Words, recipient: Recipient, values: Mapping[str, str]) -> Draft:
    """Render the message in the recipient's language; a placeholder without a value is empty.

    The business's own words, where it has any that can be rendered; else the built-in ones, and the log
    says so. Values are words already: dates and money come formatted.
    """
    names = placeholders_of(key)
    safe = cleaned(key, {**_known(recipient), **values}, names)
    own = words.own.get((key, recipient.language))
    if own is not None:
        try:
            return _rendered(key, own, recipient, safe)
        except Unfit as unfit:
            facts = {"business": str(words.business_id), "key": key, "language": recipient.language}
            log.error("own words not usable, built-in ones sent: %s", unfit, extra={"facts": facts})
    return _rendered(key, built_in(key, recipient.language), recipient, safe, is_ours=True)


def _known(recipient: Recipient) -> dict[str, str]:
    """Values that no caller need give; `minutes` is how long a sign-in lives."""
    return {"client": recipient.name.split(" ", 1)[0], "minutes": str(LIFETIME.seconds // 60)}


def _rendered(
    key: str, words: BuiltIn, recipient: Recipient, values: Mapping[str, str], *, is_ours: bool = False
) -> Draft:
    if not is_ours and (problems := validate_words(key, words.subject, words.text)):
        raise Unfit(problems[0])
    subject, text = fill_subject(words.subject, values), fill_text(words.text, values)
    if not is_ours and (not subject or not text or len(text) > LONGEST_TEXT):
        raise Unfit("empty or too long once filled")
    return Draft(key, recipient, subject, text)
