"""The life of a visit: added, changed, completed, skipped, cancelled, reopened.

Outside of approving and undoing a request, the only place that writes a visit. Whatever may close or
reopen an agreement takes its client's row first, as approving does.
"""

from .add import add_visit, added_events, begin, put_on_schedule
from .change import VisitChanges, change_visit
from .close import Clearing, cancel_visit, clear, clearing_of, complete_visit, reopen_visit, skip_visit
from .horizon import BEGUN_EVERYWHERE, extend, extend_schedules, first_dates, missing_days, visits_on
from .letters import plan_changed_letter
from .note import note_visit
from .record import end_if_done, tell_of
from .rules import must_be_a_day_to_come, warnings_for

__all__ = [
    "BEGUN_EVERYWHERE",
    "Clearing",
    "VisitChanges",
    "add_visit",
    "added_events",
    "begin",
    "cancel_visit",
    "change_visit",
    "clear",
    "clearing_of",
    "complete_visit",
    "end_if_done",
    "extend",
    "extend_schedules",
    "first_dates",
    "missing_days",
    "must_be_a_day_to_come",
    "note_visit",
    "plan_changed_letter",
    "put_on_schedule",
    "reopen_visit",
    "skip_visit",
    "tell_of",
    "visits_on",
    "warnings_for",
]
