"""What days hold, against what the business can do on one: the one place that counts the visits of a day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Sum

from ...models import Business, Visit
from ...models.compiled import AmongDays, CompiledRows, Given


@dataclass(frozen=True, slots=True)
class Load:
    """Visits that take up their day, and the minutes they take."""

    visits: int = 0
    minutes: int = 0


EMPTY = Load()


@dataclass(slots=True)
class Room:
    """Asked of days. The days of its span are read with the first one that is asked for, in one statement; days that
    lie elsewhere one by one, or together by `read`."""

    business: Business
    span: tuple[date, date] | None = None
    loads: dict[date, Load] = field(default_factory=dict)

    @classmethod
    def between(cls, business: Business, first: date, last: date) -> "Room":
        return cls(business, (first, last))

    @property
    def is_bounded(self) -> bool:
        return self.business.capacity_visits is not None or self.business.capacity_minutes is not None

    def read(self, days: Iterable[date]) -> None:
        """Those not known yet: one statement, or none."""
        unread = set(days) - self.loads.keys()
        if not unread:
            return
        self.loads |= dict.fromkeys(unread, EMPTY)
        for day, count, minutes in _LOADS.rows(business=self.business.pk, days=unread):
            self.loads[day] = Load(count, minutes)

    def on(self, day: date) -> Load:
        if day not in self.loads:
            self.read([day, *self._days_of_span()])
        return self.loads[day]

    def _days_of_span(self) -> list[date]:
        if self.span is None:
            return []
        first, last = self.span
        return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]

    def is_full(self, day: date, *, minutes: int) -> bool:
        """Whether one more visit of so many minutes would be more than the day can hold. Reads nothing where the
        business has set no bound."""
        if not self.is_bounded:
            return False
        most_visits, most_minutes, load = (
            self.business.capacity_visits,
            self.business.capacity_minutes,
            self.on(day),
        )
        too_many = most_visits is not None and load.visits + 1 > most_visits
        return too_many or (most_minutes is not None and load.minutes + minutes > most_minutes)


_LOADS = CompiledRows(
    lambda: (
        Visit.objects.occupying()
        .filter(AmongDays("date", "days"), business=Given("business"))
        .order_by("date")
        .values_list("date")
        .annotate(Count("id"), Sum("duration_minutes"))
    )
)
