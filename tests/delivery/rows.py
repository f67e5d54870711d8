"""Messages straight in the outbox, due now by default."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from sidegate.models import Business, Message
from sidegate.models.identity import uuid7

_number = count(1)

TEXT = """Hola, Maria:

Su visita ya está en nuestra agenda.

Ver su visita: http://localhost:8000/greenlawn/requests/K7Q-2MX

--
Greenlawn"""


def make_message(*, business: Business, to: str = "", **fields: Any) -> Message:
    number = next(_number)
    defaults = {
        "key": "booking.approved",
        "recipient": f"client:{uuid7()}",
        "to_address": to or f"someone{number}@example.com",
        "to_name": "Maria Álvarez",
        "language": "es",
        "subject": "Nos vemos el martes 3 de marzo",
        "text": TEXT,
        "next_try": timezone.now() - timedelta(seconds=1),
    }
    made = uuid7()
    message_id = f"<{made}@localhost>"
    return Message.objects.create(id=made, business=business, message_id=message_id, **{**defaults, **fields})


def fate(message: Message) -> str:
    """Its status as it stands now; re-reads the row."""
    message.refresh_from_db()
    return message.status
