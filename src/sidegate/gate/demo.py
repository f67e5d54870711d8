"""The demo's own pages: a start page that opens any of the cast, and the mailbox where all mail ends."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..models import Business, Membership, PortalUser, User
from ..web import sessions
from ..web.access import find, open_page
from ..wording.languages import language_name
from .next_page import destination

CLIENTS = 3
View = Callable[..., HttpResponse]


def demo_only(view: View) -> View:
    """Outside the demo there is nothing here."""

    @wraps(view)
    def door(request: HttpRequest, **parts: Any) -> HttpResponse:
        if not settings.SIDEGATE_DEMO:
            raise Http404
        return view(request, **parts)

    return door


@dataclass(frozen=True, slots=True)
class Role:
    """Someone of the cast, and what she is here for, in words."""

    user_id: UUID
    name: str
    words: str

    @property
    def first_name(self) -> str:
        return self.name.split(" ", 1)[0]

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()


@open_page
@demo_only
@require_safe
def demo(request: HttpRequest) -> HttpResponse:
    business = Business.objects.order_by("pk").first()
    roles = [*_clients(business), *_owners(business), *_technicians(business)] if business else []
    return render(request, "gate/demo.html", {"business": business, "roles": roles})


def _clients(business: Business) -> list[Role]:
    rows = PortalUser.objects.filter(business=business).order_by("pk")
    read_in = get_language() or "en"
    return [
        Role(
            user_id,
            name,
            _("Client, reads %(language)s") % {"language": language_name(language, read_in=read_in)},
        )
        for user_id, name, language in rows.values_list("user_id", "client__name", "client__language")[
            :CLIENTS
        ]
    ]


def _owners(business: Business) -> list[Role]:
    return _members(business, Membership.Role.OWNER, _("Owner of %(business)s"))


def _technicians(business: Business) -> list[Role]:
    return _members(business, Membership.Role.TECHNICIAN, _("Technician of %(business)s"))


def _members(business: Business, role: str, words: str) -> list[Role]:
    """The first of that role, if any."""
    rows = Membership.objects.filter(business=business, role=role, is_active=True).order_by("pk")
    said = words % {"business": business.name}
    return [Role(user_id, name, said) for user_id, name in rows.values_list("user_id", "user__name")[:1]]


@open_page
@demo_only
@require_POST
def open_as(request: HttpRequest, user: UUID) -> HttpResponse:
    person = find(User.objects.filter(is_active=True), pk=user)
    sessions.begin(request, person, remember=True)
    return redirect(destination(person))
