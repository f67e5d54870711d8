"""How long someone stays signed in, and which browsers have seen her before (CASES D15, D16)."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.backends import ModelBackend
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ..models import User
from ..models.compiled import CompiledFirst, Given

BACKEND = "sidegate.web.sessions.People"
CLIENTS_STAY = timedelta(days=90)
STAFF_STAYS = timedelta(days=30)
SHORT_STAY = timedelta(hours=12)
RENEWED_ON = "renewed_on"

KNOWN_FOR = timedelta(days=365)
KNOWN_AT_MOST = 4
KNOWN_SALT = "sidegate.known_browser"


class People(ModelBackend):
    """Django's own, with the one query that every page waits for compiled."""

    def get_user(self, user_id: object) -> User | None:
        user = _USER.first(pk=user_id)
        return user if user and self.user_can_authenticate(user) else None


_USER = CompiledFirst(User, lambda: User.objects.filter(pk=Given("pk")))


def begin(request: HttpRequest, user: User, *, remember: bool) -> None:
    """Sign in under a new session key. Remembered, the session is renewed by use: 90 days for a client,
    30 for staff; else it ends after 12 hours, used or not.
    """
    login(request, user, backend=BACKEND)
    if not remember:
        request.session.set_expiry(timezone.now() + SHORT_STAY)
        return
    stays = STAFF_STAYS if works_in_an_office(user) else CLIENTS_STAY
    request.session.set_expiry(int(stays.total_seconds()))
    request.session[RENEWED_ON] = _today()


def works_in_an_office(user: User) -> bool:
    return user.memberships.filter(is_active=True).exists()


def renew(request: HttpRequest) -> None:
    """Start a remembered session's days anew, at most once a day."""
    if request.session.get(RENEWED_ON, _today()) != _today():
        request.session[RENEWED_ON] = _today()


def _today() -> str:
    return timezone.now().date().isoformat()


def is_known_browser(request: HttpRequest, email: str) -> bool:
    """Whether this address has signed in here before: such a browser has its own limits (T29)."""
    return _digest(email) in _known(request)


def remember_browser(request: HttpRequest, response: HttpResponse, email: str) -> None:
    digests = [_digest(email), *(digest for digest in _known(request) if digest != _digest(email))]
    response.set_cookie(
        _known_cookie(),
        signing.dumps(digests[:KNOWN_AT_MOST], salt=KNOWN_SALT),
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _known(request: HttpRequest) -> list[str]:
    try:
        return list(
            signing.loads(request.COOKIES.get(_known_cookie(), ""), salt=KNOWN_SALT, max_age=KNOWN_FOR)
        )
    except signing.BadSignature:
        return []


def _known_cookie() -> str:
    return "__Host-known" if settings.SESSION_COOKIE_SECURE else "known"


def _digest(email: str) -> str:
    return salted_hmac(KNOWN_SALT, email).hexdigest()[:32]
