"""One dated appointment under a ClientService."""

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from .base import BusinessRow
from .client_service import ClientService
from .frequency import PartOfDay
from .user import Membership


class VisitQuerySet(models.QuerySet["Visit"]):
    def occupying(self) -> "VisitQuerySet":
        """Visits that take up their day (DESIGN rule 10)."""
        return self.filter(status__in=Visit.OCCUPYING)

    def upcoming(self, today: date) -> "VisitQuerySet":
        return self.filter(status=Visit.Status.SCHEDULED, date__gte=today)

    def untouched(self) -> "VisitQuerySet":
        """Made from a rhythm, and nobody has moved, staffed or closed them, nor do they answer a request."""
        return self.filter(
            occurrence_date__isnull=False, version=0, status=Visit.Status.SCHEDULED, booking_request=None
        )

    def settled(self, now: datetime) -> "VisitQuerySet":
        """Without those that a decision made which may still be undone (rule 16)."""
        undoable = Q(booking_request__undo_until__gt=now) | Q(
            client_service__booking_request__undo_until__gt=now
        )
        return self.exclude(undoable)

    def on(self, day: date) -> "VisitQuerySet":
        return self.filter(date=day)


class Visit(BusinessRow):
    """An appointment. `version` grows with every change after it was made; 0 is untouched."""

    class Status(models.TextChoices):
        SCHEDULED = "scheduled"
        COMPLETED = "completed"
        SKIPPED = "skipped"
        CANCELLED = "cancelled"

    OCCUPYING = (Status.SCHEDULED, Status.COMPLETED)

    client_service = models.ForeignKey(
        ClientService, on_delete=models.PROTECT, related_name="visits", db_index=False
    )
    date = models.DateField()
    part_of_day = models.CharField(max_length=12, choices=PartOfDay, default=PartOfDay.ANY)
    # The arrival window, local times; both or none.
    arrives_from = models.TimeField(null=True, blank=True)
    arrives_until = models.TimeField(null=True, blank=True)
    duration_minutes = models.PositiveIntegerField(default=60)
    technician = models.ForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="visits"
    )
    is_charged = models.BooleanField(default=True)
    note = models.TextField(max_length=2000, blank=True)  # what the technician wrote; for the office
    status = models.CharField(max_length=12, choices=Status, default=Status.SCHEDULED)
    # The request this visit answers; of a series, its first visit.
    booking_request = models.OneToOneField(
        "sidegate.BookingRequest", on_delete=models.PROTECT, null=True, blank=True, related_name="visit"
    )
    # The date in the rhythm of a recurring service: a visit moved elsewhere keeps it and is never made again.
    occurrence_date = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    objects = VisitQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("business", "date", "id"), name="visit_by_date"),
            # Plain, without the business: serves the lookup of one agreement's visits and its deletion.
            models.Index(fields=("client_service", "date"), name="visit_by_client_service"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("client_service", "occurrence_date"), name="visit_occurrence_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("scheduled", "completed", "skipped", "cancelled")),
                name="visit_status_known",
            ),
            models.CheckConstraint(
                condition=Q(arrives_from=None, arrives_until=None) | Q(arrives_from__lt=F("arrives_until")),
                name="visit_arrival_in_order",
            ),
        )
