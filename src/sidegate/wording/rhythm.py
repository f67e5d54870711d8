"""How often, and what part of the day: in the language that is active, or as `say` says it."""

from django.utils.translation import gettext_noop

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
PARTS_OF_DAY = {"morning": gettext_noop("morning"), "afternoon": gettext_noop("afternoon")}


def how_often(frequency: str, say: Say = gettext) -> str:
    """ "every week", "every two weeks", "every month"; "once" where there is no frequency."""
    return say(HOW_OFTEN.get(frequency, HOW_OFTEN[""]))


def adverb(frequency: str, say: Say = gettext) -> str:
    """ "weekly", "every two weeks", "monthly": as in "Approve as weekly"."""
    return say(ADVERBS.get(frequency, ADVERBS[""]))


def agreement_name(service: str, frequency: str, say: Say = gettext) -> str:
    """The name of an agreed service: "Weekly mowing"; the service's own name where it is one-time."""
    if frequency not in AGREEMENTS:
        return service
    name = say(AGREEMENTS[frequency]) % {"service": _inside_a_name(service)}
    return name[:1].upper() + name[1:]


def _inside_a_name(service: str) -> str:
    """ "Mowing" becomes "mowing"; "HVAC check" stays."""
    return service[:1].lower() + service[1:] if service[1:2].islower() else service


def part_of_day(part: str, say: Say = gettext) -> str:
    """ "morning", "afternoon"; empty for any time, which needs no words."""
    return say(PARTS_OF_DAY[part]) if part in PARTS_OF_DAY else ""


def part_of_day_choice(part: str) -> str:
    """As on a form's choice: "Any time", "Morning", "Afternoon"."""
    return {"morning": _("Morning"), "afternoon": _("Afternoon")}.get(part, _("Any time"))
