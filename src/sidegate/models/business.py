"""The company: its place, its calendar, its promises to clients, and its look."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone

from ..wording.languages import choose_language
from .base import Row

# First words of addresses that are ours (DESIGN section 6).
RESERVED_ADDRESSES = frozenset(
    {
        "sign-in",
        "sign-out",
        "set-up",
        "guide",
        "health",
        "api",
        "static",
        "accounts",
        "demo",
        "language",
        "calendar",
    }
)
EVERY_WEEKDAY = (0, 1, 2, 3, 4)
FARTHEST_AHEAD = timedelta(days=90)


def weekdays_default() -> list[int]:
    return list(EVERY_WEEKDAY)


class Business(Row):
    """A company; owns every row below it. Working days are weekday numbers, Monday is 0."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    country = models.CharField(max_length=2, default="US")
    time_zone = models.CharField(max_length=64, default="America/New_York")
    currency = models.CharField(max_length=3, default="USD")
    default_language = models.CharField(max_length=8, default="en")
    working_days = models.JSONField(default=weekdays_default)
    closed_dates = models.JSONField(default=list, blank=True)  # ISO dates, sorted
    reply_promise_days = models.PositiveSmallIntegerField(default=1, validators=[MaxValueValidator(30)])
    lead_days = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(60)])
    # The local hour after which a day is over for new requests: the lead time counts from the next. None: never.
    cut_off_hour = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(23)])
    lead_words = models.JSONField(default=dict, blank=True)  # the owner's own, by language
    horizon_weeks = models.PositiveSmallIntegerField(
        default=4, validators=[MinValueValidator(1), MaxValueValidator(26)]
    )
    # What a day holds; None: no bound. A full day is warned of, and refused only where the business says so.
    capacity_visits = models.PositiveSmallIntegerField(null=True, blank=True)
    capacity_minutes = models.PositiveIntegerField(null=True, blank=True)
    capacity_refuses = models.BooleanField(default=False)
    reminded_on = models.DateField(null=True, blank=True)  # when the office was last reminded of what waits
    undo_seconds = models.PositiveSmallIntegerField(default=60, validators=[MaxValueValidator(600)])
    shows_prices = models.BooleanField(default=True)
    holds_mail = models.BooleanField(default=False)
    logo_name = models.CharField(max_length=40, blank=True)  # the file's random name; empty without a logo
    checklist_done_at = models.DateTimeField(
        null=True, blank=True
    )  # first steps done, or put away by the owner
    accent = models.CharField(max_length=7, default="#1c6a4a", validators=[RegexValidator(r"^#[0-9a-f]{6}$")])
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name

    def today(self, now: datetime | None = None) -> date:
        """The calendar date in the business's time zone."""
        return (now or timezone.now()).astimezone(ZoneInfo(self.time_zone)).date()

    def earliest_day(self, now: datetime | None = None) -> date:
        """The first day a client may ask for: today and the lead time, counted from tomorrow once the day's cut-off
        hour has come."""
        local = (now or timezone.now()).astimezone(ZoneInfo(self.time_zone))
        is_late = self.cut_off_hour is not None and local.hour >= self.cut_off_hour
        return local.date() + timedelta(days=self.lead_days + is_late)

    @property
    def horizon(self) -> timedelta:
        """How far ahead of today the last day lies for which visits of recurring services are made."""
        return timedelta(weeks=self.horizon_weeks) - timedelta(days=1)

    def calendar(self) -> "WorkingCalendar":
        return WorkingCalendar.of(self.working_days, self.closed_dates)

    def is_closed_on(self, day: date) -> bool:
        """On a holiday or another date closed by hand; weekdays off are no matter here."""
        return day.isoformat() in self.closed_dates

    def language_for(self, preferred: str) -> str:
        """The language really used for a person of this business (DESIGN rule 19)."""
        return choose_language(preferred, self.default_language)


class WorkingCalendar:
    """Which dates are working days: a listed weekday that is no closed date (DESIGN rule 10)."""

    __slots__ = ("closed", "weekdays")

    def __init__(self, weekdays: frozenset[int], closed: frozenset[date]) -> None:
        self.weekdays = weekdays
        self.closed = closed

    @classmethod
    def of(cls, working_days: list[int], closed_dates: list[str]) -> "WorkingCalendar":
        return cls(frozenset(working_days), frozenset(date.fromisoformat(d) for d in closed_dates))

    def is_working(self, day: date) -> bool:
        return day.weekday() in self.weekdays and day not in self.closed

    def next_working(self, day: date, *, within: int = 366) -> date | None:
        """The first working day on or after the day; None where none comes within so many days."""
        for ahead in range(within):
            candidate = day + timedelta(days=ahead)
            if self.is_working(candidate):
                return candidate
        return None

    def working_days_after(self, day: date, count: int) -> date:
        """The day that is `count` working days after the day; the calendar day itself counts none.

        Where the business works on no day at all, plain days are counted.
        """
        current = day
        for _ in range(count):
            following = current + timedelta(days=1)
            current = self.next_working(following) or following
        return current
