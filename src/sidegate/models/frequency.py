"""How often a service repeats."""

from django.db import models


class Frequency(models.TextChoices):
    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    MONTHLY = "monthly"


class PartOfDay(models.TextChoices):
    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"
