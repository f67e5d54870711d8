"""Workers as processes of their own, on the database of a test. Run with a JSON object as its argument.

`database` is the database's name, `email_url` and `email_timeout` as in the settings. With `kills`, two
workers are started and killed so many times, then run until nothing is left; without, one worker runs.
"""

import json
import os
import random
import signal
import sys
import time
from email.message import EmailMessage
from multiprocessing.sharedctypes import RawValue
from typing import Any

import django
from django.conf import settings
from django.db import connections


def begin(given: dict[str, Any]) -> None:
    django.setup()
    connections.databases["default"]["NAME"] = given["database"]
    settings.SIDEGATE_EMAIL_URL = given["email_url"]
    settings.EMAIL_TIMEOUT = given["email_timeout"]


def warm_up() -> None:
    """What a worker does once in its life, done before it is forked: they live too short to do it often."""
    from sidegate.delivery.layout import laid_out
    from sidegate.models import Business, Message

    laid_out(Message(business=Business(name="Greenlawn"), language="es"), text="Hola")


def counted_sends() -> Any:
    """Grows with each mail that any worker forked from here on begins to send."""
    from sidegate.delivery.email import SmtpMailer

    begun, send = RawValue("i", 0), SmtpMailer.send

    def counting(mailer: SmtpMailer, mail: EmailMessage) -> None:
        begun.value += 1
        send(mailer, mail)

    SmtpMailer.send = counting  # type: ignore[method-assign]
    return begun


def work(*, once: bool) -> None:
    from sidegate.delivery.worker import run_worker

    run_worker(once=once)


def forked(*, once: bool) -> int:
    """The process id of a worker of its own; it has no connection of ours, for we have none."""
    child = os.fork()
    if child == 0:
        work(once=once)
        os._exit(0)
    return child


def kill_two(times: int) -> None:
    """Each time once some mails are on their way, at whatever instant of that."""
    warm_up()
    begun = counted_sends()
    for _ in range(times):
        enough = begun.value + random.randint(1, 4)
        workers = [forked(once=False) for _ in range(2)]
        while begun.value < enough:
            time.sleep(0.002)
        time.sleep(random.uniform(0, 0.02))
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
            os.waitpid(worker, 0)


def finish() -> None:
    """Let two workers run until nothing waits, leases of the killed ones included."""
    while how_many_wait():
        for worker in [forked(once=True) for _ in range(2)]:
            os.waitpid(worker, 0)
        time.sleep(0.1)


def how_many_wait() -> int:
    from sidegate.models import Message

    try:
        return Message.objects.waiting().count()
    finally:
        connections.close_all()


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    begin(given)
    if given.get("seconds_to_finish"):
        from sidegate.delivery import stopping

        stopping.SECONDS_TO_FINISH = given["seconds_to_finish"]
    if given.get("kills"):
        kill_two(given["kills"])
        finish()
    else:
        print("working", flush=True)
        work(once=False)
