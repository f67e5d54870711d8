"""Workers that are killed at any instant, or told to stop while they send (CASES T08, T17)."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sidegate.models import Message
from tests.conftest import Cast
from tests.delivery.rows import make_message
from tests.delivery.sink import Sink

from .shared_database import SharedDatabase

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

MAILS, KILLS = 600, 50
COMMAND = [sys.executable, "-m", "tests.faults.worker_process"]
ROOT = Path(__file__).resolve().parent.parent.parent


def given(database: SharedDatabase, sink: Sink, **others: Any) -> str:
    return json.dumps({"database": database.name, "email_url": sink.url, "email_timeout": 1, **others})


@contextmanager
def running_worker(argument: str) -> Iterator["subprocess.Popen[str]"]:
    """A worker process that has begun to work; killed in the end if it still runs."""
    process = subprocess.Popen([*COMMAND, argument], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        assert process.stdout.readline() == "working\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]


def wait_for(condition: Any, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def test_t08_two_workers_killed_fifty_times_lose_nothing(cast: Cast, tmp_path: Path) -> None:
    expected = {make_message(business=cast.greenlawn).message_id for _ in range(MAILS)}
    database = SharedDatabase(tmp_path)
    with Sink(seconds=0.015).open() as sink:
        subprocess.run([*COMMAND, given(database, sink, kills=KILLS)], cwd=ROOT, check=True, timeout=420)
    arrived = sink.per_message_id()
    assert set(arrived) == expected
    assert database.fates() == {"sent": MAILS}
    duplicates = arrived.total() - MAILS
    assert 0 < duplicates <= 2 * KILLS  # none at all would mean that no kill met a mail on its way
    assert database.select("SELECT count(*) FROM sidegate_message WHERE lease_until IS NOT NULL") == [(0,)]


def test_t17_told_to_stop_a_worker_finishes_the_mail_in_hand(cast: Cast, tmp_path: Path) -> None:
    for _ in range(10):
        make_message(business=cast.greenlawn)
    database = SharedDatabase(tmp_path)
    with Sink(seconds=0.6).open() as sink, running_worker(given(database, sink)) as worker:
        wait_for(lambda: len(sink.raw) == 2)
        worker.terminate()
        assert worker.wait(timeout=20) == 0
    assert database.fates() == {"sent": 2, "queued": 8}
    assert len(sink.raw) == 2


def test_t17_a_mail_that_takes_too_long_is_dropped_and_left_to_another(cast: Cast, tmp_path: Path) -> None:
    message = make_message(business=cast.greenlawn)
    database = SharedDatabase(tmp_path)
    argument_of = {"email_timeout": 15, "seconds_to_finish": 1}
    with Sink(seconds=8).open() as sink, running_worker(given(database, sink, **argument_of)) as worker:
        wait_for(lambda: database.fates() == {"sending": 1})
        time.sleep(0.3)
        before = time.monotonic()
        worker.terminate()
        assert worker.wait(timeout=20) == 0
        assert time.monotonic() - before < 6
    assert database.fates() == {"queued": 1}
    assert database.select("SELECT lease_until, attempts FROM sidegate_message") == [(None, 1)]
    assert Message.objects.get().message_id == message.message_id


def test_t17_an_idle_worker_stops_at_once(cast: Cast, tmp_path: Path) -> None:
    database = SharedDatabase(tmp_path)
    with Sink().open() as sink, running_worker(given(database, sink)) as worker:
        time.sleep(2.5)
        worker.terminate()
        assert worker.wait(timeout=10) == 0
