"""What became of each request: the rows that submit, approve, decline or withdraw would have left."""

from dataclasses import astuple, dataclass
from typing import Any, NamedTuple

from ...models import BookingRequest, Event
from . import words
from .approvals import Approval
from .asked import Asked
from .chance import instant
from .post import Post
from .store import Bundle, Row, Table
from .town import Town, as_json

BOOKING_REQUESTS = Table(
    BookingRequest,
    "id business_id reference client_id property_id service_id kind window_start window_end part_of_day frequency"
    " notes shown_price_minor reply_by submitted_by_id submit_token submit_hash created_at"
    " status outcome version decision_no decided_by_id decided_at undo_until reason personal_line",
    about_visit_id=None,
    follows_id=None,
)
EVENTS = Table(
    Event,
    "id business_id booking_request_id at verb actor_id from_state to_state decision_no data",
    visit_id=None,
    undoes_no=None,
)
# Of what does not wait; the rest is declined.
APPROVED, WITHDRAWN = 0.72, 0.1
SOONEST_SECONDS, LATEST_SECONDS = 600, 30 * 3600
UNDO_SECONDS = 60
REASONED, WITH_A_WORD = 0.8, 0.1


class Standing(NamedTuple):
    """The last columns of a request, which its fate fills; and what the fate leaves beside it."""

    status: str
    outcome: str = ""
    version: int = 0
    decision_no: int = 0
    decided_by: str | None = None
    decided_at: str | None = None
    undo_until: str | None = None
    reason: str = ""
    personal_line: str = ""


class Fates:
    """Turns what was asked into rows: a request, and in the same bundle everything that came of it."""

    def __init__(self, town: Town) -> None:
        self.town, self.chance, self.post = town, town.chance, Post(town)
        self.midnight = town.seconds(town.today)

    def rows(self, asked: Asked, *, waits: bool) -> Bundle:
        bundle = self._sent(asked)
        standing = Standing("pending") if waits else self._answered(asked, bundle)
        return [(BOOKING_REQUESTS, self._request(asked, standing)), *bundle]
