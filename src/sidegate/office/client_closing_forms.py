"""What is asked before a client leaves: what becomes of the visits ahead, and whether erasing is really meant."""

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from ..actions.booking_requests.words import not_told
from ..actions.clients import not_told_because
from ..models import Client
from .fields import Choice, Line, Lines
from .forms import Form


class ArchiveForm(Form):
    """Over a client with visits ahead. Nothing is chosen beforehand; what is chosen names how many visits it means,
    so that one more, added meanwhile, is not cancelled unseen."""

    is_new = True
    saying = lazy("Archive client")

    visits = Choice(
        lazy("Visits ahead"),
        look="cards",
        missing=lazy("Choose to cancel the visits ahead, or leave it as it is."),
    )
    reason = Lines(lazy("Reason"), most=1000, hint=lazy("The client reads it. Empty, no reason is given."))

    def __init__(self, request: HttpRequest, client: Client, *, count: int, ahead: str) -> None:
        super().__init__(request)
        self.offer("visits", [(str(count), _cancelling(client, count))])
        self.fields["visits"].help_text = ahead


def _cancelling(client: Client, count: int) -> str:
    name, because = client.first_name(), not_told_because(client)
    if because:
        text = ngettext("Cancel the visit ahead.", "Cancel the %(count)s visits ahead.", count)
        return f"{text % {'count': count}} {not_told(because, name)}"
    text = ngettext(
        "Cancel the visit ahead and tell %(name)s",
        "Cancel the %(count)s visits ahead and tell %(name)s",
        count,
    )
    return text % {"count": count, "name": name}


class EraseForm(Form):
    """The client's name is typed, so that nobody is erased by a slip of the finger."""

    is_new = True
    saying = lazy("Erase for good")

    typed_name = Line(lazy("The client's name"), needed=True, missing=lazy("Type the name to confirm."))

    def __init__(self, request: HttpRequest, client: Client) -> None:
        super().__init__(request)
        self.name = client.name
        self.fields["typed_name"].help_text = _("To confirm, type: %(name)s") % {"name": client.name}

    def clean_typed_name(self) -> str:
        typed: str = self.cleaned_data["typed_name"]
        if _plain(typed) != _plain(self.name):
            raise ValidationError(_("That is not the name of this client, so nobody was erased."))
        return typed

    def attributes_of(self, name: str) -> dict[str, Any]:
        return {**super().attributes_of(name), "autocomplete": "off", "spellcheck": "false"}


def _plain(name: str) -> str:
    """Capitals and accents aside: a phone's keyboard may set others."""
    parts = unicodedata.normalize("NFD", name.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))
