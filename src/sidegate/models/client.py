"""Who pays: a client of a business, and the people who open the portal for her."""

from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils import timezone

from .base import BusinessRow
from .compiled import CompiledUpdate, Given
from .user import User


class ClientQuerySet(models.QuerySet["Client"]):
    def active(self) -> "ClientQuerySet":
        return self.filter(archived_at=None)

    def reachable(self) -> "ClientQuerySet":
        """Those who can be written to (DESIGN rule 21)."""
        return self.exclude(email="").filter(email_opted_out=False, email_bounced_at=None)

    def with_sign_in(self) -> "ClientQuerySet":
        """Each with `has_signed_in`: whether one of those who open her portal has signed in yet."""
        return self.annotate(has_signed_in=_has_signed_in())

    def to_invite(self) -> "ClientQuerySet":
        """Those who could open the portal, and were neither asked to nor have by themselves."""
        return self.active().reachable().filter(~_has_signed_in(), invited_at=None)

    def take(self) -> bool:
        """Take these clients' rows until the transaction ends; False where there is none.

        An UPDATE, so that it holds on both databases. Whatever changes a client's agreements takes her
        row first: then no two changes work from the same picture (DESIGN rule 14).
        """
        return self.update(**_TAKEN) > 0


def _has_signed_in() -> models.Exists:
    return models.Exists(PortalUser.objects.filter(client=models.OuterRef("pk")).signed_in())


_TAKEN = {"decision_count": models.F("decision_count") + 1}
_TAKE_ONE = CompiledUpdate(lambda: Client.objects.filter(pk=Given("pk")), **_TAKEN)
_TAKE_ACTIVE = CompiledUpdate(lambda: Client.objects.active().filter(pk=Given("pk")), **_TAKEN)


def take_client(client_id: UUID) -> bool:
    """As `take`, for one client by her key."""
    return _TAKE_ONE.run(pk=client_id) > 0


def take_active_client(client_id: UUID) -> bool:
    """As `take_client`; False where she was archived."""
    return _TAKE_ACTIVE.run(pk=client_id) > 0


class Client(BusinessRow):
    """A client. `language` is what she prefers, empty where nobody asked her yet."""

    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=8, blank=True)
    tags = models.JSONField(default=list, blank=True)
    notes = models.TextField(max_length=5000, blank=True)
    email_opted_out = models.BooleanField(default=False)
    email_bounced_at = models.DateTimeField(null=True, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)  # her person is gone for good, her history stays
    created_at = models.DateTimeField(default=timezone.now)
    # Grows whenever her row is taken for a change of her agreements; see ClientQuerySet.take.
    decision_count = models.PositiveIntegerField(default=0)

    objects = ClientQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("business", "name", "id"), name="client_by_name"),
            models.Index(fields=("business", "email"), name="client_by_email"),
        )

    def __str__(self) -> str:
        return self.name

    def first_name(self) -> str:
        """Of one who was erased the neutral name whole: "Erased client"."""
        return self.name if self.erased_at else self.name.split(" ", 1)[0]


class PortalUserQuerySet(models.QuerySet["PortalUser"]):
    def signed_in(self) -> "PortalUserQuerySet":
        """Those who signed in since they were let in: one person may open portals of several businesses, and a
        sign-in from before says nothing of this one. As PortalUser.last_seen."""
        return self.filter(user__last_login__gte=models.F("created_at"))

    def not_signed_in(self) -> "PortalUserQuerySet":
        return self.exclude(user__last_login__gte=models.F("created_at"))


class PortalUser(BusinessRow):
    """Lets a user open the portal for a client; a client has one or more."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="portal_users", db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="portal_users")
    created_at = models.DateTimeField(default=timezone.now)

    objects = PortalUserQuerySet.as_manager()

    class Meta:
        # Plain, without the business: undoing an import deletes clients.
        indexes = (models.Index(fields=("client",), name="portal_user_of_client"),)
        constraints = (
            models.UniqueConstraint(fields=("business", "client", "user"), name="portal_user_once"),
        )

    def last_seen(self) -> datetime | None:
        """When she last signed in, if that was since she was let in. As PortalUserQuerySet.signed_in."""
        seen = self.user.last_login
        return seen if seen and seen >= self.created_at else None
