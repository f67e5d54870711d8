"""What whoever went wrote about a visit. The office reads it; the client does not."""

from django.db import transaction
from django.db.models import F

from ...models import Event, User, Visit
from ..errors import Conflict
from .record import record, take_client_of


def note_visit(visit: Visit, note: str, *, by: User, was: str) -> None:
    """Raises Conflict("note_changed") where another note than `was` stands there by now.

    The version grows: a visit that has a note is no longer one that a new rhythm may take away.
    """
    if note == was:
        return
    rows = Visit.objects.filter(
        pk=visit.pk, business=visit.business_id, note=was, client_service__client__erased_at=None
    )
    with transaction.atomic(durable=True):
        take_client_of(visit.client_service)
        if not rows.update(note=note, version=F("version") + 1):
            raise Conflict("note_changed")
        visit.note = note
        record(visit, Event.Verb.VISIT_NOTED, by=by, was=visit.status, note=note)
