"""Which requests were ticked, each with the plan that its card showed."""

from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict

from ..wording.typed import clean_text, typed_date

MOST = 50
LONGEST_PICK = 60


@dataclass(frozen=True, slots=True)
class Pick:
    """A ticked request. `plan` is empty where its card showed no single way to approve; `date` is the owner's own."""

    reference: str
    plan: str
    date: date | None


@dataclass(frozen=True, slots=True)
class Picks:
    """What the bar below the queue sent; `problem` is why nothing was done."""

    picks: tuple[Pick, ...] = ()
    reason: str = ""
    problem: str = ""
    reason_problem: str = ""
    references: frozenset[str] = field(default_factory=frozenset)


NONE_PICKED = Picks()


def picks_of(posted: QueryDict) -> Picks:
    """Each request once, as its box says it: "K7Q-2MX", its plan, its date (templates: _request.html)."""
    found = [_pick(sent) for sent in posted.getlist("pick") if len(sent) <= LONGEST_PICK]
    once = {pick.reference: pick for pick in found if pick.reference}
    reason = clean_text(posted.get("reason", ""))
    return Picks(tuple(once.values()), reason, references=frozenset(once))


def _pick(sent: str) -> Pick:
    reference, plan, day = [*sent.split("."), "", ""][:3]
    return Pick(reference, plan, typed_date(day))
