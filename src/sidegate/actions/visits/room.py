"""What a day holds against what the business can do on one: counted from the visits that take up their day."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Sum

from ...models import Business, Visit


@dataclass(frozen=True, slots=True)
class Load:
    """Visits, and the minutes they take."""

    visits: int = 0
    minutes: int = 0


EMPTY = Load()


@dataclass(slots=True)
class Room:
    """Asked of days; those of the span it was made for are read at once, others one by one."""

    business: Business
    loads: dict[date, Load] = field(default_factory=dict)

    @classmethod
    def between(cls, business: Business, first: date, last: date) -> "Room":
        """One statement; none where the business has set no bound."""
        room = cls(business)
        if room.is_bounded and first <= last:
            room._read(first, last)
        return room

    @property
    def is_bounded(self) -> bool:
        return self.business.capacity_visits is not None or self.business.capacity_minutes is not None

    def _read(self, first: date, last: date) -> None:
        span = ((first + timedelta(days=ahead)) for ahead in range((last - first).days + 1))
        self.loads |= dict.fromkeys(span, EMPTY)
        rows = Visit.objects.occupying().filter(business=self.business, date__gte=first, date__lte=last)
        for day, count, minutes in (
            rows.order_by("date").values_list("date").annotate(Count("id"), Sum("duration_minutes"))
        ):
            self.loads[day] = Load(count, minutes)

    def on(self, day: date) -> Load:
        if day not in self.loads:
            self._read(day, day)
        return self.loads[day]

    def is_full(self, day: date, *, minutes: int) -> bool:
        """Whether one more visit of so many minutes would be more than the day can hold."""
        if not self.is_bounded:
            return False
        most_visits, most_minutes, load = (
            self.business.capacity_visits,
            self.business.capacity_minutes,
            self.on(day),
        )
        too_many = most_visits is not None and load.visits + 1 > most_visits
        return too_many or (most_minutes is not None and load.minutes + minutes > most_minutes)
