"""A service agreed with one client at one property."""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from .base import BusinessRow
from .client import Client
from .frequency import Frequency, PartOfDay
from .property import Property
from .recurrence import Recurrence
from .service import Service
from .user import Membership


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
    """An agreement. Its price was locked when it was assigned; no frequency means one-time.

    A recurring one has a `rule`, an RFC 5545 recurrence (recurrence.py), counted from `rule_start`: with a new
    day or frequency that begins anew, `start_date` stays. `frequency` is the rule's summary in one word.
    """

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
    rule = models.CharField(max_length=120, blank=True)
    rule_start = models.DateField(null=True, blank=True)
    start_date = models.DateField()
    ends_on = models.DateField(null=True, blank=True)  # the last day it may have a visit
    part_of_day = models.CharField(max_length=12, choices=PartOfDay, default=PartOfDay.ANY)
    # The arrival window, local times; both or none.
    arrives_from = models.TimeField(null=True, blank=True)
    arrives_until = models.TimeField(null=True, blank=True)
    technician = models.ForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="client_services"
    )
    duration_minutes = models.PositiveIntegerField(null=True, blank=True)  # None: the service's
    # A pause, first and last day of it: planned, or under way. No visit is made in it.
    paused_from = models.DateField(null=True, blank=True)
    paused_until = models.DateField(null=True, blank=True)
    # Whether its visits are put on the schedule by themselves; and the day from which there are some to make.
    makes_visits = models.BooleanField(default=False)
    extends_on = models.DateField(null=True, blank=True)
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
            # Of all businesses: what the worker takes next (as the outbox's).
            models.Index(
                fields=("extends_on",), name="client_service_to_extend", condition=Q(extends_on__isnull=False)
            ),
            models.Index(
                fields=("paused_from",),
                name="client_service_in_pause",
                condition=Q(paused_from__isnull=False),
            ),
        )
        constraints = (
            models.CheckConstraint(condition=Q(price_minor__gte=0), name="client_service_price_not_negative"),
            models.CheckConstraint(
                condition=Q(status__in=("active", "paused", "cancelled", "completed")),
                name="client_service_status_known",
            ),
            models.CheckConstraint(
                condition=Q(frequency="", rule="", rule_start=None)
                | Q(frequency__gt="", rule__gt="", rule_start__isnull=False),
                name="client_service_recurring_has_rule",
            ),
            models.CheckConstraint(
                condition=Q(arrives_from=None, arrives_until=None) | Q(arrives_from__lt=F("arrives_until")),
                name="client_service_arrival_in_order",
            ),
            models.CheckConstraint(
                condition=Q(paused_until=None) | Q(paused_from__lte=F("paused_until")),
                name="client_service_pause_in_order",
            ),
            models.CheckConstraint(
                condition=Q(extends_on=None) | Q(status="active", frequency__gt="", makes_visits=True),
                name="client_service_active_extends",
            ),
        )

    def recurrence(self) -> Recurrence:
        """Of a recurring agreement. Raises ValueError of a one-time one."""
        return Recurrence.of(self.rule)

    def minutes(self) -> int:
        """How long a visit takes. Needs the service in hand where nothing else was agreed."""
        return self.service.duration_minutes if self.duration_minutes is None else self.duration_minutes

    def occurrences(self, first: date, last: date) -> list[date]:
        """The dates of its rhythm from the first day to the last, without those in a pause or after its end."""
        last = min(last, self.ends_on) if self.ends_on else last
        found = self.recurrence().dates(self.rule_start or self.start_date, first, last)
        return [day for day in found if not self.is_in_pause(day)]

    def occurrence_after(self, day: date) -> date | None:
        """The next date of its rhythm; None after its end, or in a pause without one."""
        rule_start = self.rule_start or self.start_date
        following: date | None = self.recurrence().next_date(rule_start, day)
        if following and self.is_in_pause(following):
            following = (
                self.recurrence().next_date(rule_start, self.paused_until) if self.paused_until else None
            )
        return following if following and (self.ends_on is None or following <= self.ends_on) else None

    def is_in_pause(self, day: date) -> bool:
        if self.paused_from is None or day < self.paused_from:
            return False
        return self.paused_until is None or day <= self.paused_until


def rhythm(frequency: str, start: date) -> dict[str, Any]:
    """The fields of an agreement that repeats plainly from its start on, or of a one-time one."""
    if not frequency:
        return {"frequency": "", "rule": "", "rule_start": None}
    return {
        "frequency": frequency,
        "rule": Recurrence.counted_from(start, frequency).rule,
        "rule_start": start,
    }
