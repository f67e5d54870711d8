"""Who may open a page, and the only door to rows: a scope that knows the business, in the portal the client too.

Every view carries one of the five declarations below; a test fails for a route without one. A miss is
a 404 that looks like any other, whether the thing does not exist or belongs to someone else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.contrib.auth.decorators import login_not_required
from django.db.models import CharField, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from ..models import (
    BookingRequest,
    Business,
    Client,
    ClientService,
    Membership,
    Message,
    MessageTemplate,
    Photo,
    PortalUser,
    Property,
    Service,
    User,
    Visit,
)
from ..models.booking_request import BookingRequestQuerySet
from ..models.client import ClientQuerySet
from ..models.client_service import ClientServiceQuerySet
from ..models.compiled import CompiledFirst, Given
from ..models.message import MessageQuerySet
from ..models.property import PropertyQuerySet
from ..models.service import ServiceQuerySet
from ..models.visit import VisitQuerySet


@dataclass(frozen=True, slots=True)
class OfficeScope:
    """A member of a business and what she may see: everything of that business, nothing of another."""

    business: Business
    membership: Membership
    user: User

    @property
    def is_owner(self) -> bool:
        return self.membership.role == Membership.Role.OWNER

    def booking_requests(self) -> BookingRequestQuerySet:
        return BookingRequest.objects.filter(business=self.business)

    def clients(self) -> ClientQuerySet:
        return Client.objects.filter(business=self.business)

    def properties(self) -> PropertyQuerySet:
        return Property.objects.filter(business=self.business)

    def services(self) -> ServiceQuerySet:
        return Service.objects.filter(business=self.business)

    def client_services(self) -> ClientServiceQuerySet:
        return ClientService.objects.filter(business=self.business)

    def visits(self) -> VisitQuerySet:
        return Visit.objects.filter(business=self.business)

    def messages(self) -> MessageQuerySet:
        """Without sign-in mail: that is between a person and the entrance, not the business."""
        return Message.objects.filter(business=self.business, sign_in=None)

    def message_templates(self) -> QuerySet[MessageTemplate]:
        return MessageTemplate.objects.filter(business=self.business)

    def memberships(self) -> QuerySet[Membership]:
        return Membership.objects.filter(business=self.business)

    def photos(self) -> QuerySet[Photo]:
        return Photo.objects.filter(business=self.business)


@dataclass(frozen=True, slots=True)
class TechnicianScope:
    """Someone of the business who goes to visits, and what she may see: her own visits, and nothing else of it."""

    business: Business
    membership: Membership
    user: User

    @property
    def is_of_the_office(self) -> bool:
        """Whether the office is open to her too."""
        return self.membership.role != Membership.Role.TECHNICIAN

    def visits(self) -> VisitQuerySet:
        return Visit.objects.filter(business=self.business, technician=self.membership)


@dataclass(frozen=True, slots=True)
class PortalScope:
    """A portal user of one client and what she may see: what is that client's."""

    business: Business
    client: Client
    user: User

    def booking_requests(self) -> BookingRequestQuerySet:
        return BookingRequest.objects.filter(business=self.business, client=self.client)

    def properties(self) -> PropertyQuerySet:
        return Property.objects.filter(business=self.business, client=self.client)

    def services(self) -> ServiceQuerySet:
        return Service.objects.filter(business=self.business)

    def client_services(self) -> ClientServiceQuerySet:
        return ClientService.objects.filter(business=self.business, client=self.client)

    def visits(self) -> VisitQuerySet:
        return Visit.objects.filter(business=self.business, client_service__client=self.client)

    def photos(self) -> QuerySet[Photo]:
        return Photo.objects.filter(business=self.business, booking_request__client=self.client)


P = ParamSpec("P")


class PageRequest(HttpRequest):
    """A request as django-htmx's middleware leaves it."""

    htmx: HtmxDetails


View = Callable[..., HttpResponseBase]


def office_page(view: Callable[Concatenate[PageRequest, OfficeScope, P], HttpResponseBase]) -> View:
    """For owners and staff of the business in the address; the view gets their scope."""

    @wraps(view)
    def door(request: PageRequest, business: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = cast(User, request.user)
        membership = _MEMBERSHIP.first(slug=business, user=user.pk)
        if membership is None or membership.role == Membership.Role.TECHNICIAN:
            raise Http404
        return view(request, OfficeScope(membership.business, membership, user), *args, **kwargs)

    return _declared(door, "office")


def technician_page(view: Callable[Concatenate[PageRequest, TechnicianScope, P], HttpResponseBase]) -> View:
    """For whoever goes to visits of the business in the address, whatever the role; the view gets their scope."""

    @wraps(view)
    def door(request: PageRequest, business: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = cast(User, request.user)
        membership = _MEMBERSHIP.first(slug=business, user=user.pk)
        if membership is None:
            raise Http404
        return view(request, TechnicianScope(membership.business, membership, user), *args, **kwargs)

    return _declared(door, "technician")


_MEMBERSHIP = CompiledFirst(
    Membership,
    lambda: Membership.objects.filter(
        business__slug=Given("slug", CharField()), user=Given("user"), is_active=True
    ),
    "business",
)


def portal_page(view: Callable[Concatenate[PageRequest, PortalScope, P], HttpResponseBase]) -> View:
    """For portal users of a client of the business in the address; the view gets their scope."""

    @wraps(view)
    def door(request: PageRequest, business: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = cast(User, request.user)
        portal_user = _PORTAL_USER.first(slug=business, user=user.pk)
        if portal_user is None:
            raise Http404
        return view(request, PortalScope(portal_user.business, portal_user.client, user), *args, **kwargs)

    return _declared(door, "portal")


_PORTAL_USER = CompiledFirst(
    PortalUser,
    lambda: PortalUser.objects.filter(
        business__slug=Given("slug", CharField()), user=Given("user"), client__archived_at=None
    ).order_by("id"),
    "business", "client",
)  # fmt: skip


def signed_in_page(view: View) -> View:
    """For anyone who is signed in, whatever the business."""
    return _declared(view, "signed_in")


def open_page(view: View) -> View:
    """For everyone, signed in or not."""
    return login_not_required(_declared(view, "everyone"))


def _declared(view: View, who: str) -> View:
    view.access = who  # type: ignore[attr-defined]
    return view


RowT = TypeVar("RowT", bound=Model)


def find(rows: QuerySet[RowT], **lookup: Any) -> RowT:
    """The row that answers the lookup, within a scope's rows; else the one 404, as for a NUL: no text has one, and
    PostgreSQL fails where it is asked for one."""
    has_nul = any(isinstance(value, str) and "\0" in value for value in lookup.values())
    found = None if has_nul else rows.filter(**lookup).first()
    if found is None:
        raise Http404
    return found
