"""How often a service repeats, as a form asks for it: the frequency, and on which days of a week or a month."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as lazy

from ..models.frequency import Frequency
from ..models.recurrence import LAST, Recurrence, weekday_ordinals
from ..wording import rhythm

FREQUENCIES = ("", *Frequency.values)
ON_DATE, ON_WEEKDAY, ON_LAST_WEEKDAY, ON_LAST_DAY = "date", "weekday", "last_weekday", "last_day"
IN_A_MONTH = {
    ON_DATE: lazy("On the date of the first visit"),
    ON_WEEKDAY: lazy("On its weekday, such as the second Tuesday"),
    ON_LAST_WEEKDAY: lazy("On its weekday, the last of the month"),
    ON_LAST_DAY: lazy("On the last day of the month"),
}
LONGEST_MONTH = 31


def frequency_choices() -> list[tuple[str, str]]:
    return [(value, rhythm.capitalised(rhythm.how_often(value))) for value in FREQUENCIES]


def weekday_choices(language: str) -> list[tuple[str, str]]:
    return [(str(number), rhythm.capitalised(rhythm.weekday_name(number, language))) for number in range(7)]


def recurrence_of(typed: dict[str, Any], start: date) -> Recurrence | None:
    """What was chosen, with the start for what was not; None for one-time.

    A fifth weekday is not in every month: it counts as the last.
    """
    frequency = typed["frequency"]
    if not frequency:
        return None
    if frequency != Frequency.MONTHLY:
        days = tuple(sorted({int(day) for day in typed["weekdays"]})) or (start.weekday(),)
        return Recurrence(frequency, days)
    by = typed["month_by"] or ON_DATE
    if by in (ON_WEEKDAY, ON_LAST_WEEKDAY):
        ordinal = LAST if by == ON_LAST_WEEKDAY else next(iter(weekday_ordinals(start)))
        return Recurrence(frequency, (start.weekday(),), ordinal=ordinal)
    return Recurrence(frequency, month_day=LONGEST_MONTH if by == ON_LAST_DAY else start.day)


def values_of(recurrence: Recurrence | None) -> dict[str, Any]:
    """A rhythm as the form's values."""
    if recurrence is None or recurrence.frequency != Frequency.MONTHLY:
        days = recurrence.weekdays if recurrence else ()
        return {"weekdays": [str(day) for day in days], "month_by": ON_DATE}
    return {"weekdays": [], "month_by": _month_by(recurrence)}


def _month_by(recurrence: Recurrence) -> str:
    if recurrence.ordinal is not None:
        return ON_LAST_WEEKDAY if recurrence.ordinal == LAST else ON_WEEKDAY
    return ON_LAST_DAY if recurrence.month_day == LONGEST_MONTH else ON_DATE
