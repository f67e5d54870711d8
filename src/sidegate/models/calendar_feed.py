"""A secret address at which a calendar reads visits."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .base import BusinessRow
from .client import Client
from .user import Membership


def new_secret() -> str:
    """192 bits, as letters an address may hold."""
    return secrets.token_urlsafe(24)


class CalendarFeed(BusinessRow):
    """Of a technician, of a client, or with neither of the whole business.

    The secret is kept as it is, for it is shown again to who made it; a new one ends the old.
    """

    technician = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="calendar_feeds"
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, null=True, blank=True, related_name="calendar_feeds"
    )
    secret = models.CharField(max_length=40, unique=True, default=new_secret, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(technician=None) | Q(client=None), name="calendar_feed_of_one"
            ),
            models.UniqueConstraint(
                fields=("business", "client"),
                name="calendar_feed_of_client_once",
                condition=Q(client__isnull=False, revoked_at=None),
            ),
            models.UniqueConstraint(
                fields=("business", "technician"),
                name="calendar_feed_of_technician_once",
                condition=Q(technician__isnull=False, revoked_at=None),
            ),
            models.UniqueConstraint(
                fields=("business",),
                name="calendar_feed_of_business_once",
                condition=Q(client=None, technician=None, revoked_at=None),
            ),
        )
