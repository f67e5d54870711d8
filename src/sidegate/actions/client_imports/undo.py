"""Taking a whole import back, while nothing else has touched what it added or changed."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils import timezone

from ...models import (
    BookingRequest,
    Client,
    ClientImport,
    ClientService,
    Event,
    ImportedRow,
    PortalUser,
    Property,
    Service,
    User,
    Visit,
)
from ..client_services.replan import replan_quietly
from ..errors import Conflict
from .made import Made, changed_rows, touched_rows

Status, Fate = ClientImport.Status, ImportedRow.Fate
LEASE = timedelta(seconds=60)
AT_ONCE = 500  # rows looked at with one set of statements


def obstacles_to_undo(client_import: ClientImport) -> dict[UUID, str]:
    """The keys of rows that something else has touched since, each with a code (made.touched_rows); none: it can
    be undone. Changes nothing, and locks nothing."""
    rows = list(_rows(client_import).order_by("number"))
    made = Made.of(client_import.business_id, rows)
    found: dict[UUID, str] = {}
    for part in _parts(rows):
        found |= touched_rows(part, made)
    return dict.fromkeys(changed_rows(client_import.business_id, rows), "changed") | found


def _rows(client_import: ClientImport) -> Any:
    rows = ImportedRow.objects.filter(business=client_import.business_id, client_import=client_import)
    return rows.filter(fate__in=(Fate.ADDED, Fate.CHANGED))


def _parts(rows: Sequence[ImportedRow]) -> Iterator[list[ImportedRow]]:
    waiting = iter(rows)
    while part := list(islice(waiting, AT_ONCE)):
        yield part


def begin_undo(client_import: ClientImport) -> None:
    """Raises Conflict: "touched" where something else refers to what it added, "not_done" where it is not done."""
    if obstacles_to_undo(client_import):
        raise Conflict("touched")
    done = ClientImport.objects.filter(pk=client_import.pk, business=client_import.business_id)
    if not done.filter(status=Status.DONE).update(status=Status.UNDOING, done_count=0, lease_until=None):
        raise Conflict("not_done")
    client_import.refresh_from_db()


def undo_batch(client_import: ClientImport, size: int) -> int:
    """The last rows that are left, last first; a row that was touched in this moment stays. Returns how many.

    What anything else refers to is never deleted: such a row is tried alone, and stays.
    """
    rows = ImportedRow.objects.filter(business=client_import.business_id, client_import=client_import)
    batch = list(rows.order_by("-number")[client_import.done_count :][:size])
    try:
        _take_back(client_import, batch)
    except IntegrityError:  # Django's ProtectedError is one
        batch = batch[:1]
        try:
            _take_back(client_import, batch)
        except IntegrityError:
            _take_back(client_import, batch, keeps=True)
    client_import.refresh_from_db(fields=["status", "done_count"])
    return len(batch)


def _take_back(client_import: ClientImport, batch: Sequence[ImportedRow], *, keeps: bool = False) -> None:
    written = [row for row in batch if row.fate in (Fate.ADDED, Fate.CHANGED)]
    with transaction.atomic(durable=True):
        if not _advance(client_import, len(batch)):
            return
        if keeps:
            _mark(client_import, written, Fate.KEPT)
        else:
            _undo(client_import, written)


def _advance(client_import: ClientImport, count: int) -> bool:
    done = client_import.done_count + count
    changes: dict[str, Any] = {"done_count": done, "lease_until": Now() + LEASE}
    if done >= client_import.row_count:
        changes |= {"status": Status.UNDONE, "undone_at": timezone.now()}
    rows = ClientImport.objects.filter(
        pk=client_import.pk,
        business=client_import.business_id,
        status=Status.UNDOING,
        done_count=client_import.done_count,
    )
    return rows.update(**changes) == 1


def _undo(client_import: ClientImport, batch: Sequence[ImportedRow]) -> None:
    business = client_import.business_id
    Client.objects.filter(business=business, pk__in=[row.client_id for row in batch]).take()
    kept = {*touched_rows(batch, Made.of(business, batch)), *changed_rows(business, batch[::-1])}
    undone = [row for row in batch if row.pk not in kept]
    _delete(Made.of(business, undone))
    for row in undone:
        _restore(row)
    replan_quietly(
        [UUID(row.after["agreement"]["id"]) for row in undone if "rule" in row.before.get("agreement", {})]
    )
    _mark(client_import, undone, Fate.UNDONE)
    _mark(client_import, [row for row in batch if row.pk in kept], Fate.KEPT)


def _delete(made: Made) -> None:
    """What was added, in the order in which it refers to each other; of the catalog only what nobody uses or gave a
    price. People belong to no business: whoever was made by the import goes where nothing of any business is theirs.
    """
    mine = {"business": made.business_id}
    Event.objects.filter(**mine, visit__in=made.visits).delete()
    Visit.objects.filter(**mine, pk__in=made.visits).delete()
    Visit.objects.untouched().filter(**mine, client_service__in=made.agreements).delete()
    ClientService.objects.filter(**mine, pk__in=made.agreements).delete()
    Property.objects.filter(**mine, pk__in=made.properties).delete()
    PortalUser.objects.filter(**mine, pk__in=made.portal_users).delete()
    ImportedRow.objects.filter(**mine, client__in=made.clients).update(client=None)
    Client.objects.filter(**mine, pk__in=made.clients).delete()
    User.objects.filter(pk__in=made.users, portal_users=None, memberships=None).delete()
    if made.services:
        agreed = ClientService.objects.filter(**mine, service=OuterRef("pk"))
        asked = BookingRequest.objects.filter(**mine, service=OuterRef("pk"))
        unpriced = Service.objects.filter(**mine, pk__in=made.services, price_minor=None)
        unpriced.filter(~Exists(agreed), ~Exists(asked)).delete()


def _restore(row: ImportedRow) -> None:
    models: dict[str, Any] = {"client": Client, "property": Property, "agreement": ClientService}
    for table, values in row.before.items():
        key = row.after[table]["id"]
        models[table].objects.filter(pk=key, business=row.business_id).update(**values)


def _mark(client_import: ClientImport, rows: Sequence[ImportedRow], fate: str) -> None:
    if rows:
        mine = ImportedRow.objects.filter(business=client_import.business_id, client_import=client_import)
        mine.filter(pk__in=[row.pk for row in rows]).update(fate=fate)
