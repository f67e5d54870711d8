"""What approving would do, as a value: what is shown, compared, and carried out."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ...models import BookingRequest
from ...models.recurrence import Recurrence
from .choices import Choices
from .choosing_date import Warned
from .facts import RequestFacts

Outcome = BookingRequest.Outcome


@dataclass(frozen=True, slots=True)
class VisitChange:
    """What becomes of the visit that a request to move or to skip is about; `version` is the one planned with."""

    visit_id: UUID
    version: int
    outcome: str
    date: dt.date
    part_of_day: str
    arrives_from: dt.time | None
    arrives_until: dt.time | None
    status: str
    technician_id: UUID | None = None
    is_staffed: bool = False  # who goes was settled with it

    def fields(self) -> dict[str, Any]:
        """The visit's columns as they will be."""
        return {
            **({"technician_id": self.technician_id} if self.is_staffed else {}),
            "date": self.date,
            "part_of_day": self.part_of_day,
            "arrives_from": self.arrives_from,
            "arrives_until": self.arrives_until,
            "status": self.status,
        }


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What becomes of the agreement whose plan changes: its columns as they are and as they will be. `since` is the
    first day of the new rhythm; until then all stays as it is."""

    recurrence: Recurrence
    since: dt.date
    was: Mapping[str, Any]
    fields: Mapping[str, Any]

    @property
    def old_recurrence(self) -> Recurrence | None:
        return Recurrence.of(self.was["rule"]) if self.was["rule"] else None


@dataclass(frozen=True, slots=True)
class ApprovalPlan:
    """What approving does. With `refusal` set it cannot be carried out; the code says why.

    `client_service_id` is None where one is made. `frequency` is that of the agreement the visit stands
    under; `visit_dates` are the dates of the visits made, the first of them `date`. `moved_because` says
    why the date is not the first of the window. Prices in minor units of the business's currency. `is_arranged` where
    who goes, and when they arrive, was chosen for it.
    """

    facts: RequestFacts
    version: int
    client_service_id: UUID | None
    frequency: str
    date: dt.date | None
    visit_dates: tuple[dt.date, ...]
    price_minor: int | None
    is_charged: bool
    minutes: int
    language: str
    not_told_because: str
    as_recurring: bool = False
    recurrence: Recurrence | None = None  # of a service that begins; none: plainly from its first day on
    technician_id: UUID | None = None
    arrives_from: dt.time | None = None
    arrives_until: dt.time | None = None
    is_arranged: bool = False
    moved_because: str = ""
    warnings: tuple[Warned, ...] = ()
    refusal: str = ""
    visit: VisitChange | None = None  # moved or skipped, instead of one that is added
    change: PlanChange | None = None  # of her agreement, instead of a visit

    @property
    def outcome(self) -> str:
        if self.visit:
            return self.visit.outcome
        return Outcome.PLAN_CHANGED if self.change else Outcome.VISIT_ADDED

    @property
    def makes_client_service(self) -> bool:
        return self.client_service_id is None

    @property
    def fingerprint(self) -> str:
        """Of the outcome only: equal plans do the same thing (rule 14)."""
        outcome = (
            self.version,
            self.client_service_id or "new",
            self.date,
            self.price_minor,
            self.is_charged,
            self.frequency,
            self.language,
            self.not_told_because,
            self.arrives_from,
            self.arrives_until,
            *self._chosen(),
        )
        return _hashed(outcome)

    def _chosen(self) -> Iterator[object]:
        """What only some plans have."""
        yield from filter(None, (self.visit, self.change, self.recurrence))
        if self.is_arranged:
            yield from (self.facts.part_of_day, self.technician_id)

    @property
    def fingerprint_less_date(self) -> str:
        """Of what holds on whichever day she takes: what is done, under which agreement, at which price. How she is
        told does not matter: it is she who answers."""
        outcome = (
            self.version,
            self.client_service_id or "new",
            self.price_minor,
            self.is_charged,
            self.frequency,
            *((self.visit.outcome, self.visit.visit_id) if self.visit else ()),
        )
        return _hashed(outcome)

    @property
    def way(self) -> Choices:
        """The choices that this way of approving stands for; only an issue report asks about charging."""
        asks_charge = self.facts.kind == BookingRequest.Kind.ISSUE_REPORT
        return Choices(as_recurring=self.as_recurring, charge=self.is_charged if asks_charge else None)


def _hashed(outcome: Sequence[object]) -> str:
    return hashlib.sha256("|".join(map(str, outcome)).encode()).hexdigest()[:32]
