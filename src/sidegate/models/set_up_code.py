"""The code, printed in the terminal, that opens the page on which a business is set up."""

from django.db import models
from django.utils import timezone

from .base import Row


class SetUpCode(Row):
    """Used once. Belongs to no business: it makes one. Only its hash is kept; every try is counted."""

    code_hash = models.CharField(max_length=64, unique=True)
    tries = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
