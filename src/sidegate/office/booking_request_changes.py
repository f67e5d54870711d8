"""Approving with changes: another day, hours, person, service or rhythm, with the plan in sight before the press."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from ..actions.booking_requests import (
    ApprovalPlan,
    Arrangement,
    Choices,
    Piece,
    Planner,
    PlanWords,
    approve_booking_request,
    facts_of_one,
)
from ..actions.booking_requests.claim import must_be_pending
from ..actions.booking_requests.plan_change import foresee
from ..actions.errors import AlreadyDecided, CannotApprove, PlanChanged
from ..actions.proposals.propose import can_be_offered
from ..models import BookingRequest
from ..web.access import OfficeScope, PageRequest, office_page
from ..web.pages import office_fragment
from ..wording import dates, rhythm
from ..wording.typed import typed_key
from .assignable import who_may_go
from .booking_request_answers import find_request
from .booking_request_presses import changed_words, late_words
from .clients import asks_and_acts
from .fields import Amount, Choice, Clock, Day, Lines
from .fields import Choices as Ticks
from .forms import Form
from .pages import address, form_page, refused, typed_day
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


@dataclass(frozen=True, slots=True)
class Preview:
    """What stands above the button, and what the button says."""

    pieces: list[Piece]
    lines: list[str]
    warnings: list[str]
    refusal: str
    fingerprint: str
    button: str
    ask_date: str = ""  # the ISO date, where it is one that she did not ask for

    @classmethod
    def of(cls, form: ChangesForm) -> "Preview":
        plan, words = form.plan(), form.words
        if plan is None:
            return cls([], [_("Something above is not right yet.")], [], "", "", _("See what it does"))
        button = _("See what it does") if plan.refusal else _press(words, plan)
        return cls(
            pieces=words.pieces(plan),
            lines=[*_more(form, plan), words.telling(plan)],
            warnings=words.warnings(plan),
            refusal=words.refusal(plan),
            fingerprint=plan.fingerprint,
            button=button,
            ask_date=_date_to_ask_about(plan),
        )


def _date_to_ask_about(plan: ApprovalPlan) -> str:
    is_outside = any(warned.code == "outside_window" for warned in plan.warnings)
    return plan.date.isoformat() if is_outside and plan.date and not plan.change else ""


def _more(form: ChangesForm, plan: ApprovalPlan) -> list[str]:
    """Why that day, who goes, and of a plan that changes what it does to the days."""
    found = [form.words.moved(plan)] if plan.moved_because else []
    who = plan.visit.technician_id if plan.visit else plan.technician_id
    if member := next((member for member in form.members if member.pk == who), None):
        found.append(_("%(name)s goes.") % {"name": member.user})
    foreseen = None if plan.refusal else foresee(form.business, plan)
    if foreseen:
        short = [dates.short_day(day, form.words.language, form.words.country) for day in foreseen.next_days]
        found.append(_("On the schedule then: %(dates)s.") % {"dates": " · ".join(short)})
    return found


def _press(words: PlanWords, plan: ApprovalPlan) -> str:
    """The button says what it does, and on which day."""
    day = words.day(plan.date) if plan.date else ""
    if plan.change:
        return _("Change the plan from %(date)s") % {"date": day}
    if plan.as_recurring:
        often = rhythm.adverb(plan.frequency)
        return _("Approve: %(often)s from %(date)s") % {"often": often, "date": day}
    return _("Approve for %(date)s") % {"date": day}


@office_page
@asks_and_acts
def approve_with_changes(request: PageRequest, scope: OfficeScope, reference: str) -> HttpResponse:
    """Approves where what is pressed is what was shown; else shows what it would do by now."""
    found = find_request(scope, reference)
    to = address(scope, "request", reference=reference)
    try:
        form = _form(request, scope, found)
        if form.is_valid() and _approves(form, scope, found, request.POST.get("plan", "")):
            return redirect(to)
    except AlreadyDecided as late:
        return refused(request, late_words(scope, find_request(scope, reference), late), to)
    except CannotApprove as why:
        return refused(request, PlanWords(scope.business).refusal(why.plan) or _nothing_to_change(), to)
    return form_page(
        request,
        scope,
        form,
        title=_("Approve with changes"),
        room="requests",
        back=(to, reference),
        template="office/booking_requests/changes.html",
        intro=_asked(form),
        preview=Preview.of(form),
        reference=reference,
        first_name=form.facts.client_first_name(),
    )


def _form(request: HttpRequest, scope: OfficeScope, found: BookingRequest) -> ChangesForm:
    """Raises AlreadyDecided, CannotApprove."""
    form = ChangesForm(request, scope, found)
    must_be_pending(form.facts)
    return form


def _approves(form: ChangesForm, scope: OfficeScope, found: BookingRequest, shown: str) -> bool:
    choices, note = form.choices(), form.cleaned_data["note"]
    try:
        approve_booking_request(
            found, by=scope.user, choices=choices or Choices(), shown_plan=shown, note=note
        )
    except (PlanChanged, CannotApprove) as why:
        form.look_again()
        form.add_error(None, changed_words(why))
        return False
    return True


def _nothing_to_change() -> str:
    return _("They asked to skip a visit: there is nothing else to settle.")


def _asked(form: ChangesForm) -> str:
    facts, words = form.facts, form.words
    window = dates.window(facts.window_start, facts.window_end, words.language, words.country)
    often = rhythm.how_often(facts.frequency) if facts.frequency else ""
    asked = filter(None, (window, rhythm.part_of_day(facts.part_of_day), often))
    return _("%(name)s asked for %(window)s.") % {**form.name, "window": " · ".join(asked)}


@require_POST
@office_page
def preview_changes(request: PageRequest, scope: OfficeScope, reference: str) -> HttpResponse:
    """The plan again, for what is in the form now; nothing is done."""
    found = find_request(scope, reference)
    try:
        preview = Preview.of(_form(request, scope, found))
    except (AlreadyDecided, CannotApprove):
        return HttpResponseClientRefresh()
    template = "office/booking_requests/_preview.html"
    return office_fragment(
        request,
        scope,
        template,
        {"preview": preview, "reference": reference, "first_name": found.client.first_name()},
    )
