"""Dates the office offers a client instead of the ones she asked for."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .base import BusinessRow
from .booking_request import BookingRequest
from .frequency import PartOfDay
from .user import User


class DateProposal(BusinessRow):
    """One to three dates for one request. While it is open it is the client's turn.

    `plan` is the fingerprint, less the date, of what approving would have done when it was made: what is
    taken later does the same, or nothing (DESIGN rule 14).
    """

    class Status(models.TextChoices):
        OPEN = "open"
        TAKEN = "taken"
        REFUSED = "refused"
        ENDED = "ended"

    booking_request = models.ForeignKey(BookingRequest, on_delete=models.PROTECT, related_name="proposals")
    dates = models.JSONField()  # ISO dates, in order
    part_of_day = models.CharField(max_length=12, choices=PartOfDay, default=PartOfDay.ANY)
    plan = models.CharField(max_length=32)
    note = models.TextField(max_length=1000, blank=True)  # the owner's own words to her
    answer = models.TextField(max_length=1000, blank=True)  # hers, where none fits
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("booking_request",), name="proposal_open_once", condition=Q(status="open")
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at=None) | (~Q(status="open") & Q(closed_at__isnull=False)),
                name="proposal_closed_whole",
            ),
        )
