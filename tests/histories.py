"""A client with everything a client can have, made through the real acts; every word of hers is one of NEEDLES."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from sidegate.actions.booking_requests import (
    Ask,
    approve_booking_request,
    decline_booking_request,
    edit_booking_request,
    submit_booking_request,
    undo_booking_request,
    withdraw_booking_request,
)
from sidegate.actions.client_services import Terms, assign_service
from sidegate.actions.clients import ClientDetails, add_client, change_client, let_in
from sidegate.actions.messages.told import mark_told
from sidegate.actions.photos.files import store
from sidegate.actions.sign_in import Asker, answer_waiting_sign_ins, ask_to_sign_in
from sidegate.actions.visits import VisitChanges, add_visit, cancel_visit, change_visit, complete_visit
from sidegate.models import (
    BookingRequest,
    Business,
    Client,
    ClientImport,
    ClientService,
    Event,
    ImportedRow,
    Message,
    User,
    Visit,
)

from .conftest import Cast

NEEDLES = {
    "zenobia", "quintanilla", "zeno.old", "lucrecia", "5550199", "wisteria", "9911key", "lilac", "viptag",
    "petunia", "begonia", "marigold", "rainstorm", "snowdrift", "hailstone", "sunflower", "mailbox-words",
}  # fmt: skip
DETAILS = ClientDetails(
    name="Zenobia Quintanilla",
    email="zeno.old@example.com",
    phone="+13055550199",
    language="es",
    tags=("viptag",),
    notes="Prefers lilac.",
)
WITH_ALL = ("client_service__business", "client_service__client", "client_service__property")


def rich_history(cast: Cast) -> Client:
    """Nothing is ahead of her, nothing waits."""
    zenobia = add_client(cast.greenlawn, DETAILS, address="77 Wisteria Lane", access_notes="9911key")
    change_client(
        zenobia, ClientDetails(**{**DETAILS.columns(), "email": "zenobia@example.com", "tags": ("viptag",)})
    )
    let_in(zenobia, email="lucrecia@example.com", name="Lucrecia")
    _past_visits(cast, zenobia)
    _requests(cast, zenobia)
    _letters(cast, zenobia)
    _ways_in(zenobia)
    _imports(cast, zenobia)
    Event.objects.create(
        business=cast.greenlawn, client=zenobia, verb="client_invited", data={"email": zenobia.email}
    )
    # Everything she asked is done with, and so is the time for undoing.
    BookingRequest.objects.filter(client=zenobia).update(undo_until=None)
    Visit.objects.filter(client_service__client=zenobia, status="scheduled").update(
        date=cast.greenlawn.today() - timedelta(days=3)
    )
    return Client.objects.select_related("business").get(pk=zenobia.pk)


def _past_visits(cast: Cast, client: Client) -> None:
    today, place = cast.greenlawn.today(), client.properties.get()
    agreed = assign_service(
        client,
        by=cast.dana,
        service=cast.mowing,
        property=place,
        terms=Terms(8000, "weekly", today - timedelta(days=60)),
    )
    days = [add_visit(agreed, by=cast.dana, day=today + timedelta(days=number)) for number in range(4)]
    complete_visit(_fresh(days[0]), by=cast.dana, version=0)
    moved = VisitChanges(today + timedelta(days=9), "morning", None, True)
    change_visit(_fresh(days[1]), moved, by=cast.dana, version=0)
    cancel_visit(_fresh(days[2]), by=cast.dana, version=0, reason="A snowdrift in the drive.")


def _fresh(visit: Visit) -> Visit:
    return Visit.objects.select_related(*WITH_ALL, "client_service__service", "booking_request").get(
        pk=visit.pk
    )


def _requests(cast: Cast, client: Client) -> None:
    user = User.objects.get(email="zenobia@example.com")
    by = {"by": cast.dana}
    approve_booking_request(_asked(cast, client, user, "approved"), note="Bring marigold seeds.", **by)
    decline_booking_request(_asked(cast, client, user, "declined"), reason="The rainstorm.", **by)
    withdraw_booking_request(_asked(cast, client, user, "withdrawn"), by=user)
    decline_booking_request(
        _asked(cast, client, user, "answered", kind="issue_report"), reason="A hailstone.", **by
    )
    edited = _asked(cast, client, User.objects.get(email="lucrecia@example.com"), "edited")
    edit_booking_request(
        edited,
        by=user,
        client=client,
        ask=_ask(cast, client, notes="Rather the begonia."),
        version=0,
    )
    decline_booking_request(_again(edited), **by)
    Business.objects.filter(pk=cast.greenlawn.pk).update(undo_seconds=60)
    undone = _asked(cast, client, user, "undone")
    approve_booking_request(_again(undone), note="A sunflower, perhaps.", **by)
    undo_booking_request(_again(undone), **by)
    decline_booking_request(_again(undone), reason="Sunflower season.", **by)
    Business.objects.filter(pk=cast.greenlawn.pk).update(undo_seconds=0)


def _asked(cast: Cast, client: Client, by: User, token: str, kind: str = "one_time") -> BookingRequest:
    photo = store(photo=b"petunia" * 9, thumbnail=b"petunia", width=4, height=3, sha256="0" * 64)
    ask = _ask(cast, client, kind=kind, notes=f"The petunia, {token}.")
    made = submit_booking_request(
        business=cast.greenlawn, client=client, by=by, ask=ask, token=token, photos=[photo]
    )
    return _again(made.booking_request)


def _ask(cast: Cast, client: Client, *, notes: str, kind: str = "one_time") -> Ask:
    first = cast.greenlawn.calendar().working_days_after(cast.greenlawn.today(), 12)
    return Ask(
        kind=kind,
        property_id=client.properties.get().pk,
        service_id=cast.mowing.pk,
        window_start=first,
        window_end=first + timedelta(days=12),
        notes=notes,
    )


def _again(booking_request: BookingRequest) -> BookingRequest:
    return BookingRequest.objects.select_related("business").get(pk=booking_request.pk)


def _letters(cast: Cast, client: Client) -> None:
    """Sent, failed with the server's words, held, told by hand; one still waits."""
    keys = list(
        Message.objects.filter(recipient=f"client:{client.pk}").order_by("id").values_list("pk", flat=True)
    )
    rows = [Message.objects.filter(pk=key) for key in keys]
    said = "450 <zenobia@example.com> mailbox-words"
    rows[0].update(status="sent", sent_at=timezone.now())
    rows[1].update(status="failed", reason=said)
    rows[2].update(status="held")
    rows[3].update(status="queued", reason=said, attempts=1)
    rows[4].update(status="failed", reason=said)
    mark_told(rows[4].get(), by=cast.dana)
    rows[5].update(status="not_sendable", reason="opted_out")
    # Before she changed her address.
    rows[0].update(to_address="zeno.old@example.com")


def _ways_in(client: Client) -> None:
    for email in (client.email, "lucrecia@example.com"):
        ask_to_sign_in(email=email, by=Asker())
    answer_waiting_sign_ins()
    ask_to_sign_in(email=client.email, by=Asker())


def _imports(cast: Cast, client: Client) -> None:
    cells = ["Zenobia Quintanilla", "(305) 555-0199"]
    known = {"business": cast.greenlawn, "by": cast.dana, "language": "en"}
    done = ClientImport.objects.create(**known, status="done", name="zenobia.csv")
    row = {"business": cast.greenlawn, "client_import": done}
    ImportedRow.objects.create(
        **row, number=2, fate="changed", client=client, before={"notes": "lilac"}, after={"phone": "5550199"}
    )
    ImportedRow.objects.create(
        **row, number=3, fate="refused", cells=cells, problems=[["email_taken", "zenobia@example.com"]]
    )
    ImportedRow.objects.create(**row, number=4, fate="refused", cells=["Omar Brooks", "555 0100"])
    ClientImport.objects.create(**known, source="name,phone\nZENOBIA QUINTANILLA,5550199\n")
    ClientImport.objects.create(**known, source="name,phone\nOmar Brooks,5550100\n")


def left_of_her() -> set[str]:
    """Which of NEEDLES stand in any row of any table, or in any photo's file."""
    found = set()
    for text in (*_rows(), *_files()):
        found |= {needle for needle in NEEDLES if needle in text}
    return found


def _rows() -> list[str]:
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows += [str(row).casefold() for row in cursor.fetchall()]
    return rows


def _files() -> list[str]:
    folder: Path = settings.SIDEGATE_DATA_DIR / "photos"
    return [path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()]


def agreements_of(client: Client) -> list[ClientService]:
    return list(ClientService.objects.filter(client=client))
