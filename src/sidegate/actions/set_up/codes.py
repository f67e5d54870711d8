"""The code that opens the set-up page: printed once in the terminal, kept as a keyed hash, used once."""

import secrets
from datetime import timedelta
from typing import Final

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ...models import SetUpCode, SignIn
from ...models.sign_in import CODE_ALPHABET
from ..sign_in import Asker, Limit, NoWayIn, as_minted

LIFETIME: Final = timedelta(hours=24)
KEPT_FOR: Final = timedelta(days=30)  # so that an old code is told to be old
MOST_TRIES: Final = 1000  # of all peers together: a guess finds one of 30⁸ codes
WRONG_CODES = Limit("wrong_set_up_codes", 5, timedelta(minutes=15))
KIND: Final = SignIn.Kind.WRONG_CODE
MARK: Final = "set-up"  # stands where a wrong sign-in code has its address
SALT: Final = "sidegate.set_up_code"


def new_set_up_code(*, replaces_others: bool = False) -> str:
    """A new code, as it is printed: "K7Q2-MXWP". Replaced ones open nothing any more; a page they opened stays open."""
    now = timezone.now()
    SetUpCode.objects.filter(expires_at__lt=now - KEPT_FOR).delete()
    if replaces_others:
        _unused().update(tries=MOST_TRIES)
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(8))
    SetUpCode.objects.create(code_hash=_hashed(code), expires_at=now + LIFETIME)
    return f"{code[:4]}-{code[4:]}"


def open_set_up(code: str, *, by: Asker) -> SetUpCode:
    """The row of the code that was typed, without using it; every try is counted before it is looked up.

    Raises TooMany, or NoWayIn: "used", "expired" (replaced ones too) or "wrong_code".
    """
    if by.peer:
        WRONG_CODES.check(SignIn.objects.filter(kind=KIND, email=MARK, from_address=by.peer))
    _unused().update(tries=F("tries") + 1)
    found = SetUpCode.objects.filter(code_hash=_hashed(as_minted(code))).first()
    if found is None:
        SignIn.objects.create(kind=KIND, email=MARK, from_address=by.peer, looked_up_at=timezone.now())
        raise NoWayIn("wrong_code")
    if found.tries > MOST_TRIES and found.used_at is None:
        raise NoWayIn("expired")
    return _still_open(found)


def find_set_up(key: str) -> SetUpCode:
    """As `open_set_up`, once the code was typed: by its row's key. Raises NoWayIn: "used" or "expired"."""
    return _still_open(SetUpCode.objects.filter(pk=key).first())


def _still_open(found: SetUpCode | None) -> SetUpCode:
    if found is not None and found.used_at is not None:
        raise NoWayIn("used")
    if found is None or found.expires_at <= timezone.now():
        raise NoWayIn("expired")
    return found


def use_set_up(code: SetUpCode) -> None:
    """Belongs into the transaction that makes the business: once, whoever else finishes at the same moment.

    Raises NoWayIn.
    """
    if _unused().filter(pk=code.pk).update(used_at=timezone.now()) != 1:
        raise NoWayIn("used")


def _unused() -> QuerySet[SetUpCode]:
    return SetUpCode.objects.filter(used_at=None, expires_at__gt=timezone.now())


def _hashed(code: str) -> str:
    """Keyed, for eight signs could be guessed from a stolen database; and not slow, for it is looked up by it."""
    return salted_hmac(SALT, code, algorithm="sha256").hexdigest()
