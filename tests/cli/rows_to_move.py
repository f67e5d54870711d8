"""Rows that a copy could spoil, and photos with their files, in an installation's database. Run as a script."""

import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import django

django.setup()

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from sidegate.actions.logos import logo_path
from sidegate.actions.photos.files import store
from sidegate.actions.photos.rows import attach_photos
from sidegate.models import Client, ClientImport, Event, Message, Service, SignIn
from sidegate.models.identity import uuid7
from tests import factories, pictures

AWKWARD = (
    "Ñandú\t“quoted” 'it''s' \\N \\. \\\\ line\nbreak\r\n; DROP TABLE x; -- 🌿 \u2028 \x7f %s {x}\n"
    "COPY public.sidegate_client (id) FROM stdin;\n\\."
)

greenlawn = factories.make_business(
    name="Greenlawn é", closed_dates=["2026-12-24", "2026-12-25"], logo_name="0123abcd.png"
)
dana = factories.make_member(business=greenlawn, email="dana@example.com").user
maria = factories.make_client(
    business=greenlawn, email="maria@example.com", notes=AWKWARD, tags=["é", "", "a\\b"]
)
home = factories.make_property(client=maria, access_notes=AWKWARD)
mowing = factories.make_service(
    business=greenlawn, price_minor=None, names={"z": "1", "a": "ñ", "en": "Mowing"}
)
Service.objects.filter(pk=mowing.pk).update(descriptions={"b": {"deep": [1, None, True, 2.5]}, "a": []})
Client.objects.filter(pk=maria.pk).update(
    created_at=datetime(2026, 3, 8, 7, 0, 0, 1, tzinfo=UTC),
    archived_at=datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
)
asked = factories.make_booking_request(
    client=maria, property=home, service=mowing, submitted_by=dana, notes=AWKWARD
)
photos = []
for number in range(3):
    drawn, small = BytesIO(), BytesIO()
    pictures.drawn(320 + number).save(drawn, "JPEG")
    pictures.drawn(32, 24).save(small, "JPEG")
    photos.append(
        store(
            photo=drawn.getvalue(), thumbnail=small.getvalue(), width=320, height=240, sha256=f"{number}" * 64
        )
    )
attach_photos(booking_request=asked, photos=photos)
logo = logo_path(greenlawn.pk, "0123abcd.png")
logo.parent.mkdir(parents=True)
pictures.drawn(64, 64).save(logo)

late = timezone.now() + timedelta(minutes=1)
sign_in = SignIn.objects.create(
    email="dana@example.com", user=dana, from_address="2001:db8::1", looked_up_at=timezone.now()
)
SignIn.objects.create(email="x@example.com", from_address="192.0.2.7", looked_up_at=timezone.now())
FATES = [
    ("queued", None, None), ("sending", None, late), ("held", None, None), ("failed", None, None),
    ("not_sendable", None, None), ("queued", sign_in, None), ("sending", sign_in, late),
]  # fmt: skip
for number, (status, for_sign_in, lease) in enumerate(FATES):
    event = (
        None
        if for_sign_in
        else Event.objects.create(business=greenlawn, verb="edited", booking_request=asked)
    )
    Message.objects.create(
        business=greenlawn, event=event, booking_request=None if for_sign_in else asked, sign_in=for_sign_in,
        key="sign_in" if for_sign_in else "booking.edited", recipient=f"client:{maria.pk}", language="es",
        to_address="maria@example.com", subject=f"{number}", text=AWKWARD, message_id=str(uuid7()), status=status,
        lease_until=lease, next_try=timezone.now() + timedelta(days=1),
    )  # fmt: skip
ClientImport.objects.create(
    business=greenlawn, by=dana, language="en", source="name\tprice\n", columns=["name", ""], status="running",
    lease_until=late,
)  # fmt: skip
session = SessionStore()
session["who"] = "someone who is signed in"
session.create()
print(session.session_key)
