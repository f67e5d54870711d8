"""What whoever approves may settle, typed: day, hours, who goes, which service, how often, the price, a line."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..actions.booking_requests import ApprovalPlan, Arrangement, Choices, Planner, PlanWords, facts_of_one
from ..actions.errors import CannotApprove
from ..actions.proposals.propose import can_be_offered
from ..models import BookingRequest
from ..web.access import OfficeScope
from ..wording import rhythm
from ..wording.typed import typed_key
from .assignable import who_may_go
from .fields import Amount, Choice, Clock, Day, Lines
from .fields import Choices as Ticks
from .forms import Form
from .pages import typed_day
from .rhythm_fields import IN_A_MONTH, frequency_choices, recurrence_of, weekday_choices
from .visit_fields import check_hours, chosen_member, offer_visit_choices

Kind = BookingRequest.Kind
CHARGES = {"no": False, "yes": True}


class ChangesForm(Form):
    """What whoever approves may settle; only the fields that the request's kind leaves open."""

    is_new = True

    client_service = Choice(lazy("To which of their services"), look="cards")
    frequency = Choice(lazy("How often"), needed=False)
    weekdays = Ticks(lazy("On which days"), hint=lazy("None chosen: the weekday of the day below."))
    month_by = Choice(lazy("On which day of the month"), needed=False)
    price = Amount(lazy("Price a visit from then on"), hint=lazy("Empty: it stays as it is."))
    charge = Choice(lazy("Charged"), look="segments")
    date = Day(lazy("Day"), missing=lazy("Which day?"))
    part_of_day = Choice(lazy("Part of day"), look="segments")
    arrives_from = Clock(lazy("Arrives from"))
    arrives_until = Clock(lazy("Arrives until"))
    technician = Choice(lazy("Who goes"), needed=False)
    note = Lines(
        lazy("A line to the client"), most=1000, hint=lazy("It stands in the message that approving sends.")
    )

    def __init__(self, request: HttpRequest, scope: OfficeScope, found: BookingRequest) -> None:
        """Raises CannotApprove where no date would mend it."""
        self.business, self.facts = scope.business, facts_of_one(scope.business, found.pk)
        self.planner = Planner.for_requests(scope.business, [self.facts])
        self.matches = (
            [] if self.facts.kind in BookingRequest.OF_A_VISIT else self.planner.matches(self.facts)
        )
        self.plain = self.planner.ways(self.facts)[0]
        if not can_be_offered(self.plain):
            raise CannotApprove(self.plain)
        self.words = PlanWords(scope.business)
        self.members = who_may_go(scope, already=self.plain.technician_id or self.facts.about_technician_id)
        super().__init__(request, self._known(request))
        self.fields["price"].for_business(scope.business)  # type: ignore[attr-defined]
        self.fields["note"].label = _("A line for %(name)s") % self.name
        self.fields["date"].widget.attrs["min"] = scope.business.today().isoformat()
        offer_visit_choices(self, self.members)
        self._leave_out()
        self._offer()

    def look_again(self) -> None:
        """At what stands around the request by now."""
        self.facts = facts_of_one(self.business, self.facts.id)
        self.planner = Planner.for_requests(self.business, [self.facts])

    @property
    def name(self) -> dict[str, str]:
        return {"name": self.facts.client_first_name()}

    @property
    def is_recurring(self) -> bool:
        return self.facts.kind == Kind.RECURRING

    @property
    def has_plan(self) -> bool:
        """Whether there is a service of hers whose rhythm can change."""
        return self.is_recurring and bool(self.matches)

    def _known(self, request: HttpRequest) -> dict[str, Any]:
        plan, visit = self.plain, self.plain.visit
        settled = visit or plan
        technician = self.facts.about_technician_id if visit else plan.technician_id
        keeps = self.has_plan and not request.GET.get("plan")
        if self.has_plan and not keeps:
            plan = self.planner.plan(self.facts, Choices(changes_plan=True))
        return {
            "client_service": str(plan.client_service_id or ""),
            "frequency": "" if keeps else self.facts.frequency,
            "month_by": next(iter(IN_A_MONTH)),
            "charge": "no",
            "date": typed_day(request, "date") or plan.date,
            "part_of_day": self.facts.part_of_day,
            "arrives_from": settled.arrives_from,
            "arrives_until": settled.arrives_until,
            "technician": str(technician or ""),
        }

    def _leave_out(self) -> None:
        asked = {
            "client_service": len(self.matches) > 1,
            "charge": self.facts.kind == Kind.ISSUE_REPORT,
            "price": self.has_plan,
            **dict.fromkeys(("frequency", "weekdays", "month_by"), self.is_recurring),
        }
        for name, is_asked in asked.items():
            if not is_asked:
                del self.fields[name]

    def _offer(self) -> None:
        if "client_service" in self.fields:
            self.offer("client_service", [(str(match.id), self._agreement(match)) for match in self.matches])
        if "charge" in self.fields:
            at_price = _("At %(price)s") % {"price": self.words.price(self._charged())}
            self.offer("charge", [("no", _("No charge")), ("yes", at_price)])
        if self.is_recurring:
            self.offer("frequency", self._frequencies())
            self.fields["frequency"].label = _("Their plan") if self.has_plan else _("How often")
            self.offer("weekdays", weekday_choices(self.words.language))
            self.offer("month_by", list(IN_A_MONTH.items()))

    def _charged(self) -> ApprovalPlan:
        return self.planner.plan(self.facts, Choices(charge=True))

    def _frequencies(self) -> list[tuple[str, str]]:
        """Where they have the service already, what each does to their plan."""
        (_once, *often) = frequency_choices()
        if not self.has_plan:
            return [("", _("Once")), *often]
        becomes = _("Becomes %(often)s")
        return [
            ("", _("Stays as it is: one more visit")),
            *((value, becomes % {"often": rhythm.how_often(value)}) for value, _words in often),
        ]

    def _agreement(self, match: Any) -> str:
        name = self.facts.service_name(self.words.language, self.words.default_language)
        name = rhythm.agreement_name(name, match.frequency)
        values = {
            "service": name,
            "price": self.words.money(match.price_minor),
            "date": self.words.day(match.start_date),
        }
        return _("%(service)s, %(price)s, since %(date)s") % values

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        check_hours(self, found)
        return found

    def choices(self) -> Choices | None:
        """Of what is typed, or stands there to begin with; None where that names no day."""
        typed: dict[str, Any] = self.cleaned_data if self.is_bound else {"weekdays": [], **self.initial}
        if typed.get("date") is None:
            return None
        often = str(typed.get("frequency") or "") if self.is_recurring else ""
        who = chosen_member(typed["technician"], self.members)
        return Choices(
            date=typed["date"],
            client_service=typed_key(typed.get("client_service") or ""),
            as_recurring=bool(often),
            charge=CHARGES.get(typed.get("charge", "")) if "charge" in self.fields else None,
            part_of_day=typed["part_of_day"],
            arrangement=Arrangement(who, typed["arrives_from"], typed["arrives_until"]),
            recurrence=recurrence_of(typed, typed["date"]) if often else None,
            changes_plan=bool(often) and self.has_plan,
            price_minor=typed.get("price") if often and self.has_plan else None,
        )

    def plan(self) -> ApprovalPlan | None:
        """What Approve would do with what is in the form; None where that cannot be read."""
        if any(name in self.fields for name in self.errors):
            return None
        choices = self.choices()
        return self.planner.plan(self.facts, choices) if choices else self.plain
