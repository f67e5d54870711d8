"""What several forms ask about a visit: when they arrive, and who goes."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from ..models import Membership
from ..models.frequency import PartOfDay
from ..wording import rhythm
from .forms import Form

HOURS = ("arrives_from", "arrives_until")


def offer_visit_choices(form: Form, members: Sequence[Membership]) -> None:
    """Parts of the day, and those who may go."""
    form.offer("part_of_day", [(part, rhythm.part_of_day_choice(part)) for part in PartOfDay.values])
    people = [(str(member.pk), str(member.user)) for member in members]
    form.offer("technician", [("", _("Not settled yet")), *people])


def check_hours(form: Form, found: dict[str, Any]) -> None:
    """Both times or none, the second after the first."""
    first, last = (found.get(name) for name in HOURS)
    if set(HOURS) & set(form.errors):
        return
    if (first is None) != (last is None):
        form.add_error(HOURS[0] if first is None else HOURS[1], _("Write both times, or none."))
    elif first and last and first >= last:
        form.add_error(HOURS[1], _("That is not after the first time."))


def chosen_member(key: str, members: Sequence[Membership]) -> Membership | None:
    return next((member for member in members if str(member.pk) == key), None)
