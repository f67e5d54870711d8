"""What a day holds against what the business can do on one, where it has said how much that is."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..actions.visits import Load
from .in_words import InWords


@dataclass(frozen=True, slots=True)
class DayLoad:
    """`said` is empty where the business has set no bound; `share` is of the tighter one, in percent."""

    said: tuple[str, ...]
    share: int

    @property
    def is_full(self) -> bool:
        return self.share >= 100

    @property
    def is_over(self) -> bool:
        return self.share > 100


def load_of(words: InWords, load: Load) -> DayLoad:
    business, said, shares = words.business, list[str](), [0]
    if business.capacity_visits:
        text = ngettext(
            "%(count)s of %(most)s visit", "%(count)s of %(most)s visits", business.capacity_visits
        )
        said.append(text % {"count": load.visits, "most": business.capacity_visits})
        shares.append(_share(load.visits, business.capacity_visits))
    if business.capacity_minutes:
        text = _("%(hours)s of %(most)s h")
        said.append(
            text % {"hours": words.hours(load.minutes), "most": words.hours(business.capacity_minutes)}
        )
        shares.append(_share(load.minutes, business.capacity_minutes))
    return DayLoad(tuple(said), max(shares))


def _share(held: int, most: int) -> int:
    """In percent, rounded up: a day that is over by a little is over."""
    return -(-held * 100 // most)
