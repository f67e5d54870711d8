"""A line of history as the timeline of any room shows it (templates/parts/lists.html)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What happened, when and by whom, in words; what she typed stands beneath as a quote."""

    words: str
    at: str
    by: str = ""
    quote: str = ""
    tone: str = ""
