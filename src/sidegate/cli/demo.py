"""`sidegate demo`: Greenlawn, told and served; nothing to set up, nothing is sent."""

import sys
from argparse import Namespace
from dataclasses import dataclass
from datetime import timedelta

from .commands import DEFAULT_HOST, DEFAULT_PORT
from .demo_folder import DemoFolder
from .ports import listen, listen_nearby
from .processes import in_a_child
from .serving import serve_together
from .start import reach_database, set_up_django
from .trouble import Trouble

WEB_PROCESSES = 1
GRACE_SECONDS = 3.0
ONE_DAY = timedelta(days=1)


def run(options: Namespace) -> int:
    folder = DemoFolder.here()
    wanted = options.port
    listening = listen(DEFAULT_HOST, wanted) if wanted else listen_nearby(DEFAULT_HOST, DEFAULT_PORT)
    with listening, folder.in_use(fresh=options.fresh) as turn:
        port = listening.getsockname()[1]
        _tell_differences(wanted or DEFAULT_PORT, port, folder.take_environment(port))
        if turn.is_alone and (code := in_a_child(lambda: prepare(folder, fresh=options.fresh))):
            return code
        turn.share()
        set_up_django()
        serve_together(
            listening,
            workers=WEB_PROCESSES,
            announcement=_welcome(folder),
            grace_seconds=GRACE_SECONDS,
            log=folder.log,
        )
    print("Stopped.", flush=True)
    return 0


def _tell_differences(wanted: int, port: int, ignored: list[str]) -> None:
    if port != wanted:
        print(f"Port {wanted} is taken, so the demo uses {port}.")
    if ignored:
        print(f"The demo has its own database and mailbox: {', '.join(ignored)} is left alone.")


def prepare(folder: DemoFolder, *, fresh: bool) -> None:
    """Tables up to date, the story told once, static files collected."""
    if fresh or folder.told_at() is None:
        folder.clear()
    _migrate()
    if _is_of_another_day(folder):
        if _was_touched(folder):
            print("This demo began on an earlier day. Start it with --fresh for one that begins today.")
        else:
            _let_go()
            folder.clear()
            _migrate()
    if folder.told_at() is None:
        _tell(folder)
    from .static_files import collect_static_files

    collect_static_files()


def _migrate() -> None:
    reach_database()
    from .migrate import migrate

    migrate(verbosity=0)


def _is_of_another_day(folder: DemoFolder) -> bool:
    from django.utils import timezone

    told_at = folder.told_at()
    return told_at is not None and timezone.now() - told_at > ONE_DAY / 2


def _was_touched(folder: DemoFolder) -> bool:
    from ..models import Event

    return Event.objects.filter(at__gt=folder.told_at()).exists()


def _let_go() -> None:
    from django.db import connection

    connection.close()


def _tell(folder: DemoFolder) -> None:
    from django.utils import timezone

    from .story import tell

    print("Telling the demo's story …", file=sys.stderr, flush=True)
    tell()
    folder.mark_told(timezone.now())


@dataclass(frozen=True, slots=True)
class _Role:
    email: str
    line: str


MARIA = _Role("maria@example.com", "Ask as Maria, a client")
DANA = _Role("dana@example.com", "Answer as Dana, the owner")


def _welcome(folder: DemoFolder) -> str:
    from django.conf import settings

    lines = [(role.line, _link(role)) for role in (MARIA, DANA)]
    lines.append(("Read what was sent", f"{settings.SIDEGATE_BASE_URL}/demo/mailbox"))
    addresses = "\n".join(f"  {what:<27}{address}" for what, address in lines)
    return (
        f"\nThe demo is running. Nothing leaves this machine: all mail ends in the mailbox.\n\n{addresses}\n\n"
        "Each link signs you in, as often as you like. A private window shows both sides at once.\n"
        f"Everything lies in {folder.path}. Ctrl-C stops it; started with --fresh it begins anew.\n"
    )


def _link(role: _Role) -> str:
    from ..models import User
    from .sign_in_link import link_for

    user = User.objects.filter(email=role.email, is_active=True).first()
    if user is None:
        raise Trouble(f"{role.email} is gone from this demo. Start it with --fresh to begin anew.")
    return link_for(user)
