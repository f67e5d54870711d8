"""What is typed about a visit: its day and part of day, who goes, whether it is charged."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..actions.visits import VisitChanges
from ..models import Membership, Visit
from .fields import Choice, Clock, Day, Lines, Tick
from .forms import Form
from .visit_fields import check_hours, chosen_member, offer_visit_choices

Warns = Callable[[date], list[str]]


class VisitForm(Form):
    """A day that is worth a warning is taken only once the warning stood on the page (`heeded`).

    `warns` gives the warnings' codes for a day; after a check `warnings` are those to be shown.
    """

    date = Day(lazy("Day"), missing=lazy("Which day?"))
    part_of_day = Choice(lazy("Part of day"), look="segments")
    arrives_from = Clock(lazy("Arrives from"))
    arrives_until = Clock(lazy("Arrives until"))
    technician = Choice(lazy("Who goes"), needed=False)
    is_charged = Tick(lazy("This visit is charged"))

    def __init__(
        self, request: HttpRequest, initial: dict[str, Any], *, members: Sequence[Membership], warns: Warns
    ) -> None:
        super().__init__(request, initial)
        self.members, self.warns = members, warns
        self.warnings: list[str] = []
        offer_visit_choices(self, members)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        check_hours(self, found)
        self.warnings = self.warns(found["date"]) if "date" in found else []
        if not set(self.warnings) <= set(self.data.get("heeded", "").split()):
            self.saying = _("Save anyway")
            self.add_error(None, _("Nothing was saved yet."))
        return found

    def changes(self) -> VisitChanges:
        typed = self.cleaned_data
        return VisitChanges(
            date=typed["date"],
            part_of_day=typed["part_of_day"],
            technician=chosen_member(typed["technician"], self.members),
            is_charged=typed["is_charged"],
            arrives_from=typed["arrives_from"],
            arrives_until=typed["arrives_until"],
        )


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
        "arrives_from": visit.arrives_from,
        "arrives_until": visit.arrives_until,
        "technician": str(visit.technician_id or ""),
        "is_charged": visit.is_charged,
    }
