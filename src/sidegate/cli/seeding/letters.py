"""The text of many messages: each kind is rendered once by the real templates, then filled row by row."""

import re
from collections.abc import Mapping

from ...actions.messages import Recipient, Words, draft, own_words
from ...models import Business

KEYS = ("booking.received", "booking.approved", "booking.declined", "booking.answered")
_GAP = re.compile("⟦([a-z_]+)⟧")
Cut = tuple[str, ...]  # words and names of gaps in turn


class Letters:
    """Subjects and texts of one business. A line whose value is empty falls out, as it does in a draft."""

    def __init__(self, business: Business) -> None:
        self._words: Words = own_words(business.pk, KEYS)
        self._cut: dict[tuple[str, str, tuple[bool, ...]], tuple[Cut, Cut]] = {}

    def write(self, key: str, language: str, values: Mapping[str, str]) -> tuple[str, str]:
        """Subject and text."""
        kind = (key, language, tuple(map(bool, values.values())))
        cut = self._cut.get(kind)
        if cut is None:
            cut = self._cut[kind] = self._render(key, language, values)
        return _fill(cut[0], values), _fill(cut[1], values)

    def _render(self, key: str, language: str, values: Mapping[str, str]) -> tuple[Cut, Cut]:
        gaps = {name: f"⟦{name}⟧" if value else "" for name, value in values.items()}
        anyone = Recipient(key="", name="", address="", language=language)
        letter = draft(key, words=self._words, recipient=anyone, values=gaps)
        return tuple(_GAP.split(letter.subject)), tuple(_GAP.split(letter.text))


def _fill(cut: Cut, values: Mapping[str, str]) -> str:
    filled = list(cut)
    filled[1::2] = [values[name] for name in cut[1::2]]
    return "".join(filled)
