"""What is typed about a visit: its day and part of day, who goes, whether it is charged."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..actions.visits import VisitChanges
from ..models import Membership, Visit
from ..models.frequency import PartOfDay
from ..wording import rhythm
from .fields import Choice, Day, Lines, Tick
from .forms import Form

Warns = Callable[[date], list[str]]


class VisitForm(Form):
    """A day that is worth a warning is taken only once the warning stood on the page (`heeded`).

    `warns` gives the warnings' codes for a day; after a check `warnings` are those to be shown.
    """

    date = Day(lazy("Day"), missing=lazy("Which day?"))
    part_of_day = Choice(lazy("Part of day"), look="segments")
    technician = Choice(lazy("Who goes"), needed=False)
    is_charged = Tick(lazy("This visit is charged"))

    def __init__(
        self, request: HttpRequest, initial: dict[str, Any], *, members: Sequence[Membership], warns: Warns
    ) -> None:
        super().__init__(request, initial)
        self.members, self.warns = members, warns
        self.warnings: list[str] = []
        self.offer("part_of_day", [(part, rhythm.part_of_day_choice(part)) for part in PartOfDay.values])
        people = [(str(member.pk), str(member.user)) for member in members]
        self.offer("technician", [("", _("Not settled yet")), *people])

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        self.warnings = self.warns(found["date"]) if "date" in found else []
        if not set(self.warnings) <= set(self.data.get("heeded", "").split()):
            self.saying = _("Save anyway")
            self.add_error(None, _("Nothing was saved yet."))
        return found

    def changes(self) -> VisitChanges:
        typed = self.cleaned_data
        chosen = typed["technician"]
        technician = next((member for member in self.members if str(member.pk) == chosen), None)
        return VisitChanges(typed["date"], typed["part_of_day"], technician, typed["is_charged"])


class NewVisitForm(VisitForm):
    is_new = True
    saying = lazy("Add visit")


class CancelForm(Form):
    """The reason is read by the client."""

    saying = lazy("Cancel visit")

    reason = Lines(lazy("Reason"), most=1000, hint=lazy("The client reads it. Empty, no reason is given."))


def values_of(visit: Visit) -> dict[str, Any]:
    """A visit as the form's values."""
    return {
        "date": visit.date,
        "part_of_day": visit.part_of_day,
        "technician": str(visit.technician_id or ""),
        "is_charged": visit.is_charged,
    }
