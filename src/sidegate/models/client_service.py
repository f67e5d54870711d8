"""A service agreed with one client at one property."""

from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .base import BusinessRow
from .client import Client
from .frequency import Frequency
from .property import Property
from .service import Service


class ClientServiceQuerySet(models.QuerySet["ClientService"]):
    def active(self) -> "ClientServiceQuerySet":
        return self.filter(status=ClientService.Status.ACTIVE)

    def matching(self, today: date) -> "ClientServiceQuerySet":
        """Active ones that a request still matches: a one-time one only while it has no visit yet, or one
        scheduled today or later (DESIGN section 2)."""
        ahead = Q(visits__status="scheduled", visits__date__gte=today)
        open_ones = ClientService.objects.filter(Q(visits=None) | ahead, pk=models.OuterRef("pk"))
        return self.active().filter(Q(frequency__gt="") | models.Exists(open_ones))

    def settled(self, now: datetime) -> "ClientServiceQuerySet":
        """Without those that a decision made which may still be undone (rule 16)."""
        return self.exclude(booking_request__undo_until__gt=now)


class ClientService(BusinessRow):
    """An agreement. Its price was locked when it was assigned; no frequency means one-time."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"
        CANCELLED = "cancelled"
        COMPLETED = "completed"

    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="client_services", db_index=False
    )
    property = models.ForeignKey(
        Property, on_delete=models.PROTECT, related_name="client_services", db_index=False
    )
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, related_name="client_services", db_index=False
    )
    price_minor = models.BigIntegerField()
    frequency = models.CharField(max_length=12, blank=True, choices=Frequency)
    start_date = models.DateField()
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    # The request whose approval made this agreement; requests are never deleted.
    booking_request = models.ForeignKey(
        "sidegate.BookingRequest",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="client_services_made",
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = ClientServiceQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("business", "client", "service"), name="client_service_by_client"),
            # Plain, without the business: undoing an import deletes clients and their addresses.
            models.Index(fields=("client",), name="client_service_of_client"),
            models.Index(fields=("property",), name="client_service_of_property"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(price_minor__gte=0), name="client_service_price_not_negative"),
            models.CheckConstraint(
                condition=Q(status__in=("active", "paused", "cancelled", "completed")),
                name="client_service_status_known",
            ),
        )
