"""Whether the process lives, and whether it can do its work (CASES D30)."""

import shutil
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..models import Message, SignIn
from ..web.access import open_page
from ..web.middleware import impersonal

ENOUGH_DISK_BYTES = 200 * 1024 * 1024
LONG_OVERDUE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing looked at. `is_needed`: without it pages cannot be served."""

    ok: bool
    detail: str
    is_needed: bool = True


@open_page
@impersonal
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is looked at."""
    return _uncached(JsonResponse({"live": True}))


@open_page
@impersonal
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """503 where a needed part fails. Overdue mail is told, but keeps no one from their pages."""
    parts = {
        "database": _database(),
        "migrations": _migrations(),
        "disk": _disk(),
        "messages": _messages(),
    }
    is_ready = all(part.ok for part in parts.values() if part.is_needed)
    facts = {"ready": is_ready, "parts": {name: asdict(part) for name, part in parts.items()}}
    return _uncached(JsonResponse(facts, status=200 if is_ready else 503))


def _uncached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def _database() -> Part:
    """Writes a row and takes it back."""
    try:
        with transaction.atomic():
            SignIn.objects.create(email="", looked_up_at=timezone.now())
            transaction.set_rollback(True)
    except Error as fault:
        return Part(False, f"no write: {type(fault).__name__}")
    return Part(True, "written and rolled back")


def _migrations() -> Part:
    try:
        executor = MigrationExecutor(connection)
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except Error as fault:
        return Part(False, f"unknown: {type(fault).__name__}")
    return Part(not missing, f"{missing} to apply" if missing else "all applied")


def _disk() -> Part:
    try:
        free = shutil.disk_usage(settings.SIDEGATE_DATA_DIR).free
    except OSError as fault:
        return Part(False, f"unknown: {type(fault).__name__}")
    return Part(free >= ENOUGH_DISK_BYTES, f"{free // 1024 // 1024} MB free")


def _messages() -> Part:
    """How long the most overdue message should have left already: a worker that stands still shows here."""
    now = timezone.now()
    try:
        due = Message.objects.waiting().filter(next_try__lt=now).order_by("next_try")
        oldest = due.values_list("next_try", flat=True).first()
    except Error as fault:
        return Part(False, f"unknown: {type(fault).__name__}", is_needed=False)
    overdue = now - oldest if oldest else timedelta()
    return Part(overdue < LONG_OVERDUE, f"{int(overdue.total_seconds())} s overdue", is_needed=False)
