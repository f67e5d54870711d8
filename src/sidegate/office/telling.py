"""Telling a client by hand what no mail could: the ready text, in their language, and the ways to say it."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from ..actions.messages.told import tellable
from ..delivery.by_hand import told_by_hand
from ..models import BookingRequest, Business, Client, Message


@dataclass(frozen=True, slots=True)
class Telling:
    """What is to be said, and the addresses that open a phone's own programs with it; empty where no number is
    known, or none that can be dialled from anywhere."""

    message_id: UUID
    name: str
    text: str
    language: str
    sms: str
    whatsapp: str
    call: str
    told_at: datetime | None


def telling_of(message: Message, phone: str) -> Telling:
    text = told_by_hand(message.text)
    is_mobile_ready = phone.startswith("+")  # E.164, as wording/phones.py stores what can be dialled
    return Telling(
        message_id=message.pk,
        name=message.to_name,
        text=text,
        language=message.language,
        # RFC 5724 has "?body="; iOS wants "&body=". "?&body=" is read by both.
        sms=f"sms:{phone}?&body={quote(text)}" if is_mobile_ready else "",
        # https://faq.whatsapp.com: "Use https://wa.me/<number>?text=<urlencodedtext>", the number in digits alone.
        whatsapp=f"https://wa.me/{phone[1:]}?text={quote(text)}" if is_mobile_ready else "",
        call=f"tel:{phone}" if is_mobile_ready else "",
        told_at=message.told_at,
    )


def telling_of_decision(business: Business, booking_request: BookingRequest) -> Telling | None:
    """What the client is to be told of the decision that stands, where no mail could. Two statements at most."""
    message = tellable(business, booking_request)
    if message is None:
        return None
    clients = Client.objects.filter(business=business, pk=booking_request.client_id)
    return telling_of(message, clients.values_list("phone", flat=True).first() or "")
