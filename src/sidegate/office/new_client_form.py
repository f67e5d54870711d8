"""A new client in one screen: who she is, where, what she gets at which price, and whether she is invited."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..actions.client_services import Terms
from ..actions.errors import InvalidInput
from ..actions.new_clients import AgreedService, NewClient
from ..actions.visits import must_be_a_day_to_come
from ..models import Business, Service
from ..models.identity import uuid7
from ..wording import rhythm
from .client_forms import ClientForm
from .fields import Amount, Choice, Day, Line, Lines, Tick
from .in_words import InWords
from .rhythm_fields import FREQUENCIES

SERVICES_AT_ONCE = 3
AS_USUAL = "usual"
OF_A_SERVICE = ("service", "price", "frequency", "next_visit")


class NewClientForm(ClientForm):
    """Up to three services; each has its own fields, such as `service_1` and `price_1`.

    `token` is the key of the client to be, signed: sent twice, the form still makes one client.
    """

    is_new = True
    saying = lazy("Add client")

    address = Line(lazy("Address"), most=200, needed=True, missing=lazy("Where does service happen?"))
    access_notes = Lines(lazy("Getting in"), most=2000, hint=lazy("Gate code, dog, where to park."))
    invites = Tick(lazy("Invite them now"), hint=lazy("They get a letter with the way to their portal."))
    email_opted_out = None  # type: ignore[assignment]
    field_order = ("name", "email", "phone", "language", "address", "access_notes", "tags", "notes")

    def __init__(self, request: HttpRequest, business: Business, services: list[Service]) -> None:
        super().__init__(request, business)
        self.business, self.today = business, business.today()
        self.signer = Signer(salt=f"sidegate.new_client.{business.pk}")
        self.key = self._sent_key(request.POST.get("token", ""))
        self.token = self.signer.sign(str(self.key or uuid7()))
        self.services = {str(service.pk): service for service in services}
        words = InWords(business)
        offered = [
            (key, f"{words.service(row)} · {words.catalog_price(row)}") for key, row in self.services.items()
        ]
        for number in range(1, SERVICES_AT_ONCE + 1 if services else 1):
            self._add_row(number, offered)

    def _sent_key(self, token: str) -> UUID | None:
        try:
            return UUID(self.signer.unsign(token))
        except BadSignature:
            return None

    def refuse(self, refused: InvalidInput) -> None:
        """A form that was used up comes back as a new one."""
        super().refuse(refused)
        if "token" in refused.errors:
            self.token = self.signer.sign(str(uuid7()))

    def _add_row(self, number: int, offered: list[tuple[str, str]]) -> None:
        often = [(value or "once", rhythm.capitalised(rhythm.how_often(value))) for value in FREQUENCIES]
        price = Amount(lazy("Price"), hint=lazy("Empty: the price of your services."))
        price.for_business(self.business)
        self.fields |= {
            f"service_{number}": Choice(lazy("Service"), [("", _("None")), *offered], needed=False),
            f"price_{number}": price,
            f"frequency_{number}": Choice(
                lazy("How often"), [(AS_USUAL, _("As in your services")), *often], needed=False
            ),
            f"next_visit_{number}": Day(
                lazy("Next visit"), needed=False, hint=lazy("With it the first visits stand in the schedule.")
            ),
        }

    def rows(self) -> list[list[forms.BoundField]]:
        """The fields of each service, to be drawn together."""
        numbers = (n for n in range(1, SERVICES_AT_ONCE + 1) if f"service_{n}" in self.fields)
        return [[self[f"{name}_{number}"] for name in OF_A_SERVICE] for number in numbers]

    def has_typed(self, row: list[forms.BoundField]) -> bool:
        return any(field.value() not in (None, "", AS_USUAL) for field in row)

    def own_fields(self) -> list[forms.BoundField]:
        """Those about the client herself."""
        return [field for field in self if not field.name[-1:].isdigit() and field.name != "invites"]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        for number in range(1, len(self.rows()) + 1):
            self._clean_row(found, number)
        if self.key is None:
            text = _("This page was open for too long. What you typed is kept: press once more.")
            self.add_error(None, text)
        if found.get("invites") and not found.get("email") and "email" not in self.errors:
            self.add_error("email", _("An invitation needs an email."))
        return found

    def _clean_row(self, found: dict[str, Any], number: int) -> None:
        service = self.services.get(found.get(f"service_{number}", ""))
        price, day = found.get(f"price_{number}"), found.get(f"next_visit_{number}")
        if service is None:
            often = found.get(f"frequency_{number}") or AS_USUAL
            if (price is not None or day or often != AS_USUAL) and f"service_{number}" not in self.errors:
                self.add_error(f"service_{number}", _("Which service is it?"))
            return
        if price is None and service.price_minor is None and f"price_{number}" not in self.errors:
            self.add_error(f"price_{number}", _("It has no price in your services: write it here."))
        if day:
            self._clean_day(f"next_visit_{number}", day)

    def _clean_day(self, name: str, day: date) -> None:
        try:
            must_be_a_day_to_come(self.business, day)
        except InvalidInput as refused:
            self.add_error(name, refused.errors["date"])

    def new_client(self) -> NewClient:
        typed = self.cleaned_data
        return NewClient(self.details(), typed["address"], typed["access_notes"], self.agreed())

    def agreed(self) -> list[AgreedService]:
        typed = self.cleaned_data
        numbers = range(1, len(self.rows()) + 1)
        return [self._agreed(typed, number) for number in numbers if typed.get(f"service_{number}")]

    def _agreed(self, typed: dict[str, Any], number: int) -> AgreedService:
        service = self.services[typed[f"service_{number}"]]
        price, often = typed[f"price_{number}"], typed[f"frequency_{number}"] or AS_USUAL
        day: date | None = typed[f"next_visit_{number}"]
        frequency = service.frequency if often == AS_USUAL else "" if often == "once" else often
        minor = service.price_minor if price is None else price
        return AgreedService(service, Terms(minor or 0, frequency, day or self.today), schedules=bool(day))
