"""People who sign in by email, and the businesses they work for."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from .base import BusinessRow, Row


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, **fields: Any) -> "User":
        """A person without a password: she signs in by a link or a code."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, Row):
    """Someone who signs in; staff of a business, portal user of a client, or both."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=8, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_once"),)

    def __str__(self) -> str:
        return self.name or self.email


def has_come() -> models.Q:
    """Of a membership or a portal user: its person has signed in since she was let in. An earlier sign-in was for
    another business."""
    return models.Q(user__last_login__gte=models.F("created_at"))


class Belonging(BusinessRow):
    """What lets a user in; `created_at` is when she was, or when she was last invited."""

    user: "models.ForeignKey[User, User]"
    created_at: "models.DateTimeField[datetime, datetime]"

    class Meta:
        abstract = True

    def seen_at(self) -> datetime | None:
        """As `has_come`: when she last signed in, None where that was before she was let in. Needs the user in hand."""
        seen = self.user.last_login
        return seen if seen and seen >= self.created_at else None


class Membership(Belonging):
    """Makes a user owner, staff or technician of a business; any of them may be a visit's technician.

    Who leaves stays as an inactive row; `created_at` is when she was last invited.
    """

    class Role(models.TextChoices):
        OWNER = "owner"
        STAFF = "staff"
        TECHNICIAN = "technician"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role, default=Role.STAFF)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("business", "user"), name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=("owner", "staff", "technician")), name="membership_role_known"
            ),
        )
