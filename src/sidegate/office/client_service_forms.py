"""What is typed about an agreement: where, at what price, how often, from when."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..actions.client_services import Pause, Terms
from ..models import Business, ClientService, Membership, Property, Service
from ..models.frequency import PartOfDay
from .fields import Amount, Choice, Choices, Clock, Day, Lines, Number, Tick
from .forms import Form
from .in_words import InWords
from .rhythm_fields import IN_A_MONTH, frequency_choices, recurrence_of, values_of, weekday_choices
from .visit_fields import check_hours, chosen_member, offer_visit_choices

FARTHEST_YEARS = 10
LONGEST_MINUTES = 24 * 60
FOLDED = ("technician", "part_of_day", "arrives_from", "arrives_until", "duration_minutes", "ends_on")


class TermsForm(Form):
    """Price, rhythm and the usual visit of one agreement. `members` are those who may go there."""

    price = Amount(lazy("Price"), needed=True, missing=lazy("What does it cost? Write 0 if nothing."))
    frequency = Choice(lazy("How often"), needed=False)
    weekdays = Choices(lazy("On which days"), hint=lazy("None chosen: the weekday of the first visit."))
    month_by = Choice(lazy("On which day of the month"), needed=False)
    start_date = Day(lazy("First visit"), missing=lazy("When does it start?"))
    ends_on = Day(lazy("Last visit by"), needed=False, hint=lazy("Empty: it goes on."))
    part_of_day = Choice(lazy("Part of day"), look="segments", needed=False)
    arrives_from = Clock(lazy("Arrives from"))
    arrives_until = Clock(lazy("Arrives until"))
    duration_minutes = Number(
        lazy("Minutes for a visit"), least=5, most=LONGEST_MINUTES, needed=False,
        hint=lazy("Empty: as in your services."),
    )  # fmt: skip
    technician = Choice(lazy("Who goes"), needed=False)

    def __init__(
        self, request: HttpRequest, business: Business, initial: dict[str, Any], members: Sequence[Membership]
    ) -> None:
        super().__init__(request, initial)
        self.business, self.today, self.members = business, business.today(), members
        self.fields["price"].for_business(business)  # type: ignore[attr-defined]
        self.offer("frequency", frequency_choices())
        self.offer("weekdays", weekday_choices(InWords(business).language))
        self.offer("month_by", list(IN_A_MONTH.items()))
        offer_visit_choices(self, members)

    @classmethod
    def of(cls, request: HttpRequest, agreement: ClientService, members: Sequence[Membership]) -> "TermsForm":
        known = {
            "price": InWords(agreement.business).typed_amount(agreement.price_minor),
            "frequency": agreement.frequency,
            "start_date": agreement.rule_start or agreement.start_date,
            "ends_on": agreement.ends_on,
            "part_of_day": agreement.part_of_day,
            "arrives_from": agreement.arrives_from,
            "arrives_until": agreement.arrives_until,
            "duration_minutes": agreement.duration_minutes,
            "technician": str(agreement.technician_id or ""),
            **values_of(agreement.recurrence() if agreement.frequency else None),
        }
        form = cls(request, agreement.business, known, members)
        form.agreement = agreement
        if agreement.frequency:
            form.fields["start_date"].label = _("Counted from")
            form.fields["start_date"].help_text = _("A visit falls on this day, or on the next that fits.")
        return form

    agreement: ClientService | None = None

    def clean_start_date(self) -> date:
        day: date = self.cleaned_data["start_date"]
        if abs(day.year - self.today.year) > FARTHEST_YEARS:
            raise ValidationError(_("That is more than ten years away. Check the year."))
        return day

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        start, ends = found.get("start_date"), found.get("ends_on")
        if start and ends and ends < start:
            self.add_error("ends_on", _("That is before the first visit."))
        check_hours(self, found)
        return found

    def has_more(self) -> bool:
        """Whether something stands in the part that is folded away, or is wrong there."""
        fields = (self[name] for name in FOLDED)
        return any(field.errors or field.value() not in (None, "", PartOfDay.ANY) for field in fields)

    def terms(self) -> Terms:
        typed = self.cleaned_data
        day: date = typed["start_date"]
        # A new rhythm is counted from its own day; since when the service has been agreed stays.
        since = min(self.agreement.start_date, day) if self.agreement and typed["frequency"] else day
        return Terms(
            price_minor=typed["price"],
            frequency=typed["frequency"],
            start_date=since,
            recurrence=recurrence_of(typed, day),
            rule_start=day,
            ends_on=typed["ends_on"],
            part_of_day=typed["part_of_day"] or PartOfDay.ANY,
            arrives_from=typed["arrives_from"],
            arrives_until=typed["arrives_until"],
            technician=chosen_member(typed["technician"], self.members),
            duration_minutes=typed["duration_minutes"],
        )


class NewAgreementForm(TermsForm):
    """A service for a client: the catalog's price and rhythm stand there to begin with."""

    is_new = True

    saying = lazy("Add service")

    property = Choice(lazy("Where"), missing=lazy("Choose the address."))
    schedules = Tick(
        lazy("Put it on the schedule"),
        hint=lazy("One-time: the visit on that day. Else its visits, always some weeks ahead."),
    )
    field_order = ("property", "price", "frequency", "weekdays", "month_by", "start_date", "schedules")

    def __init__(
        self,
        request: HttpRequest,
        business: Business,
        *,
        service: Service,
        properties: Sequence[Property],
        members: Sequence[Membership],
        wanted_property: str = "",
        answers_request: bool = False,
    ) -> None:
        """Made to answer a request, it puts nothing on the schedule by itself: approving does."""
        known = {
            "price": InWords(business).typed_amount(service.price_minor),
            "frequency": "" if answers_request else service.frequency,
            "start_date": business.today(),
            "property": wanted_property or (str(properties[0].pk) if len(properties) == 1 else ""),
            "schedules": not answers_request,
        }
        super().__init__(request, business, known, members)
        choices = [(str(place.pk), place.address) for place in properties]
        self.offer("property", choices if len(choices) == 1 else [("", _("Choose…")), *choices])


class LeavingForm(Form):
    """What becomes of the visits that are still ahead when a service is paused or ends."""

    clears_schedule = Choice(
        lazy("Visits ahead"), look="cards", missing=lazy("Choose what happens to the visits.")
    )

    def __init__(
        self,
        request: HttpRequest,
        *,
        saying: str,
        ahead: str,
        name: str,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(request, initial)
        self.saying = saying
        cancel = _("Cancel them and tell %(name)s") % {"name": name}
        self.offer("clears_schedule", [("yes", cancel), ("no", _("Keep them on the schedule"))])
        self.fields["clears_schedule"].help_text = ahead
        if not ahead:
            del self.fields["clears_schedule"]

    def how(self) -> dict[str, Any]:
        """What the act takes beside the agreement."""
        return {"clears_schedule": self.cleaned_data.get("clears_schedule") == "yes"}


class PauseForm(LeavingForm):
    """From when until when; without a last day until someone resumes it."""

    paused_from = Day(lazy("First day without visits"), needed=False, hint=lazy("Empty: today."))
    paused_until = Day(
        lazy("Last day without visits"), needed=False, hint=lazy("Empty: until you resume it.")
    )
    reason = Lines(lazy("Reason"), most=1000, hint=lazy("The client reads it where visits are cancelled."))
    field_order = ("paused_from", "paused_until", "clears_schedule", "reason")

    def __init__(self, request: HttpRequest, *, today: date, **words: Any) -> None:
        super().__init__(request, initial={"paused_from": today}, **words)
        self.today = today

    def how(self) -> dict[str, Any]:
        typed = self.cleaned_data
        when = Pause(typed["paused_from"] or self.today, typed["paused_until"])
        return {**super().how(), "when": when, "reason": typed["reason"]}
