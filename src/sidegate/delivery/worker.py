"""The worker: takes what is due, one message after another, and never holds anyone up (CASES D8 to D11)."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from ..models import Message
from . import outbox
from .email import Mailer, Never, NoSuchAddress, NotNow, OutOfReach, compose, mailer_for
from .mail_server import mail_server
from .sign_in_secrets import with_secrets
from .stopping import Dropped, Stop

log = logging.getLogger("sidegate.delivery")

BATCH = 20
POLL_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0

Chore = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Batch:
    """How many messages were taken, and whether it ended because no mail server could be reached."""

    taken: int
    is_out_of_reach: bool = False


def deliver_due(*, limit: int = BATCH) -> int:
    """Deliver up to so many of the messages that are due; returns how many were taken."""
    mailer = mailer_for(mail_server())
    try:
        return _deliver_batch(mailer, limit, Stop()).taken
    finally:
        mailer.close()


def run_worker(*, once: bool = False, chores: Sequence[Chore] = ()) -> None:
    """Deliver until told to stop by SIGTERM or SIGINT; with `once`, until nothing is due.

    Chores are done before each look at the outbox. One that fails is logged, and holds up nothing.
    """
    mailer = mailer_for(mail_server())
    pause = 0.0
    with Stop.on_signals() as stop:
        try:
            while not stop.is_set():
                batch = _one_round(mailer, chores, stop)
                if once and (not batch.taken or batch.is_out_of_reach):
                    return
                pause = _next_pause(pause, batch)
                if not batch.taken or batch.is_out_of_reach:
                    mailer.close()
                    _wait(pause, chores, stop)
        except Dropped:
            log.warning("stopped in the middle of a round")
        finally:
            mailer.close()


def _wait(seconds: float, chores: Sequence[Chore], stop: Stop) -> None:
    """Until the mail is looked after again. While its server is out of reach that is long: everything else goes on."""
    ends_at = monotonic() + seconds
    while (left := ends_at - monotonic()) > 0 and not stop.is_set():
        stop.wait(min(left, POLL_SECONDS))
        if left > POLL_SECONDS and not stop.is_set():
            close_old_connections()
            for chore in chores:
                _do(chore)


def at_most_every(seconds: float, chore: Chore) -> Chore:
    """The chore, done no more often than that."""
    due_at = 0.0

    def now_and_then() -> None:
        nonlocal due_at
        if monotonic() >= due_at:
            due_at = monotonic() + seconds
            chore()

    return now_and_then


def _next_pause(pause: float, batch: Batch) -> float:
    """A second; while the mail server is out of reach twice as long each time, up to half a minute."""
    return min(max(POLL_SECONDS, 2 * pause), LONGEST_PAUSE_SECONDS) if batch.is_out_of_reach else POLL_SECONDS


def _one_round(mailer: Mailer, chores: Sequence[Chore], stop: Stop) -> Batch:
    close_old_connections()
    for chore in chores:
        _do(chore)
    try:
        return _deliver_batch(mailer, BATCH, stop)
    except DatabaseError:
        log.exception("the outbox could not be read or written")
        return Batch(0)


def _do(chore: Chore) -> None:
    try:
        chore()
    except Exception:
        log.exception("a chore failed")


def _deliver_batch(mailer: Mailer, limit: int, stop: Stop) -> Batch:
    taken = 0
    for key in outbox.due_keys(limit):
        if stop.is_set():
            break
        message = outbox.claim(key)
        if message is None:
            continue
        taken += 1
        try:
            _deliver(message, mailer)
        except OutOfReach:
            return Batch(taken, is_out_of_reach=True)
    return Batch(taken)


def _deliver(message: Message, mailer: Mailer) -> None:
    """Send a claimed message and record what became of it. Raises OutOfReach, after recording that too."""
    if outbox.is_spent(message):
        outbox.mark_failed(message, "each attempt broke off")
        _tell(message, "given up", logging.ERROR)
        return
    if outbox.is_for_who_left(message):
        outbox.mark_left_team(message)
        _tell(message, "let go", logging.INFO)
        return
    try:
        if mailer.open() and not outbox.renew(message):
            return  # connecting took so long that someone else has it
        _send(message, mailer)
    except NotNow as fault:
        is_kept = outbox.postpone(message, str(fault))
        _tell(message, "postponed" if is_kept else "given up", logging.WARNING, str(fault))
        if isinstance(fault, OutOfReach):
            raise
    except NoSuchAddress as fault:
        outbox.mark_unreachable(message, str(fault))
        _tell(message, "no such address", logging.WARNING, str(fault))
    except Never as fault:
        outbox.mark_failed(message, str(fault))
        _tell(message, "refused", logging.WARNING, str(fault))
    except Dropped:
        outbox.give_back(message)
        raise


def _send(message: Message, mailer: Mailer) -> None:
    try:
        text = with_secrets(message)
        mail = compose(message, text=text, from_address=mail_server().from_address)
    except (DatabaseError, Dropped):
        raise
    except Exception as fault:
        raise Never(f"cannot be built: {type(fault).__name__}") from fault
    mailer.send(mail)
    outbox.mark_sent(message, **({"text": text} if settings.SIDEGATE_DEMO else {}))
    _tell(message, "sent", logging.INFO)


def _tell(message: Message, fate: str, level: int, reason: str = "") -> None:
    """Of what a mail server answered only its code, for it may repeat the address (CASES D27)."""
    said = reason[:3] if reason[:3].isdigit() else reason
    facts = {"id": str(message.pk), "key": message.key, "attempt": message.attempts}
    log.log(level, fate, extra={"facts": {**facts, **({"reason": said} if said else {})}})
