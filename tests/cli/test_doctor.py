"""`doctor` says what it looked at, names what is broken, and its exit code says whether anything is."""

import json
import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from sidegate.actions.booking_requests import decline_booking_request
from sidegate.actions.visits import extend_schedules
from sidegate.cli import examination, main
from sidegate.models import ClientService, Message
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def told(cast: Cast) -> Message:
    """Maria was told of a decline."""
    booking_request = factories.make_booking_request(
        client=cast.maria, property=cast.palm_court, service=cast.mowing, submitted_by=cast.maria_user
    )
    decline_booking_request(booking_request, by=cast.dana)
    return Message.objects.get()


def doctor(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = main(["doctor", "--json"])
    facts = json.loads(capsys.readouterr().out)
    assert facts["healthy"] == (code == 0)
    return code, facts


def not_ok(facts: dict[str, Any]) -> dict[str, str]:
    return {found["name"]: found["state"] for found in facts["findings"] if found["state"] != "ok"}


def test_a_healthy_business_is_well(told: Message, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert out.endswith("\nAll is well.\n")
    assert all(line.startswith("ok ") for line in out.splitlines()[:-2])


def test_everything_is_named(told: Message, capsys: pytest.CaptureFixture[str]) -> None:
    _code, facts = doctor(capsys)
    names = {found["name"] for found in facts["findings"]}
    rules = {f"I{number}" for number in range(1, 11)}
    assert names == rules | {"tables", "clock", "disk", "queue", "mail", "schedule", "environment"}


def test_a_broken_rule_is_shown_with_its_rows(told: Message, capsys: pytest.CaptureFixture[str]) -> None:
    event = told.event
    told.delete()
    assert event is not None and main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert f"BROKEN  I3           A decision has its messages.\n{'':<20} 1: event {event.pk}\n" in out
    assert out.endswith("\n1 broken, 0 to heed. docs/operations.md says what each means.\n")
    assert not_ok(doctor(capsys)[1]) == {"I3": "broken"}


def test_old_tables_are_told_and_nothing_more_is_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("first", False)])
    code, facts = doctor(capsys)
    assert code == 1
    assert [found["name"] for found in facts["findings"]] == ["tables"]


def test_mail_that_should_have_left_wants_heed(told: Message, capsys: pytest.CaptureFixture[str]) -> None:
    Message.objects.update(next_try=timezone.now() - timedelta(minutes=42))
    code, facts = doctor(capsys)
    assert (code, not_ok(facts)) == (0, {"queue": "heed"})
    queue = next(found for found in facts["findings"] if found["name"] == "queue")
    assert queue["sentence"] == "The oldest overdue message waits for 42 min. Does a worker run?"
    assert queue["examples"] == [str(told.pk)]


def test_services_that_wait_for_their_visits_want_heed(
    capsys: pytest.CaptureFixture[str], cast: Cast
) -> None:
    factories.make_client_service(client=cast.maria, property=cast.palm_court, service=cast.mowing)
    long_ago = timezone.now().date() - timedelta(days=4)
    ClientService.objects.update(makes_visits=True, extends_on=long_ago)
    code, facts = doctor(capsys)
    assert (code, not_ok(facts)) == (0, {"schedule": "heed"})
    extend_schedules()
    assert not_ok(doctor(capsys)[1]) == {}


def test_mail_that_failed_wants_heed_until_someone_told_her(
    told: Message, capsys: pytest.CaptureFixture[str]
) -> None:
    Message.objects.update(status="failed", reason="550 unknown")
    assert not_ok(doctor(capsys)[1]) == {"mail": "heed"}
    Message.objects.update(told_at=timezone.now())
    assert not_ok(doctor(capsys)[1]) == {}


def test_a_data_folder_that_is_a_file_is_broken(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, settings: LazySettings
) -> None:
    (tmp_path / "data").write_text("")
    settings.SIDEGATE_DATA_DIR = tmp_path / "data"
    code, facts = doctor(capsys)
    assert (code, not_ok(facts)) == (1, {"disk": "broken"})


def test_a_full_disk_is_broken(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9 - 10**8, 10**8))
    code, facts = doctor(capsys)
    assert (code, not_ok(facts)) == (1, {"disk": "broken"})


def test_a_data_folder_that_is_not_made_yet_is_nothing_broken(
    capsys: pytest.CaptureFixture[str], settings: LazySettings, tmp_path: Path
) -> None:
    settings.SIDEGATE_DATA_DIR = tmp_path / "not" / "yet"
    assert not_ok(doctor(capsys)[1]) == {}


def test_clocks_apart_are_broken(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination, "CLOCKS_MAY_DIFFER", timedelta(seconds=-1))
    expected = {} if examination.connection.vendor == "sqlite" else {"clock": "broken"}
    assert not_ok(doctor(capsys)[1]) == expected


def test_an_environment_unfit_for_serving_wants_heed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIDEGATE_SECRET_KEY", "")
    code, facts = doctor(capsys)
    assert (code, not_ok(facts)) == (0, {"environment": "heed"})
