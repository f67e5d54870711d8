"""When a recurring service comes round: an RFC 5545 rule, its dates worked out by dateutil.

Of the standard we write the part a business uses: weekly or every two weeks on chosen weekdays, monthly on
a day or on the n-th weekday. Dates are calendar dates; no time of day, so no clock change touches them.
What the 29th to the 31st mean in a short month stands in docs/schedule.md.
"""

import re
from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from dateutil.rrule import rrulestr

from .frequency import Frequency

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LAST = -1
# Which weekday of a month: the first to the fourth, or the last. A fifth is not in every month.
ORDINALS = (1, 2, 3, 4, LAST)
_INTERVALS = {Frequency.WEEKLY: 1, Frequency.BIWEEKLY: 2}
_RULE = re.compile(
    r"FREQ=WEEKLY(?P<two>;INTERVAL=2)?;BYDAY=(?P<weekdays>[A-Z]{2}(,[A-Z]{2})*)"
    r"|FREQ=MONTHLY;BYDAY=(?P<ordinal>[1-4]|-1)(?P<weekday>[A-Z]{2})"
    r"|FREQ=MONTHLY;BYMONTHDAY=(?P<days>-1|\d{1,2}(,\d{1,2})*)(;BYSETPOS=-1)?"
)
_SAFE_IN_EVERY_MONTH = 28
_LONGEST_MONTH = 31
_TWO_WEEKS = timedelta(weeks=2)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rhythm. Weekdays are numbers, Monday is 0.

    Weekly and every two weeks: `weekdays`, at least one. Monthly: `month_day` 1 to 31 (31 is the last day,
    whatever its number), or `ordinal` and one weekday. Raises ValueError for anything else.
    """

    frequency: str
    weekdays: tuple[int, ...] = ()
    month_day: int | None = None
    ordinal: int | None = None

    def __post_init__(self) -> None:
        if not self._is_whole():
            raise ValueError(f"no recurrence: {self!r}")

    def _is_whole(self) -> bool:
        known = set(self.weekdays) <= set(range(7)) and len(set(self.weekdays)) == len(self.weekdays)
        if self.frequency in _INTERVALS:
            return known and bool(self.weekdays) and self.month_day is None and self.ordinal is None
        if self.frequency != Frequency.MONTHLY or not known:
            return False
        if self.ordinal is not None:
            return self.ordinal in ORDINALS and len(self.weekdays) == 1 and self.month_day is None
        return not self.weekdays and self.month_day in range(1, _LONGEST_MONTH + 1)

    @classmethod
    def counted_from(cls, start: date, frequency: str) -> "Recurrence":
        """The plain rhythm of a frequency that begins on the day: on that weekday, or that day of the month."""
        if frequency == Frequency.MONTHLY:
            return cls(frequency, month_day=start.day)
        return cls(frequency, weekdays=(start.weekday(),))

    @classmethod
    def of(cls, rule: str) -> "Recurrence":
        """Of a rule as `rule` writes it. Raises ValueError for any other."""
        found = _RULE.fullmatch(rule)
        if not found:
            raise ValueError(f"not a rule of ours: {rule}")
        if found["weekdays"]:
            days = tuple(sorted(WEEKDAYS.index(name) for name in found["weekdays"].split(",")))
            return cls(Frequency.BIWEEKLY if found["two"] else Frequency.WEEKLY, weekdays=days)
        if found["ordinal"]:
            weekday = WEEKDAYS.index(found["weekday"])
            return cls(Frequency.MONTHLY, weekdays=(weekday,), ordinal=int(found["ordinal"]))
        last_named = int(found["days"].split(",")[-1])
        return cls(Frequency.MONTHLY, month_day=_LONGEST_MONTH if last_named == LAST else last_named)

    @property
    def rule(self) -> str:
        """The RFC 5545 recurrence, such as "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH"."""
        if self.frequency in _INTERVALS:
            every = ";INTERVAL=2" if self.frequency == Frequency.BIWEEKLY else ""
            return f"FREQ=WEEKLY{every};BYDAY={','.join(WEEKDAYS[day] for day in sorted(self.weekdays))}"
        if self.ordinal is not None:
            return f"FREQ=MONTHLY;BYDAY={self.ordinal}{WEEKDAYS[self.weekdays[0]]}"
        return f"FREQ=MONTHLY;{_month_days(self.month_day or 1)}"

    def first(self, start: date) -> date:
        """The first day on or after the start that can be one of its dates: from there it is best counted.

        Every two weeks on Mondays, begun on a Wednesday, comes the next Monday, not the one after.
        """
        plain = Recurrence(Frequency.WEEKLY, self.weekdays) if self.frequency == Frequency.BIWEEKLY else self
        return plain.next_date(start, start - timedelta(days=1))

    def dates(self, start: date, first: date, last: date) -> tuple[date, ...]:
        """Its dates from `first` to `last`, both included, when it is counted from `start`; none before that."""
        first = max(first, start)
        return _dates(self.rule, self._near(start, first), first, last) if first <= last else ()

    def _near(self, start: date, first: date) -> date:
        """A start that gives the same dates from `first` on, with nothing to walk through before."""
        if self.frequency != Frequency.BIWEEKLY:
            return first
        return start + (first - start) // _TWO_WEEKS * _TWO_WEEKS

    def next_date(self, start: date, after: date) -> date:
        """The first one after the day."""
        found = self.dates(start, after + timedelta(days=1), max(start, after) + timedelta(days=70))
        return found[0]


@lru_cache(maxsize=4096)
def _dates(rule: str, start: date, first: date, last: date) -> tuple[date, ...]:
    found = rrulestr(rule, dtstart=_noon(start)).between(_noon(first), _noon(last), inc=True)
    return tuple(moment.date() for moment in found)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12))


def _month_days(day: int) -> str:
    """The day of the month, or in a month that has none such its last."""
    if day >= _LONGEST_MONTH:
        return f"BYMONTHDAY={LAST}"
    if day <= _SAFE_IN_EVERY_MONTH:
        return f"BYMONTHDAY={day}"
    near = ",".join(str(each) for each in range(_SAFE_IN_EVERY_MONTH, day + 1))
    return f"BYMONTHDAY={near};BYSETPOS={LAST}"


def weekday_ordinals(day: date) -> Collection[int]:
    """As which weekday of its month the day can be meant: the second, and the last where it is that too."""
    number = (day.day - 1) // 7 + 1
    is_last = day.day + 7 > monthrange(day.year, day.month)[1]
    return [*([number] if number in ORDINALS else []), *([LAST] if is_last else [])]
