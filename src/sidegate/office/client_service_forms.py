"""What is typed about an agreement: where, at what price, how often, from when."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..actions.client_services import Terms
from ..models import Business, ClientService, Property, Service
from ..wording import rhythm
from .fields import Amount, Choice, Day, Tick
from .forms import Form
from .in_words import InWords

FARTHEST_YEARS = 10
FREQUENCIES = ("", "weekly", "biweekly", "monthly")


class TermsForm(Form):
    """Price, frequency and start of one agreement."""

    price = Amount(lazy("Price"), needed=True, missing=lazy("What does it cost? Write 0 if nothing."))
    frequency = Choice(lazy("How often"), needed=False)
    start_date = Day(lazy("Starts on"), missing=lazy("When does it start?"))

    def __init__(self, request: HttpRequest, business: Business, initial: dict[str, Any]) -> None:
        super().__init__(request, initial)
        self.today = business.today()
        self.fields["price"].for_business(business)  # type: ignore[attr-defined]
        self.offer("frequency", [(value, capitalised(rhythm.how_often(value))) for value in FREQUENCIES])

    @classmethod
    def of(cls, request: HttpRequest, agreement: ClientService) -> "TermsForm":
        known = {
            "price": InWords(agreement.business).typed_amount(agreement.price_minor),
            "frequency": agreement.frequency,
            "start_date": agreement.start_date,
        }
        return cls(request, agreement.business, known)

    def clean_start_date(self) -> date:
        day: date = self.cleaned_data["start_date"]
        if abs(day.year - self.today.year) > FARTHEST_YEARS:
            raise ValidationError(_("That is more than ten years away. Check the year."))
        return day

    def terms(self) -> Terms:
        typed = self.cleaned_data
        return Terms(typed["price"], typed["frequency"], typed["start_date"])


class NewAgreementForm(TermsForm):
    """A service for a client: the catalog's price and rhythm stand there to begin with."""

    is_new = True

    saying = lazy("Add service")

    property = Choice(lazy("Where"), missing=lazy("Choose the address."))
    schedules = Tick(
        lazy("Put it on the schedule"),
        hint=lazy("One-time: the visit on that day. Else the visits of the first four weeks."),
    )
    field_order = ("property", "price", "frequency", "start_date", "schedules")

    def __init__(
        self,
        request: HttpRequest,
        business: Business,
        *,
        service: Service,
        properties: Sequence[Property],
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
        super().__init__(request, business, known)
        choices = [(str(place.pk), place.address) for place in properties]
        self.offer("property", choices if len(choices) == 1 else [("", _("Choose…")), *choices])


class LeavingForm(Form):
    """What becomes of the visits that are still ahead when a service is paused or ends."""

    clears_schedule = Choice(
        lazy("Visits ahead"), look="cards", missing=lazy("Choose what happens to the visits.")
    )

    def __init__(self, request: HttpRequest, *, saying: str, ahead: str, name: str) -> None:
        super().__init__(request)
        self.saying = saying
        cancel = _("Cancel them and tell %(name)s") % {"name": name}
        self.offer("clears_schedule", [("yes", cancel), ("no", _("Keep them on the schedule"))])
        self.fields["clears_schedule"].help_text = ahead
        if not ahead:
            del self.fields["clears_schedule"]

    def clears(self) -> bool:
        return self.cleaned_data.get("clears_schedule") == "yes"


def capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]
