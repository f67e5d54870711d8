"""Asking a client about dates: one to three of them, what taking one does, and a word to her."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..actions.booking_requests import ApprovalPlan, PlanWords
from ..actions.booking_requests.words import not_told
from ..actions.errors import AlreadyDecided, CannotApprove, HeedFirst, InvalidInput, PlanChanged
from ..actions.proposals.propose import MOST_DATES, Offer, propose_dates, ways_to_offer
from ..models import BookingRequest
from ..models.frequency import PartOfDay
from ..web.access import OfficeScope, PageRequest, office_page
from ..wording import dates, rhythm
from ..wording.languages import language_name
from .booking_request_answers import find_request
from .booking_request_presses import late_words
from .clients import asks_and_acts
from .fields import Choice, Day, Lines
from .forms import Form
from .pages import address, form_page, refused, said, typed_day

DAYS = tuple(f"date_{number}" for number in range(1, MOST_DATES + 1))


class Way(Choice):
    """Which of two ways to approve is meant; that it is still one of them, the act knows."""

    def valid_value(self, value: str) -> bool:
        return True


class DatesForm(Form):
    """Days that are worth a warning are sent only once it stood on the page; `heeded` are then those days."""

    is_new = True

    date_1 = Day(lazy("Day"), missing=lazy("Which day?"))
    date_2 = Day(lazy("Or"), needed=False)
    date_3 = Day(lazy("Or"), needed=False)
    part_of_day = Choice(lazy("Part of day"), look="segments")
    way = Way(lazy("When they take a day"), look="cards", missing=lazy("Which of the two?"))
    note = Lines(lazy("A line to the client"), most=1000, hint=lazy("The client reads it as you write it."))

    def __init__(self, request: HttpRequest, scope: OfficeScope, found: BookingRequest) -> None:
        super().__init__(request, {"date_1": typed_day(request, "date"), "part_of_day": found.part_of_day})
        self.found, self.warnings = found, list[str]()
        self.words = PlanWords(scope.business)
        self.name = {"name": found.client.first_name()}
        self.saying = _("Ask %(name)s") % self.name
        self.fields["note"].label = _("A line for %(name)s") % self.name
        self.ways = ways_to_offer(found)
        self.offer("part_of_day", [(part, rhythm.part_of_day_choice(part)) for part in PartOfDay.values])
        self.offer("way", [(way.fingerprint_less_date, self.what(way)) for way in self.ways])
        if len(self.ways) == 1:
            del self.fields["way"]
        for name in DAYS:
            self.fields[name].widget.attrs["min"] = scope.business.today().isoformat()

    def what(self, way: ApprovalPlan) -> str:
        """ "Weekly mowing, $95 a visit, from that day"."""
        about = way.facts.about_visit_date
        if way.visit and about:
            return _("The visit of %(date)s moves there.") % {"date": self.words.day(about)}
        values = {"service": self.words.agreement(way), "price": self.words.price(way)}
        if way.as_recurring:
            return _("%(service)s, %(price)s a visit, from that day") % values
        if len(self.ways) > 1 and way.facts.kind == BookingRequest.Kind.RECURRING:
            return _("One visit: %(service)s, %(price)s") % values
        return f"{values['service']}, {values['price']}"

    def days(self) -> dict[str, date]:
        """By field, those that were typed."""
        typed = {name: self.cleaned_data.get(name) for name in DAYS}
        return {name: day for name, day in typed.items() if day}

    def heeded(self) -> str:
        """What the page carries on: the days whose warnings stand on it."""
        return " ".join(day.isoformat() for day in self.days().values()) if self.warnings else ""

    def sends(self, scope: OfficeScope) -> bool:
        """Whether it was sent, is right, and she is asked; what is refused is said at its field."""
        if not self.is_valid():
            return False
        fields = list(self.days())
        try:
            propose_dates(self.found, by=scope.user, offer=self._offer())
        except HeedFirst as heed:
            self.warnings, self.saying = heed.sentences, _("Ask %(name)s all the same") % self.name
            self.add_error(None, _("Nothing was sent yet."))
            return False
        except PlanChanged:
            self.add_error(None, _("Something changed meanwhile, so nothing was sent. Look again, and send."))
            return False
        except InvalidInput as why:
            at = dict(zip(DAYS, fields, strict=False))
            self.refuse(InvalidInput({at.get(name, name): text for name, text in why.errors.items()}))
            return False
        return True

    def _offer(self) -> Offer:
        days, typed = tuple(self.days().values()), self.cleaned_data
        heeded = set(self.data.get("heeded", "").split())
        return Offer(
            days=days,
            way=self.data.get("way", ""),
            part_of_day=typed["part_of_day"],
            note=typed["note"],
            heeded={day.isoformat() for day in days} <= heeded,
        )


@office_page
@asks_and_acts
def propose(request: PageRequest, scope: OfficeScope, reference: str) -> HttpResponse:
    found = find_request(scope, reference)
    to = address(scope, "request", reference=reference)
    try:
        form = DatesForm(request, scope, found)
        if form.sends(scope):
            return said(request, _done(form), to)
    except AlreadyDecided as late:
        return refused(request, late_words(scope, find_request(scope, reference), late), to)
    except CannotApprove as why:
        return refused(request, _why_not(scope, why.plan), to)
    return form_page(
        request,
        scope,
        form,
        title=_("Ask %(name)s about dates") % form.name,
        room="requests",
        back=(to, reference),
        template="office/booking_requests/ask_dates.html",
        asked=Asked.of(form),
    )


def _why_not(scope: OfficeScope, plan: ApprovalPlan) -> str:
    if plan.facts.kind == BookingRequest.Kind.SKIP_VISIT:
        return _("They asked to skip a visit: there is no day to choose.")
    return PlanWords(scope.business).refusal(plan)


def _done(form: DatesForm) -> str:
    plan, name = form.ways[0], form.name["name"]
    if plan.not_told_because:
        telling = not_told(plan.not_told_because, name)
        return _("%(telling)s The words for it stand below.") % {"telling": telling}
    language = language_name(plan.language, read_in=form.words.language)
    return _("%(name)s is asked in %(language)s. It is their turn.") % {"name": name, "language": language}


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands above the form: what was asked, and what the press means."""

    window: str
    lines: list[str]
    only_way: str  # its key, where there is one

    @classmethod
    def of(cls, form: DatesForm) -> "Asked":
        facts, words, name = form.ways[0].facts, form.words, form.name
        window = dates.window(facts.window_start, facts.window_end, words.language, words.country)
        part = rhythm.part_of_day_choice(facts.part_of_day)
        lines = [_("%(name)s asked for %(window)s.") % {**name, "window": f"{window} · {part}"}]
        lines += [_("%(name)s takes a day with one press, and the visit is on the schedule.") % name]
        if len(form.ways) == 1:
            lines[-1] += f" {form.what(form.ways[0])}."
        if facts.turn == BookingRequest.Turn.CLIENT:
            lines += [_("What you offered before no longer stands then.")]
        only = form.ways[0].fingerprint_less_date if len(form.ways) == 1 else ""
        return cls(window, [*lines, _telling(form)], only)


def _telling(form: DatesForm) -> str:
    plan = form.ways[0]
    if plan.not_told_because:
        return not_told(plan.not_told_because, form.name["name"])
    language = language_name(plan.language, read_in=form.words.language)
    return _("Nothing is booked until then. The letter is in %(language)s.") % {"language": language}
