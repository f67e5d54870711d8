"""What whoever approves settles, where she does not leave it to the rules."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from ...models import Membership
from ...models.frequency import PartOfDay
from ...models.recurrence import Recurrence


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Who goes, and when they arrive: two local times or none."""

    technician: Membership | None = None
    arrives_from: dt.time | None = None
    arrives_until: dt.time | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person who approves may choose; each is None where she left it to the rules.

    `date` may lie outside the window or on a closed day, never in the past. `as_recurring` holds only
    for a recurring request without a match. `charge` is False for a visit that is not billed. `part_of_day` stands in
    place of the one she asked for. A `promised` date holds though its day has filled up since.

    `recurrence` is the rhythm of the service that begins; with `changes_plan`, of a recurring request with a match,
    that of the match from then on, in place of a visit. `price_minor` is what a changed plan costs from then on.
    """

    date: dt.date | None = None
    client_service: UUID | None = None
    as_recurring: bool = False
    charge: bool | None = None
    part_of_day: str = ""
    promised: bool = False
    arrangement: Arrangement | None = None
    recurrence: Recurrence | None = None
    changes_plan: bool = False
    price_minor: int | None = None


AS_PLANNED = Choices()

NOON = dt.time(12)


def suits(arrives_from: dt.time | None, part_of_day: str) -> bool:
    """Whether an hour of arrival may stand beside that part of the day."""
    if arrives_from is None or part_of_day not in (PartOfDay.MORNING, PartOfDay.AFTERNOON):
        return True
    return (arrives_from < NOON) == (part_of_day == PartOfDay.MORNING)
