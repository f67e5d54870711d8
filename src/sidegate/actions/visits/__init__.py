"""The life of a visit: added, changed, completed, skipped, cancelled, reopened.

Outside of approving and undoing a request, the only place that writes a visit. Whatever may close or
reopen an agreement takes its client's row first, as approving does.
"""

from .add import add_visit, added_events, begin, put_on_schedule
from .as_told import (
    Untold,
    as_it_was,
    as_told,
    columns,
    known_visit,
    plain,
    untold_changes,
    upcoming_as_told,
    visits_that_went,
)
from .change import VisitChanges, change_visit
from .close import Clearing, cancel_visit, clear, clearing_of, complete_visit, reopen_visit, skip_visit
from .horizon import (
    BEGUN_EVERYWHERE,
    extend,
    extend_anew,
    extend_schedules,
    fill_until,
    first_dates,
    missing_days,
    visits_on,
)
from .in_calendar import OFF, InCalendar, arrival_words, summary
from .letters import plan_changed_letter
from .note import note_visit
from .record import end_if_done, open_again, tell_of
from .room import Load, Room
from .rules import must_be_a_day_to_come, warnings_for

__all__ = [
    "BEGUN_EVERYWHERE",
    "OFF",
    "Clearing",
    "InCalendar",
    "Load",
    "Room",
    "Untold",
    "VisitChanges",
    "add_visit",
    "added_events",
    "arrival_words",
    "as_it_was",
    "as_told",
    "begin",
    "cancel_visit",
    "change_visit",
    "clear",
    "clearing_of",
    "columns",
    "complete_visit",
    "end_if_done",
    "extend",
    "extend_anew",
    "extend_schedules",
    "fill_until",
    "first_dates",
    "known_visit",
    "missing_days",
    "must_be_a_day_to_come",
    "note_visit",
    "open_again",
    "plain",
    "plan_changed_letter",
    "put_on_schedule",
    "reopen_visit",
    "skip_visit",
    "summary",
    "tell_of",
    "untold_changes",
    "upcoming_as_told",
    "visits_on",
    "visits_that_went",
    "warnings_for",
]
