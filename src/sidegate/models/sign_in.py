"""A way in by emailed link or code: asked for with a typed address, usable once."""

import hashlib
import secrets
from datetime import timedelta

from django.db import models
from django.utils import timezone

from .base import Row
from .business import Business
from .user import User

LIFETIME = timedelta(minutes=15)
CODE_TRIES = 5
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class SignIn(Row):
    """One asking. The page stores only what was typed; the worker looks up whether someone has the address.

    Has no required business: the address may belong to nobody. Only hashes of link and code are kept.
    A wrong code leaves a row too: limits are met by counting rows (CASES D15).
    """

    class Kind(models.TextChoices):
        ASKED = "asked"
        GIVEN = "given"
        WRONG_CODE = "wrong_code"

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.ASKED)
    email = models.CharField(max_length=254)  # as typed, in lower case
    from_address = models.GenericIPAddressField(null=True, blank=True)
    # Asked in a browser in which this address has signed in before: strangers' askings don't count against it.
    from_known_browser = models.BooleanField(default=False)
    language = models.CharField(max_length=8, blank=True)
    next_path = models.CharField(max_length=300, blank=True)
    business = models.ForeignKey(
        Business, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    token_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    code_hash = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    looked_up_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("email", "created_at"), name="sign_in_by_email"),
            models.Index(fields=("from_address", "created_at"), name="sign_in_by_address"),
            models.Index(
                fields=("created_at",), name="sign_in_waiting", condition=models.Q(looked_up_at=None)
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=("asked", "given", "wrong_code")), name="sign_in_kind_known"
            ),
        )

    def mint(self) -> tuple[str, str]:
        """New link token (256 bits) and code (8 signs); stores their hashes, starts the 15 minutes."""
        token, code = secrets.token_urlsafe(32), "".join(secrets.choice(CODE_ALPHABET) for _ in range(8))
        self.token_hash, self.code_hash = hashed(token), hashed(code)
        self.expires_at, self.tries = timezone.now() + LIFETIME, 0
        self.save(update_fields=["token_hash", "code_hash", "expires_at", "tries"])
        return token, code
