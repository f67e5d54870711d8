"""The life of a visit: added, changed, completed, skipped, cancelled, reopened.

Outside of approving and undoing a request, the only place that writes a visit. Whatever may close or
reopen an agreement takes its client's row first, as approving does.
"""

from .add import add_first_visits, add_next_weeks, add_visit, added_events, next_dates, visits_on
from .change import VisitChanges, change_visit
from .close import Clearing, cancel_visit, clear, clearing_of, complete_visit, reopen_visit, skip_visit
from .rules import must_be_a_day_to_come, warnings_for

__all__ = [
    "Clearing",
    "VisitChanges",
    "add_first_visits",
    "add_next_weeks",
    "add_visit",
    "added_events",
    "cancel_visit",
    "change_visit",
    "clear",
    "clearing_of",
    "complete_visit",
    "must_be_a_day_to_come",
    "next_dates",
    "reopen_visit",
    "skip_visit",
    "visits_on",
    "warnings_for",
]
