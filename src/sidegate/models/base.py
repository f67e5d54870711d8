"""What every table has: a UUIDv7 key, and below Business the business it belongs to."""

import uuid
from typing import TYPE_CHECKING

from django.db import models

from .identity import uuid7

if TYPE_CHECKING:
    from .business import Business


class Row(models.Model):
    """A table with a UUIDv7 primary key; ordering by it is ordering by time of making."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class BusinessRow(Row):
    """A table below Business. No index on the bare key: those that serve pages begin with it."""

    business_id: uuid.UUID
    business: "models.ForeignKey[Business, Business]" = models.ForeignKey(
        "sidegate.Business", on_delete=models.PROTECT, db_index=False, related_name="+"
    )

    class Meta:
        abstract = True
