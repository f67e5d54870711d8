"""Why an act was refused. Each carries what a page needs to say so in words; none knows of HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..models import BookingRequest, Visit
    from .booking_requests.approval_plan import ApprovalPlan


class Refused(Exception):
    """The act was not done and nothing was changed."""


@dataclass(eq=False)
class InvalidInput(Refused):
    """What was typed cannot be taken: one sentence (lazily translated) for each field's name."""

    errors: Mapping[str, str]


@dataclass(eq=False)
class AlreadyDecided(Refused):
    """Someone was faster, or it is no longer waiting: status, who and when, as they stand now."""

    status: str
    by: str
    at: datetime | None


@dataclass(eq=False)
class PlanChanged(Refused):
    """What would be done is no longer what was shown; carries the plan as it is now."""

    plan: "ApprovalPlan"


@dataclass(eq=False)
class CannotApprove(Refused):
    """The plan itself says that approving is not possible; the plan's refusal says why."""

    plan: "ApprovalPlan"


@dataclass(eq=False)
class UndoRefused(Refused):
    """`code` is "already_sent", "too_late", "visit_changed" or "not_decided"."""

    code: str


@dataclass(eq=False)
class ReopenRefused(Refused):
    """`code` is "not_decided", "undo_instead", "visit_done", "visit_changed", "visit_past" or "visit_unmarked", which
    comes with the visit that has passed."""

    code: str
    visit: "Visit | None" = None


@dataclass(eq=False)
class HeedFirst(Refused):
    """Nothing speaks against it for certain, but it was not said yet that this was seen: sentences to heed."""

    sentences: list[str]


@dataclass(eq=False)
class DatesClosed(Refused):
    """`code` is "answered" or "over" where the dates are open no longer, "not_offered", "past"; "changed" where what
    approving would do has changed, so that it is the office's turn again."""

    code: str


@dataclass(eq=False)
class StaleEdit(Refused):
    """Edited from an older version; carries the request as it is now, for both texts to be shown."""

    booking_request: "BookingRequest"


@dataclass(eq=False)
class TokenReused(Refused):
    """The form's one-use token was already used with other contents."""

    booking_request: "BookingRequest"


@dataclass(eq=False)
class TooMany(Refused):
    """A limit was met; `retry_after` in seconds, `limit` a code such as "requests_per_hour"."""

    limit: str
    retry_after: int


@dataclass(eq=False)
class Conflict(Refused):
    """Another change came first; `code` says which, such as "visit_changed"."""

    code: str
