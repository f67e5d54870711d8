"""How often, and what part of the day: in the language that is active, or as `say` says it."""

from typing import Protocol

from babel.dates import get_day_names
from babel.lists import format_list
from django.utils.translation import gettext_noop

from .languages import locale_of
from .phrases import Say, gettext
from .phrases import gettext as _

HOW_OFTEN = {
    "": gettext_noop("once"),
    "weekly": gettext_noop("every week"),
    "biweekly": gettext_noop("every two weeks"),
    "monthly": gettext_noop("every month"),
}
ADVERBS = {
    "": gettext_noop("once"),
    "weekly": gettext_noop("weekly"),
    "biweekly": gettext_noop("every two weeks"),
    "monthly": gettext_noop("monthly"),
}
AGREEMENTS = {
    "weekly": gettext_noop("Weekly %(service)s"),
    "biweekly": gettext_noop("Two-weekly %(service)s"),
    "monthly": gettext_noop("Monthly %(service)s"),
}
ON_WEEKDAYS = {
    "weekly": gettext_noop("every week on %(weekdays)s"),
    "biweekly": gettext_noop("every two weeks on %(weekdays)s"),
}
ORDINALS = {
    1: gettext_noop("on the first %(weekday)s of every month"),
    2: gettext_noop("on the second %(weekday)s of every month"),
    3: gettext_noop("on the third %(weekday)s of every month"),
    4: gettext_noop("on the fourth %(weekday)s of every month"),
    -1: gettext_noop("on the last %(weekday)s of every month"),
}
ON_DAY = gettext_noop("every month on day %(day)s")
ON_LAST_DAY = gettext_noop("on the last day of every month")
LONGEST_MONTH = 31
PARTS_OF_DAY = {"morning": gettext_noop("morning"), "afternoon": gettext_noop("afternoon")}


def how_often(frequency: str, say: Say = gettext) -> str:
    """ "every week", "every two weeks", "every month"; "once" where there is no frequency."""
    return say(HOW_OFTEN.get(frequency, HOW_OFTEN[""]))


class Rhythm(Protocol):
    """As models/recurrence.py has it; weekdays are numbers, Monday is 0, -1 is the last."""

    @property
    def frequency(self) -> str: ...
    @property
    def weekdays(self) -> tuple[int, ...]: ...
    @property
    def month_day(self) -> int | None: ...
    @property
    def ordinal(self) -> int | None: ...


def in_words(recurrence: Rhythm | None, language: str, say: Say = gettext) -> str:
    """A whole rhythm: "every week on Tuesday and Thursday", "on the last Friday of every month"; "once" of none."""
    if recurrence is None:
        return how_often("", say)
    if recurrence.ordinal is not None:
        (weekday,) = recurrence.weekdays
        return say(ORDINALS[recurrence.ordinal]) % {"weekday": weekday_name(weekday, language)}
    if recurrence.month_day is not None:
        is_last = recurrence.month_day >= LONGEST_MONTH
        return say(ON_LAST_DAY) if is_last else say(ON_DAY) % {"day": recurrence.month_day}
    names = [_each(weekday_name(weekday, language), language) for weekday in recurrence.weekdays]
    return say(ON_WEEKDAYS[recurrence.frequency]) % {
        "weekdays": format_list(names, locale=locale_of(language))
    }


def capitalised(words: str) -> str:
    """As it begins a line: "Every week on Tuesday"."""
    return words[:1].upper() + words[1:]


def weekday_name(weekday: int, language: str) -> str:
    return str(get_day_names("wide", locale=locale_of(language))[weekday])


def _each(weekday: str, language: str) -> str:
    """Spanish says "los sábados" of every one; the weekdays from Monday to Friday are their own plural."""
    return f"{weekday}s" if language == "es" and not weekday.endswith("s") else weekday


def adverb(frequency: str, say: Say = gettext) -> str:
    """ "weekly", "every two weeks", "monthly": as in "Approve as weekly"."""
    return say(ADVERBS.get(frequency, ADVERBS[""]))


def agreement_name(service: str, frequency: str, say: Say = gettext) -> str:
    """The name of an agreed service: "Weekly mowing"; the service's own name where it is one-time."""
    if frequency not in AGREEMENTS:
        return service
    name = say(AGREEMENTS[frequency]) % {"service": inside_a_name(service)}
    return name[:1].upper() + name[1:]


def inside_a_name(service: str) -> str:
    """ "Mowing" becomes "mowing"; "HVAC check" stays."""
    return service[:1].lower() + service[1:] if service[1:2].islower() else service


def part_of_day(part: str, say: Say = gettext) -> str:
    """ "morning", "afternoon"; empty for any time, which needs no words."""
    return say(PARTS_OF_DAY[part]) if part in PARTS_OF_DAY else ""


def part_of_day_choice(part: str) -> str:
    """As on a form's choice: "Any time", "Morning", "Afternoon"."""
    return {"morning": _("Morning"), "afternoon": _("Afternoon")}.get(part, _("Any time"))
