"""What became of each request: the rows that submit, approve, decline or withdraw would have left."""

from datetime import time
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
    came_by="",
    turn="office",
    follows_id=None,
)
EVENTS = Table(
    Event,
    "id business_id booking_request_id at verb actor_id from_state to_state decision_no data",
    client_id=None,
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
        self.latest = town.seconds(town.today, time.min) - 2 * UNDO_SECONDS

    def rows(self, asked: Asked, *, waits: bool) -> Bundle:
        sent = self._sent(asked)
        standing, answered = self._waiting() if waits else self._answered(asked)
        return [(BOOKING_REQUESTS, self._request(asked, standing)), *sent, *answered]

    def _request(self, asked: Asked, standing: Standing) -> Row:
        who = asked.household
        return (
            asked.id, self.town.id, asked.reference, who.client_id, who.property_id, asked.service.id, asked.kind,
            asked.start.isoformat(), asked.end.isoformat(), asked.part_of_day, asked.frequency, asked.notes,
            asked.shown_price_minor, asked.reply_by.isoformat(), who.user_id, asked.id, self.chance.secret(),
            instant(asked.at), *standing,
        )  # fmt: skip

    def _sent(self, asked: Asked) -> Bundle:
        event_id, price = self.chance.key(asked.at), asked.shown_price_minor
        event = self._event(
            (event_id, asked, asked.at),
            ("submitted", asked.household.user_id, "", "pending", None),
            {"price_minor": price, "photos": 0},
        )
        return [event, self.post.received(asked, event_id)]

    def _event(
        self,
        what: tuple[str, Asked, float],
        columns: tuple[str, str, str, str, int | None],
        facts: dict[str, Any],
    ) -> tuple[Table, Row]:
        key, asked, at = what
        return EVENTS, (key, self.town.id, asked.id, instant(at), *columns, as_json(facts))

    def _waiting(self) -> tuple[Standing, Bundle]:
        return Standing("pending"), []

    def _answered(self, asked: Asked) -> tuple[Standing, Bundle]:
        """Within thirty hours, and before today."""
        at = min(asked.at + self.chance.between(SOONEST_SECONDS, LATEST_SECONDS), self.latest)
        drawn = self.chance.share()
        if drawn < APPROVED:
            return self._approved(asked, at)
        return self._withdrawn(asked, at) if drawn < APPROVED + WITHDRAWN else self._declined(asked, at)

    def _withdrawn(self, asked: Asked, at: float) -> tuple[Standing, Bundle]:
        columns = ("withdrawn", asked.household.user_id, "pending", "withdrawn", None)
        return Standing("withdrawn", version=1), [self._event((self.chance.key(at), asked, at), columns, {})]

    def _declined(self, asked: Asked, at: float) -> tuple[Standing, Bundle]:
        language, key = asked.household.language, self.chance.key(at)
        reason = self.chance.pick(words.REASONS[language]) if self.chance.is_so(REASONED) else ""
        facts = {"reason": reason, "language": language, "not_told_because": ""}
        letter = self.post.declined(asked, key, at + UNDO_SECONDS, reason)
        return self._decided("declined", at, reason=reason), [self._decision(asked, key, at, facts), letter]

    def _approved(self, asked: Asked, at: float) -> tuple[Standing, Bundle]:
        language, key = asked.household.language, self.chance.key(at)
        note = self.chance.pick(words.PERSONAL_LINES[language]) if self.chance.is_so(WITH_A_WORD) else ""
        approval = Approval(self.town, asked, at)
        facts = {**approval.facts(), "language": language, "not_told_because": "", "note": note}
        letter = self.post.approved(asked, key, at + UNDO_SECONDS, approval, note)
        standing = self._decided("approved", at, outcome="visit_added", personal_line=note)
        return standing, [*approval.rows(), self._decision(asked, key, at, facts), letter]

    def _decision(self, asked: Asked, key: str, at: float, facts: dict[str, Any]) -> tuple[Table, Row]:
        status = "declined" if "reason" in facts else "approved"
        return self._event((key, asked, at), (status, self.town.owner_id, "pending", status, 1), facts)

    def _decided(self, status: str, at: float, **typed: str) -> Standing:
        return Standing(
            status,
            version=1,
            decision_no=1,
            decided_by=self.town.owner_id,
            decided_at=instant(at),
            undo_until=instant(at + UNDO_SECONDS),
            **typed,
        )
