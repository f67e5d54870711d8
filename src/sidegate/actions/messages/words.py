"""The words of each message: ours from files, a business's own from its templates."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.db.models import CharField
from django.utils.translation import gettext as _

from ...models import MessageTemplate
from ...models.compiled import CompiledRows, Given
from ...wording.languages import FALLBACK
from .filling import LONGEST_SUBJECT, LONGEST_TEXT
from .keys import placeholders_of

FILES = Path(__file__).resolve().parent.parent.parent / "templates" / "messages"
_SINGLE_BRACES = re.compile(r"(?<!\{)\{([^{}]*)\}(?!\})")
_DOUBLE_BRACES = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
_LOOKS_LIKE_A_NAME = re.compile(r"\s*\w|$")


class BuiltIn(NamedTuple):
    """Subject and text with their placeholders."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A business's own words by (key, language); where there are none, the built-in ones hold."""

    business_id: UUID
    own: Mapping[tuple[str, str], BuiltIn] = field(default_factory=dict)


def own_words(business_id: UUID, keys: Collection[str]) -> Words:
    """The business's words for these keys, in every language. One statement."""
    numbered = {f"key{number}": key for number, key in enumerate(keys)}
    return Words(
        business_id,
        {
            (key, language): BuiltIn(subject, text)
            for key, language, subject, text in _rows_for(len(keys)).rows(business=business_id, **numbered)
        },
    )


@lru_cache
def _rows_for(count: int) -> CompiledRows:
    """The query for so many keys."""
    keys = [Given(f"key{number}", CharField()) for number in range(count)]
    return CompiledRows(
        lambda: MessageTemplate.objects.filter(
            business=Given("business"), key__in=keys, channel="email"
        ).values_list("key", "language", "subject", "text")
    )


@lru_cache(maxsize=256)
def built_in(key: str, language: str) -> BuiltIn:
    """Our own words, in English where the language has none."""
    file = FILES / language / f"{key}.txt"
    if not file.is_file():
        file = FILES / FALLBACK / f"{key}.txt"
    first, _blank, text = file.read_text(encoding="utf-8").partition("\n")
    return BuiltIn(first.removeprefix("Subject:").strip(), text.strip())


def validate_words(key: str, subject: str, text: str) -> list[str]:
    """What forbids storing these words, as sentences; empty where they can be used.

    Only what looks like a placeholder is judged: `{{7*7}}` and `{% load %}` are printed as they stand.
    """
    problems = _of_length(subject, text)
    known = placeholders_of(key)
    both = f"{subject}\n{text}"
    for inside in dict.fromkeys(_SINGLE_BRACES.findall(both)):
        if inside not in known and _LOOKS_LIKE_A_NAME.match(inside):
            problems.append(
                _("{%(name)s} is not a word this message can fill in. It knows: %(known)s.")
                % {"name": inside[:60], "known": ", ".join(f"{{{name}}}" for name in sorted(known))}
            )
    for inside in dict.fromkeys(_DOUBLE_BRACES.findall(both)):
        if inside in known:
            problems.append(_("Write {%(name)s} with one brace on each side.") % {"name": inside})
    return problems


def _of_length(subject: str, text: str) -> list[str]:
    problems = []
    if not subject.strip():
        problems.append(_("A message needs a subject."))
    if "\n" in subject.strip() or "\r" in subject.strip():
        problems.append(_("The subject is one line."))
    if len(subject) > LONGEST_SUBJECT:
        problems.append(_("The subject can have up to %(most)s characters.") % {"most": LONGEST_SUBJECT})
    if not text.strip():
        problems.append(_("A message needs a text."))
    if len(text.encode()) > LONGEST_TEXT:
        problems.append(
            _("The text is too long: %(most)s bytes is the most.") % {"most": f"{LONGEST_TEXT:,}"}
        )
    return problems
