"""The way in: an address is typed, the worker answers it with a link and a code (CASES D13 to D15).

docs/decisions/0009-sign-in.md says why it is our own small table, and how the limits are counted.
"""

from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from math import ceil
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from ..models import Business, SignIn, User
from ..models.sign_in import CODE_TRIES, hashed
from ..wording.languages import choose_language
from .errors import Refused, TooMany
from .messages import Recipient, draft, own_words, store_sign_in

KEPT_FOR = timedelta(days=1)
TOO_LATE_TO_ANSWER = timedelta(hours=1)


@dataclass(eq=False)
class NoWayIn(Refused):
    """`code` is "used", "expired" or "wrong_code"; an unknown link is an expired one to whoever holds it."""

    code: str


@dataclass(frozen=True, slots=True)
class Limit:
    """So many rows within so long a time; rows are counted, for every process sees the same ones."""

    code: str
    at_most: int
    within: timedelta

    def check(self, rows: QuerySet[SignIn]) -> None:
        """Raises TooMany, with the seconds until the oldest of the newest rows leaves the time."""
        now = timezone.now()
        newest = rows.filter(created_at__gt=now - self.within).order_by("-created_at")
        times = list(newest.values_list("created_at", flat=True)[: self.at_most])
        if len(times) == self.at_most:
            raise TooMany(self.code, max(1, ceil((times[-1] + self.within - now).total_seconds())))


PER_PEER = Limit("sign_ins_per_peer", 20, timedelta(minutes=15))
MAILS_PER_ADDRESS = Limit("sign_in_mails", 5, timedelta(hours=1))
CODES_PER_ADDRESS = Limit("wrong_codes", 5, timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class Asker:
    """Where an asking comes from: the peer's address (None where there is none), and whether the typed
    email has signed in before in that browser. Strangers cannot use up what a known browser may still do.
    """

    peer: str | None = None
    is_known: bool = False


def ask_to_sign_in(
    *, email: str, by: Asker, language: str = "", next_path: str = "", business: Business | None = None
) -> SignIn:
    """Store what was typed, whoever it belongs to: the same statements for every address. Raises TooMany."""
    asked = SignIn.objects.filter(kind=SignIn.Kind.ASKED, email=email, from_known_browser=by.is_known)
    _check_peer(by)
    MAILS_PER_ADDRESS.check(asked)
    return SignIn.objects.create(
        email=email,
        from_address=by.peer,
        from_known_browser=by.is_known,
        language=language,
        next_path=next_path,
        business=business,
    )


def _check_peer(by: Asker) -> None:
    if by.peer:
        PER_PEER.check(SignIn.objects.filter(from_address=by.peer))


def answer_waiting_sign_ins(*, at_most: int = 50) -> int:
    """Queue a mail for each waiting asking that someone answers to; returns how many askings were looked at.

    Safe beside other workers: an asking is taken by a conditional UPDATE, in the transaction that stores
    its message.
    """
    waiting = SignIn.objects.filter(looked_up_at=None).select_related("business").order_by("created_at")
    askings = list(waiting[:at_most])
    for sign_in in askings:
        _answer(sign_in)
    _clear_old()
    return len(askings)


def _answer(sign_in: SignIn) -> None:
    user = User.objects.filter(email__iexact=sign_in.email, is_active=True).first()
    business = _business_of(user, sign_in.business) if user else None
    is_late = sign_in.created_at < timezone.now() - TOO_LATE_TO_ANSWER
    if user is None or business is None or is_late:
        _take(sign_in, user=None)
        return
    words = own_words(business.pk, ("sign_in",))
    recipient = Recipient(
        key=f"user:{user.pk}",
        name=user.name,
        address=user.email,
        language=choose_language(user.language, sign_in.language, business.default_language),
    )
    values = {
        "business": business.name,
        "business_phone": business.phone,
        "client": user.name.split(" ", 1)[0],
    }
    letter = draft("sign_in", words=words, recipient=recipient, values=values)
    with transaction.atomic():
        if _take(sign_in, user=user):
            store_sign_in(letter, sign_in=sign_in, business=business)


def _take(sign_in: SignIn, *, user: User | None) -> bool:
    """Whether this worker is the one that looked the asking up."""
    sign_in.user, sign_in.looked_up_at = user, timezone.now()
    taken = SignIn.objects.filter(pk=sign_in.pk, looked_up_at=None)
    return taken.update(looked_up_at=sign_in.looked_up_at, user=user) == 1


def _business_of(user: User, preferred: Business | None) -> Business | None:
    """In whose name to write: the business whose page she came from if she belongs there, else her first."""
    hers = Business.objects.filter(pk__in=_business_ids_of(user)).order_by("pk")
    if preferred is not None and (found := hers.filter(pk=preferred.pk).first()):
        return found
    return hers.first()


def _business_ids_of(user: User) -> set[UUID]:
    works_at = user.memberships.filter(is_active=True).values_list("business_id", flat=True)
    is_client_of = user.portal_users.filter(client__archived_at=None).values_list("business_id", flat=True)
    return {*works_at, *is_client_of}


def _clear_old() -> None:
    """Sign-ins of more than a day ago with their messages, and sessions that have ended.

    Looked for before anything is deleted: this runs every few seconds and should rarely write. The
    demo keeps its sign-ins: its links work for as long as it runs.
    """
    now = timezone.now()
    if not settings.SIDEGATE_DEMO:
        old = list(SignIn.objects.filter(created_at__lt=now - KEPT_FOR).values_list("pk", flat=True)[:200])
        if old:
            SignIn.objects.filter(pk__in=old).delete()
    ended = list(Session.objects.filter(expire_date__lt=now).values_list("pk", flat=True)[:200])
    if ended:
        Session.objects.filter(pk__in=ended).delete()


def find_link(token: str) -> SignIn:
    """The sign-in that a link belongs to, without using it. Raises NoWayIn where it could not be used."""
    return _still_open(_all().filter(token_hash=hashed(token)).first())


def find_sign_in(key: str) -> SignIn:
    """As `find_link`, once the link was followed: by the sign-in's key; empty where none was followed."""
    return _still_open(_all().filter(pk=key).first() if key else None)


def _all() -> QuerySet[SignIn]:
    return SignIn.objects.select_related("user", "business")


def _still_open(sign_in: SignIn | None) -> SignIn:
    if sign_in is None:
        raise NoWayIn("expired")
    person_of(sign_in)
    if settings.SIDEGATE_DEMO:
        return sign_in
    if sign_in.used_at is not None:
        raise NoWayIn("used")
    if sign_in.expires_at is None or sign_in.expires_at <= timezone.now():
        raise NoWayIn("expired")
    return sign_in


def person_of(sign_in: SignIn) -> User:
    """Whom it lets in. Raises NoWayIn where she may not come in any more, or has another address now."""
    user = sign_in.user
    if user is None or not user.is_active or user.email.lower() != sign_in.email.lower():
        raise NoWayIn("expired")
    return user


def use_link(sign_in: SignIn) -> User:
    """Sign in by a link that was found: once, whoever else presses at the same moment. Raises NoWayIn.

    In the demo a link can be used again for as long as the demo runs.
    """
    user = person_of(_still_open(sign_in))
    now = timezone.now()
    unused = SignIn.objects.filter(pk=sign_in.pk, used_at=None, expires_at__gt=now)
    if unused.update(used_at=now) != 1 and not settings.SIDEGATE_DEMO:
        raise NoWayIn("used")
    return user


def use_code(*, email: str, code: str, by: Asker) -> SignIn:
    """Sign in by the code of any mail that is still good; every try is counted before it is compared.

    Raises TooMany, or NoWayIn("wrong_code") for whatever is wrong: neither the answer nor the statements
    tell a known address from an unknown one. Five tries spend a mail's code, never its link.
    """
    _check_peer(by)
    CODES_PER_ADDRESS.check(
        SignIn.objects.filter(kind=SignIn.Kind.WRONG_CODE, email=email, from_known_browser=by.is_known)
    )
    good = SignIn.objects.filter(email=email, used_at=None, expires_at__gt=timezone.now())
    good.update(tries=F("tries") + 1)
    typed = hashed(as_minted(code))
    for sign_in in good.select_related("user").filter(tries__lte=CODE_TRIES):
        if compare_digest(typed, sign_in.code_hash) and _use_for_code(sign_in):
            return sign_in
    _remember_wrong_code(email, by)
    raise NoWayIn("wrong_code")


def _use_for_code(sign_in: SignIn) -> bool:
    person_of(sign_in)
    return SignIn.objects.filter(pk=sign_in.pk, used_at=None).update(used_at=timezone.now()) == 1


def as_minted(code: str) -> str:
    """The code as it stands in the mail, however it was typed: "k7q2-mxwp" or "K7Q2 MXWP"."""
    return "".join(sign for sign in code.upper() if sign.isalnum())


def _remember_wrong_code(email: str, by: Asker) -> None:
    SignIn.objects.create(
        kind=SignIn.Kind.WRONG_CODE,
        email=email,
        from_address=by.peer,
        from_known_browser=by.is_known,
        looked_up_at=timezone.now(),
    )


def direct_link(user: User, *, next_path: str = "") -> str:
    """A sign-in link made at once, for the command line; it is good as long as a mailed one."""
    sign_in = SignIn.objects.create(
        kind=SignIn.Kind.GIVEN,
        email=user.email,
        user=user,
        business=_business_of(user, None),
        next_path=next_path,
        looked_up_at=timezone.now(),
    )
    token, _code = sign_in.mint()
    return link_address(token)


def end_sessions(*, by: User) -> None:
    """Sign her out on every device: each session is bound to the password field, which is made anew."""
    by.set_unusable_password()
    by.save(update_fields=["password"])


def link_address(token: str) -> str:
    return f"{settings.SIDEGATE_BASE_URL}/sign-in/{token}"
