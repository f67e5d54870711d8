"""The life of requests as it should be, worked out without a rule of the product: what each act does, or why not.

An expectation is "" where the act is to be done, else the refusal's name, such as "UndoRefused visit_changed".
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

UNDO = timedelta(seconds=60)
OF_A_VISIT = ("move_visit", "skip_visit")
APPROVED = {"move_visit": "booking.moved", "skip_visit": "booking.skipped"}
DECLINED = {"move_visit": "booking.kept", "skip_visit": "booking.kept", "issue_report": "booking.answered"}
CLOSED = {"completed": "visit_done", "skipped": "visit_skipped", "cancelled": "visit_cancelled"}


@dataclass
class ModelVisit:
    key: UUID
    client: str
    agreement: UUID
    day: date
    status: str = "scheduled"
    answers: UUID | None = None
    is_touched: bool = False  # by the office, since it was made


@dataclass
class Letter:
    """To the client; it leaves once it is due and the worker comes by."""

    key: str
    due: datetime
    has_left: bool = False


@dataclass
class ModelRequest:
    key: UUID
    client: str
    kind: str
    letters: list[Letter]
    about: ModelVisit | None = None
    asked_day: date | None = None  # where the visit stood when she asked
    status: str = "pending"
    decisions: int = 0
    undo_until: datetime | None = None
    made: list[ModelVisit] = field(default_factory=list)
    began: UUID | None = None  # the agreement that the approval made
    was: tuple[date, str] | None = None  # of a visit that was moved or skipped
    became: tuple[date, str] | None = None
    has_changed_plan: bool = False
    offer: tuple[date, ...] = ()
    proposal: UUID | None = None
    offered_at: int = 0  # the catalog's price when the dates were offered
    is_refused: bool = False  # the latest proposal
    is_disturbed: bool = False  # since the dates were offered something happened that may change the outcome

    @property
    def turn(self) -> str:
        return "client" if self.offer else "office"

    @property
    def is_pending(self) -> bool:
        return self.status == "pending"


@dataclass
class Model:
    now: datetime
    today: date
    requests: list[ModelRequest] = field(default_factory=list)
    visits: list[ModelVisit] = field(default_factory=list)
    price: int = 9500  # in the catalog

    # What is to be expected

    def while_pending(self, request: ModelRequest) -> str:
        return "" if request.is_pending else "AlreadyDecided"

    def of_editing(self, request: ModelRequest, *, is_stale: bool) -> str:
        if not request.is_pending:
            return "AlreadyDecided"
        if request.about and (request.about.status != "scheduled" or request.about.day < self.today):
            return "InvalidInput"
        return "StaleEdit" if is_stale else ""

    def of_approving(self, request: ModelRequest, day: date) -> str:
        if not request.is_pending:
            return "AlreadyDecided"
        if why := self._hindrance(request):
            return f"CannotApprove {why}"
        is_same = request.kind == "move_visit" and request.about is not None and request.about.day == day
        return "CannotApprove same_day" if is_same else ""

    def _hindrance(self, request: ModelRequest) -> str:
        """Of a request about a visit: what became of it since she asked."""
        visit = request.about
        if request.kind not in OF_A_VISIT or visit is None:
            return ""
        if visit.status in CLOSED:
            return CLOSED[visit.status]
        if visit.day < self.today:
            return "visit_past"
        return "" if visit.day == request.asked_day else "visit_moved"

    def of_undoing(self, request: ModelRequest) -> str:
        if request.status not in ("approved", "declined"):
            return "UndoRefused not_decided"
        if request.undo_until is None or request.undo_until <= self.now:
            return "UndoRefused already_sent"
        if request.status == "declined":
            return ""
        asked_about = [other.about for other in self.requests if other.about]
        if request.became:
            return "" if self._is_as_it_became(request) else "UndoRefused visit_changed"
        is_whole = all(not visit.is_touched and visit not in asked_about for visit in request.made)
        return "" if is_whole else "UndoRefused visit_changed"

    @staticmethod
    def _is_as_it_became(request: ModelRequest) -> bool:
        visit = request.about
        return visit is not None and (visit.day, visit.status) == request.became

    def of_reopening(self, request: ModelRequest) -> str:
        if request.status not in ("approved", "declined"):
            return "ReopenRefused not_decided"
        if request.undo_until and request.undo_until > self.now:
            return "ReopenRefused undo_instead"
        if request.status == "declined":
            return ""
        if request.became:
            return self._of_putting_back(request)
        visits = self.ends_with(request)
        if any(visit.status == "completed" for visit in visits):
            return "ReopenRefused visit_done"
        return "ReopenRefused visit_unmarked" if any(map(self.is_unmarked, visits)) else ""

    def _of_putting_back(self, request: ModelRequest) -> str:
        assert request.was and request.about
        if request.was[0] < self.today:
            return "ReopenRefused visit_past"
        if self.is_unmarked(request.about):
            return "ReopenRefused visit_unmarked"
        return "" if self._is_as_it_became(request) else "ReopenRefused visit_changed"

    def is_unmarked(self, visit: ModelVisit) -> bool:
        return visit.status == "scheduled" and visit.day < self.today

    def ends_with(self, request: ModelRequest) -> list[ModelVisit]:
        """The visits that reopening is about: those it made, and all under the agreement that it began."""
        under = [visit for visit in self.visits if request.began and visit.agreement == request.began]
        return [visit for visit in self.visits if visit in request.made or visit in under]

    def of_offering(self, request: ModelRequest, days: tuple[date, ...]) -> str:
        if not request.is_pending:
            return "AlreadyDecided"
        if why := self._hindrance(request):
            return f"CannotApprove {why}"
        if request.kind == "skip_visit":
            return "CannotApprove"
        is_same = request.kind == "move_visit" and request.about is not None and request.about.day in days
        return "InvalidInput" if is_same else ""

    def of_answering(self, request: ModelRequest) -> str:
        if not request.is_pending:
            return "AlreadyDecided"
        if request.offer:
            return ""
        return "DatesClosed answered" if request.is_refused else "DatesClosed over"

    def of_taking(self, request: ModelRequest, day: date) -> str:
        if why := self.of_answering(request):
            return why
        if day not in request.offer:
            return "DatesClosed not_offered"
        return "DatesClosed past" if day < self.today else ""

    def costs_otherwise(self, request: ModelRequest) -> bool:
        """Of who has no service yet: what was offered is at the catalog's price."""
        has_none = all(visit.client != request.client for visit in self.visits)
        return has_none and request.kind in ("one_time", "recurring") and request.offered_at != self.price

    # What is done

    def disturb(self, client: str = "") -> None:
        for request in self.requests:
            if client in ("", request.client):
                request.is_disturbed = True

    def end_offer(self, request: ModelRequest) -> None:
        if request.offer:
            request.offer, request.is_refused = (), False

    def decide(self, request: ModelRequest, status: str, *, can_undo: bool = True) -> None:
        self.end_offer(request)
        request.status, request.decisions = status, request.decisions + 1
        request.undo_until = self.now + UNDO if can_undo else None
        keys, plain = (
            (APPROVED, "booking.approved") if status == "approved" else (DECLINED, "booking.declined")
        )
        key = "booking.plan_changed" if request.has_changed_plan else keys.get(request.kind, plain)
        request.letters.append(Letter(key, request.undo_until or self.now))
        self.disturb(request.client)

    def change_visit(self, request: ModelRequest, day: date) -> None:
        """As a move, or a skip, asks for."""
        visit = request.about
        assert visit
        request.was = (visit.day, visit.status)
        visit.day, visit.status = (
            (visit.day, "skipped") if request.kind == "skip_visit" else (day, "scheduled")
        )
        visit.is_touched = True
        request.became = (visit.day, visit.status)

    def take_back(self, request: ModelRequest) -> None:
        """What undo and reopening have in common."""
        if request.was and request.about:
            request.about.day, request.about.status = request.was
        request.status, request.undo_until = "pending", None
        request.was = request.became = request.began = None
        request.made, request.has_changed_plan = [], False
        self.disturb(request.client)

    def undo(self, request: ModelRequest) -> None:
        self.visits = [visit for visit in self.visits if visit not in request.made]
        request.letters.pop()
        self.take_back(request)

    def reopen(self, request: ModelRequest) -> None:
        if not request.letters[-1].has_left:
            request.letters.pop()
        for visit in self.ends_with(request) if not request.became else ():
            if visit.status == "scheduled":
                visit.status, visit.is_touched = "cancelled", True
            if visit.answers == request.key:
                visit.answers = None
        self.take_back(request)
        request.letters.append(Letter("booking.reopened", self.now))

    def pass_time(self, now: datetime, today: date) -> None:
        """The worker comes by: what is due has left, and dates that have all passed are open no longer."""
        is_another_day = today != self.today
        self.now, self.today = now, today
        for letter in self.letters():
            letter.has_left = letter.has_left or letter.due <= now
        if is_another_day:
            self.disturb()
            for request in self.requests:
                if request.offer and max(request.offer) < today:
                    self.end_offer(request)

    def letters(self) -> Iterable[Letter]:
        return (letter for request in self.requests for letter in request.letters)

    def scheduled(self) -> Iterator[ModelVisit]:
        return (visit for visit in self.visits if visit.status == "scheduled")
