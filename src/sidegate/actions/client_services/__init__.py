"""Agreements: a service for one client at one property, at a price that is locked when it is assigned.

Every act takes the client's row first, so that none works from an old picture of what she has
(DESIGN rule 14). What becomes of the visits stands in docs/schedule.md.
"""

from .leaving import Pause, cancel, complete, keep_pauses, pause, resume
from .replan import Replan
from .terms import Terms, assign_service, change_terms, make_agreement

__all__ = [
    "Pause",
    "Replan",
    "Terms",
    "assign_service",
    "cancel",
    "change_terms",
    "complete",
    "keep_pauses",
    "make_agreement",
    "pause",
    "resume",
]
