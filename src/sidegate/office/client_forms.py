"""What is typed about a client, her addresses and the people who open her portal."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..actions.clients import ClientDetails
from ..models import Business, Client, Property
from .fields import Choice, Email, Line, Lines, Phone, Tags, Tick, language_choices
from .forms import Form, Words
from .in_words import InWords


class ClientForm(Form):
    """How she is reached and in which language; with neither email nor phone nobody could tell her."""

    name = Line(lazy("Name"), needed=True, missing=lazy("What is the client's name?"))
    email = Email(lazy("Email"), hint=lazy("With it they can sign in to the portal."))
    phone = Phone(lazy("Phone"))
    language = Choice(lazy("Language"), needed=False)
    tags = Tags(lazy("Tags"), hint=lazy("A few words to find clients by, with commas between them."))
    notes = Lines(lazy("Notes"), most=5000, hint=lazy("Only the office sees them."))
    email_opted_out = Tick(lazy("Wants no email from us"), hint=lazy("You tell them instead."))

    def __init__(self, request: HttpRequest, business: Business, client: Client | None = None) -> None:
        super().__init__(request, _values(client, business) if client else None)
        self.fields["phone"].country = business.country  # type: ignore[attr-defined]
        self.offer("language", _languages(business))

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        is_reachable = found.get("email") or found.get("phone")
        if not is_reachable and not self.errors.keys() & {"email", "phone"}:
            self.add_error("email", _("Give an email or a phone number, so that someone can tell them."))
        return found

    def details(self) -> ClientDetails:
        typed = self.cleaned_data
        return ClientDetails(**{name: typed[name] for name in ClientDetails.__slots__ if name in typed})


class PropertyForm(Form):
    """An address, and how to get in."""

    address = Line(lazy("Address"), most=200, needed=True, missing=lazy("What is the address?"))
    access_notes = Lines(lazy("Getting in"), most=2000, hint=lazy("Gate code, dog, where to park."))

    def __init__(self, request: HttpRequest, property: Property | None = None) -> None:
        known = {"address": property.address, "access_notes": property.access_notes} if property else None
        super().__init__(request, known)


class PersonForm(Form):
    """One more person who opens a client's portal."""

    saying = lazy("Add person")

    name = Line(lazy("Name"), needed=True, missing=lazy("What is the person's name?"))
    email = Email(lazy("Email"), needed=True, missing=lazy("They sign in with an email: write it here."))


def _values(client: Client, business: Business) -> dict[str, Any]:
    words = InWords(business)
    return {
        "name": client.name,
        "email": client.email,
        "phone": words.phone(client.phone),
        "language": client.language,
        "tags": ", ".join(client.tags),
        "notes": client.notes,
        "email_opted_out": client.email_opted_out,
    }


def _languages(business: Business) -> list[tuple[str, Words]]:
    words = InWords(business)
    usual = words.language_name(business.language_for(""))
    not_asked = _("Not asked yet: %(language)s") % {"language": usual}
    return [("", not_asked), *language_choices(read_in=words.language)]
