"""Dates and moments of the story, all relative to now."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ...models import Business

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ago:
    """A moment before now: so many days ago at that clock time of the business, or just so many minutes."""

    days: int = 0
    clock: str = "10:00"
    minutes: int = 0


class Days:
    """The business's calendar around its today."""

    def __init__(self, business: Business, now: datetime) -> None:
        self.now, self.today = now, business.today(now)
        self._zone = ZoneInfo(business.time_zone)
        self._calendar = business.calendar()
        self._promise_days = business.reply_promise_days

    def working(self, number: int) -> date:
        """The working day so many after today, which is 0 where it is one itself; negative ones lie before."""
        day = self.today if number >= 0 else self.today - ONE_DAY
        step = ONE_DAY if number >= 0 else -ONE_DAY
        left = number if number >= 0 else -number - 1
        while left or not self._calendar.is_working(day):
            left -= self._calendar.is_working(day)
            day += step
        return day

    def working_after(self, day: date, number: int) -> date:
        """The working day so many after that one, which is 0 itself."""
        return self._calendar.working_days_after(day, number) if number else day

    def moment(self, ago: Ago) -> datetime:
        if ago.minutes:
            return self.now - timedelta(minutes=ago.minutes)
        day = self.today - timedelta(days=ago.days)
        return datetime.combine(day, time.fromisoformat(ago.clock), self._zone)

    def overdue(self, clock: str) -> Ago:
        """The last day on which a request would have been promised its answer before today."""
        days = 1
        while self.reply_by(self.today - timedelta(days=days)) >= self.today:
            days += 1
        return Ago(days, clock)

    def reply_by(self, asked: date) -> date:
        return self._calendar.working_days_after(asked, self._promise_days)

    def local_date(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()
