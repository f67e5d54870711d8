"""The life of a request: submit, edit, withdraw, plan, approve, decline, undo, reopen.

The only place that writes a request's status. Screen, command line and API all come through here.
"""

from .approval_plan import ApprovalPlan
from .approve import Decision, approve_booking_request
from .around_the_day import AroundTheDay, VisitThatWeek, around_the_days
from .asking import Ask, Checked, Options
from .asking_of_visit import waiting_about, why_not
from .choices import Arrangement, Choices
from .choosing_date import Warned
from .decline import decline_booking_request
from .edit import edit_booking_request, withdraw_booking_request
from .facts import RequestFacts, facts_of, facts_of_one, facts_waiting
from .finding import ALL, Found, Wanted, answer_times, find_waiting, only_decided
from .plan import Planner, plan_approvals
from .reopen import Reopening, reopen_booking_request, reopening_of
from .submit import Submission, submit_booking_request
from .undo import undo_booking_request
from .words import Piece, PlanWords

__all__ = [
    "ALL",
    "ApprovalPlan",
    "AroundTheDay",
    "Arrangement",
    "Ask",
    "Checked",
    "Choices",
    "Decision",
    "Found",
    "Options",
    "Piece",
    "PlanWords",
    "Planner",
    "Reopening",
    "RequestFacts",
    "Submission",
    "VisitThatWeek",
    "Wanted",
    "Warned",
    "answer_times",
    "approve_booking_request",
    "around_the_days",
    "decline_booking_request",
    "edit_booking_request",
    "facts_of",
    "facts_of_one",
    "facts_waiting",
    "find_waiting",
    "only_decided",
    "plan_approvals",
    "reopen_booking_request",
    "reopening_of",
    "submit_booking_request",
    "undo_booking_request",
    "waiting_about",
    "why_not",
    "withdraw_booking_request",
]
