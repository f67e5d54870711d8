"""A line of the catalog."""

from django.db import models

from ..wording.languages import in_language
from .base import BusinessRow
from .frequency import Frequency


class ServiceQuerySet(models.QuerySet["Service"]):
    def active(self) -> "ServiceQuerySet":
        return self.filter(archived_at=None)

    def requestable(self) -> "ServiceQuerySet":
        return self.active().filter(is_requestable=True)


class Service(BusinessRow):
    """What the business offers. Names and descriptions are keyed by language; no price means "on request"."""

    names = models.JSONField(default=dict)
    descriptions = models.JSONField(default=dict, blank=True)
    category = models.CharField(max_length=60, blank=True)
    price_minor = models.BigIntegerField(null=True, blank=True)
    duration_minutes = models.PositiveIntegerField(default=60)
    frequency = models.CharField(max_length=12, blank=True, choices=Frequency)
    is_requestable = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("business", "position", "id"), name="service_by_position"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(price_minor=None) | models.Q(price_minor__gte=0),
                name="service_price_not_negative",
            ),
        )

    def __str__(self) -> str:
        return self.name_in("en")

    def name_in(self, language: str, *others: str) -> str:
        """The name in the language, else in one of the others, else in any it has."""
        return in_language(self.names, language, *others)
