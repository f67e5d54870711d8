"""A stored message as it is told by hand: in a text message, or read out on the phone."""

import re

from .layout import SMALL_PRINT

_LINK = re.compile(r"https?://")


def told_by_hand(text: str) -> str:
    """The words alone: no paragraph that leads to a page, for who has no email has no portal, and of the small
    print only its last line, which says whose words they are."""
    words, _mark, small_print = f"\n{text}\n".partition(f"\n{SMALL_PRINT}\n")
    kept = [paragraph for paragraph in words.strip().split("\n\n") if not _LINK.search(paragraph)]
    signed = small_print.strip().split("\n")[-1]
    return "\n\n".join(filter(None, [*kept, signed]))
