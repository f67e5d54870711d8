"""An address where service happens."""

from django.db import models

from .base import BusinessRow
from .client import Client


class PropertyQuerySet(models.QuerySet["Property"]):
    def active(self) -> "PropertyQuerySet":
        return self.filter(archived_at=None)


class Property(BusinessRow):
    """An address of a client, with what one needs to know to get in."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="properties", db_index=False)
    address = models.CharField(max_length=200)
    access_notes = models.TextField(max_length=2000, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = PropertyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "properties"
        indexes = (
            models.Index(fields=("business", "client", "id"), name="property_by_client"),
            # Plain, without the business: undoing an import deletes clients.
            models.Index(fields=("client",), name="property_of_client"),
        )

    def __str__(self) -> str:
        return self.address
