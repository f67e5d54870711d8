"""How often, and what part of the day, in the language that is active."""

from django.utils.translation import gettext as _


def how_often(frequency: str) -> str:
    """ "every week", "every two weeks", "every month"; "once" where there is no frequency."""
    match frequency:
        case "weekly":
            return _("every week")
        case "biweekly":
            return _("every two weeks")
        case "monthly":
            return _("every month")
    return _("once")


def adverb(frequency: str) -> str:
    """ "weekly", "every two weeks", "monthly": as in "Approve as weekly"."""
    return {"weekly": _("weekly"), "biweekly": _("every two weeks"), "monthly": _("monthly")}.get(
        frequency, _("once")
    )


def agreement_name(service: str, frequency: str) -> str:
    """The name of an agreed service: "Weekly mowing"; the service's own name where it is one-time."""
    if not frequency:
        return service
    pattern = {
        "weekly": _("Weekly %(service)s"),
        "biweekly": _("Two-weekly %(service)s"),
        "monthly": _("Monthly %(service)s"),
    }.get(frequency)
    if pattern is None:
        return service
    name = pattern % {"service": _inside_a_name(service)}
    return name[:1].upper() + name[1:]


def _inside_a_name(service: str) -> str:
    """ "Mowing" becomes "mowing"; "HVAC check" stays."""
    return service[:1].lower() + service[1:] if service[1:2].islower() else service


def part_of_day(part: str) -> str:
    """ "morning", "afternoon"; empty for any time, which needs no words."""
    match part:
        case "morning":
            return _("morning")
        case "afternoon":
            return _("afternoon")
    return ""


def part_of_day_choice(part: str) -> str:
    """As on a form's choice: "Any time", "Morning", "Afternoon"."""
    return {"morning": _("Morning"), "afternoon": _("Afternoon")}.get(part, _("Any time"))
