"""What was agreed on before the story begins, and the visits that come of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from ...models import ClientService, Visit
from ...models.client_service import rhythm
from .cast import Cast


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement as the story tells it: its visits lie on the weekday of that working day.

    `skipped` counts weeks back from the next visit. A paused one has no visits to come; `paused` says from
    when to when, in days from today.
    """

    client: str
    service: str
    price_minor: int
    frequency: str
    weekday_of: int
    status: str = "active"
    weeks_back: int = 6
    skipped: int | None = None
    paused: tuple[int, int] | None = None


GREENLAWN_AGREED: Final = (
    Agreed("maria", "mowing", 9500, "weekly", 3, weeks_back=8, skipped=4),
    Agreed("omar", "mowing", 9000, "biweekly", 1),
    Agreed("henry", "mowing", 9500, "weekly", 0),
    Agreed("henry", "hedges", 14000, "monthly", 2, weeks_back=4),
    Agreed("grace", "mowing", 8500, "biweekly", 2),
    Agreed("aisha", "hedges", 13000, "monthly", 4, status="paused", weeks_back=12, paused=(-9, 19)),
    Agreed("linda", "pool", 12000, "weekly", 1),
    Agreed("tom", "mowing", 9500, "weekly", 4),
    Agreed("rosa", "mowing", 9000, "weekly", 0),
    Agreed("emily", "mowing", 10500, "weekly", 3),
    Agreed("nora", "mowing", 9500, "biweekly", 2),
    Agreed("walter", "mowing", 9000, "weekly", 4),
    Agreed("luz", "mowing", 9500, "weekly", 4),  # with hers that day is full
)
BLUEPOOL_AGREED: Final = (
    Agreed("sam", "pool", 11000, "weekly", 1),
    Agreed("nina", "pool", 10500, "weekly", 2),
)
WEEKS_BETWEEN: Final = {"weekly": 1, "biweekly": 2, "monthly": 4}
WEEKS_AHEAD = 4


def agree(cast: Cast, told: Agreed) -> None:
    """The agreement with its visits: those of the last weeks, and those of the coming four."""
    client, next_visit = cast.clients[told.client], _next_visit(cast, told)
    agreement = ClientService.objects.create(
        business=cast.business,
        client=client,
        property=cast.home_of(client),
        service=cast.services[told.service],
        price_minor=told.price_minor,
        start_date=next_visit - timedelta(weeks=told.weeks_back),
        **rhythm(told.frequency, next_visit),
        **_goes_on(cast, told),
        **_pause(cast, told),
        status=told.status,
    )
    cast.agreements[told.client, told.service] = agreement
    weeks = range(-told.weeks_back, WEEKS_AHEAD, WEEKS_BETWEEN[told.frequency])
    visits = [_visit(cast, agreement, next_visit, week, told) for week in weeks]
    Visit.objects.bulk_create(
        visit for visit in visits if visit.status != "scheduled" or told.status == "active"
    )


def _goes_on(cast: Cast, told: Agreed) -> dict[str, Any]:
    is_on = bool(told.frequency) and told.status == "active"
    return {"makes_visits": bool(told.frequency), "extends_on": cast.days.today if is_on else None}


def _pause(cast: Cast, told: Agreed) -> dict[str, date]:
    if told.paused is None:
        return {}
    first, last = (cast.days.today + timedelta(days=number) for number in told.paused)
    return {"paused_from": first, "paused_until": last}


def _next_visit(cast: Cast, told: Agreed) -> date:
    return cast.days.working(told.weekday_of)


def _visit(cast: Cast, agreement: ClientService, first: date, week: int, told: Agreed) -> Visit:
    day = first + timedelta(weeks=week)
    status = "scheduled" if day >= cast.days.today else "skipped" if told.skipped == -week else "completed"
    return Visit(
        business=cast.business,
        client_service=agreement,
        date=day,
        part_of_day="morning" if told.weekday_of % 2 else "any",
        technician=cast.technician,
        status=status,
        occurrence_date=day,
    )
