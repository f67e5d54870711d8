"""What a host asks: does it live, can it work (D30)."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.db import OperationalError
from django.test import Client as Browser
from django.utils import timezone

from sidegate.models import Message, SignIn
from sidegate.models.identity import uuid7

from ..conftest import Cast


class Disk(NamedTuple):
    free: int


def ready() -> tuple[int, dict[str, Any]]:
    answer = Browser().get("/health/ready")
    return answer.status_code, answer.json()


def test_live_asks_nothing_of_the_database() -> None:
    assert Browser().get("/health/live").json() == {"live": True}


def test_ready_tells_each_part_and_leaves_nothing_behind(cast: Cast) -> None:
    status, facts = ready()
    assert (status, facts["ready"]) == (200, True)
    assert set(facts["parts"]) == {"database", "migrations", "disk", "messages"}
    assert not SignIn.objects.exists()


def test_a_full_disk_is_not_ready(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Disk(free=199 * 1024 * 1024))
    status, facts = ready()
    assert (status, facts["parts"]["disk"]["ok"], facts["parts"]["disk"]["detail"]) == (
        503,
        False,
        "199 MB free",
    )


def test_a_database_that_takes_no_writes_is_not_ready(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_fields: object) -> None:
        raise OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(SignIn.objects, "create", refuse)
    status, facts = ready()
    assert (status, facts["parts"]["database"]["ok"]) == (503, False)
    assert "readonly" not in str(facts)


def test_missing_migrations_are_not_ready(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    plan: Callable[..., list[str]] = lambda *_: ["0002_second"]  # noqa: E731
    monkeypatch.setattr("sidegate.gate.health.MigrationExecutor.migration_plan", plan)
    status, facts = ready()
    assert (status, facts["parts"]["migrations"]["detail"]) == (503, "1 to apply")


@pytest.mark.parametrize(("minutes", "ok"), [(5, True), (11, False), (-11, True)])
def test_overdue_mail_is_told_but_keeps_nobody_out(cast: Cast, minutes: int, ok: bool) -> None:
    Message.objects.create(
        business=cast.greenlawn,
        key="booking.approved",
        recipient=f"client:{cast.maria.pk}",
        to_address="maria@example.com",
        language="es",
        subject="",
        text="",
        message_id=str(uuid7()),
        next_try=timezone.now() - timedelta(minutes=minutes),
    )
    status, facts = ready()
    assert (status, facts["parts"]["messages"]["ok"]) == (200, ok)
    assert "maria" not in str(facts)
