"""Everything a business holds on one client, in one file to hand over: client.json and her photos.

Keys are words; dates and instants are ISO 8601, instants in the business's time zone; amounts are in the currency's
own units, as text. Sign-in mail is left out: it is between a person and the entrance.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import IO, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile
from zoneinfo import ZoneInfo

from django.utils import timezone

from ..models import (
    BookingRequest,
    CalendarFeed,
    Client,
    ClientService,
    Event,
    ImportedRow,
    Message,
    Photo,
    PortalUser,
    Property,
    Visit,
)
from ..wording.money import typed_amount
from .client_history import events_of, key_of, messages_of, photos_of
from .photos import photo_path

Facts = dict[str, Any]


def export_client(client: Client, *, to: IO[bytes]) -> None:
    """Write the ZIP archive. Reads only, and holds nothing while it does; a photo without its file is left out."""
    record = _Record(client)
    with ZipFile(to, "w", ZIP_DEFLATED) as archive:
        archive.writestr("client.json", json.dumps(record.facts(), ensure_ascii=False, indent=2))
        for photo, name in record.photo_names.items():
            with suppress(FileNotFoundError):
                archive.write(photo_path(photo), name, ZIP_STORED)


class _Record:
    """Reads a client's rows once: a fixed number of statements, however much she has."""

    def __init__(self, client: Client) -> None:
        self.client, self.business = client, client.business
        self.zone = ZoneInfo(self.business.time_zone)
        self.events = events_of(client)
        self.messages = messages_of(client, self.events)
        self.photo_names = {photo: _photo_name(photo) for photo in photos_of(client)}

    def facts(self) -> Facts:
        own = [event for event in self.events if event.client_id and not event.booking_request_id]
        elsewhere = [message for message in self.messages if not message.booking_request_id]
        return {
            "exported_at": self._at(timezone.now()),
            "business": self.business.name,
            "currency": self.business.currency,
            "client": self._client(),
            "people_with_portal_access": self._people(),
            "addresses": self._addresses(),
            "services": self._services(),
            "requests": self._requests(),
            "other_messages": [self._message(message) for message in elsewhere],
            "history": [self._event(event) for event in own],
            "imported_from": self._imports(),
            "calendar_addresses": self._calendar_addresses(),
        }

    def _client(self) -> Facts:
        client = self.client
        return {
            "name": client.name,
            "email": client.email,
            "phone": client.phone,
            "language": client.language,
            "tags": client.tags,
            "notes": client.notes,
            "wants_no_email": client.email_opted_out,
            "email_came_back_at": self._at(client.email_bounced_at),
            "invited_at": self._at(client.invited_at),
            "added_at": self._at(client.created_at),
            "archived_at": self._at(client.archived_at),
            "erased_at": self._at(client.erased_at),
        }

    def _people(self) -> list[Facts]:
        rows = PortalUser.objects.filter(business=self.business, client=self.client).select_related("user")
        return [
            {
                "name": row.user.name,
                "email": row.user.email,
                "language": row.user.language,
                "since": self._at(row.created_at),
                "last_signed_in_at": self._at(row.seen_at()),
            }
            for row in rows.order_by("id")
        ]

    def _addresses(self) -> list[Facts]:
        rows = Property.objects.filter(business=self.business, client=self.client).order_by("id")
        return [
            {
                "address": row.address,
                "getting_in": row.access_notes,
                "archived_at": self._at(row.archived_at),
            }
            for row in rows
        ]

    def _services(self) -> list[Facts]:
        visits = self._visits()
        rows = ClientService.objects.filter(business=self.business, client=self.client)
        return [
            {
                "service": row.service.name_in(self.business.default_language),
                "address": row.property.address,
                "price": self._amount(row.price_minor),
                "frequency": row.frequency or "one_time",
                "starts_on": row.start_date.isoformat(),
                "status": row.status,
                "visits": visits[row.pk],
            }
            for row in rows.select_related("service", "property").order_by("start_date", "id")
        ]

    def _visits(self) -> dict[UUID, list[Facts]]:
        found: dict[UUID, list[Facts]] = defaultdict(list)
        histories = self._by(self.events, "visit_id")
        rows = Visit.objects.filter(business=self.business, client_service__client=self.client)
        for row in rows.select_related("technician__user").order_by("date", "id"):
            found[row.client_service_id].append(
                {
                    "date": row.date.isoformat(),
                    "part_of_day": row.part_of_day,
                    "arrives_from": row.arrives_from.isoformat("minutes") if row.arrives_from else "",
                    "arrives_until": row.arrives_until.isoformat("minutes") if row.arrives_until else "",
                    "note": row.note,
                    "status": row.status,
                    "charged": row.is_charged,
                    "technician": str(row.technician.user) if row.technician else "",
                    "history": [self._event(event) for event in histories[row.pk]],
                }
            )
        return found

    def _requests(self) -> list[Facts]:
        events = self._by(self.events, "booking_request_id")
        messages = self._by(self.messages, "booking_request_id")
        rows = BookingRequest.objects.filter(business=self.business, client=self.client)
        found = rows.select_related("service", "property", "submitted_by", "decided_by").order_by("id")
        return [self._request(row, events[row.pk], messages[row.pk]) for row in found]

    def _request(self, row: BookingRequest, events: Sequence[Event], messages: Sequence[Message]) -> Facts:
        return {
            "reference": row.reference,
            "kind": row.kind,
            "service": row.service.name_in(self.business.default_language),
            "address": row.property.address,
            "from": row.window_start.isoformat(),
            "to": row.window_end.isoformat(),
            "part_of_day": row.part_of_day,
            "frequency": row.frequency,
            "notes": row.notes,
            "price_shown": self._amount(row.shown_price_minor),
            "answer_promised_by": row.reply_by.isoformat(),
            "sent_at": self._at(row.created_at),
            "sent_by": str(row.submitted_by),
            "came_by": row.came_by or "portal",
            "status": row.status,
            "decided_at": self._at(row.decided_at),
            "decided_by": str(row.decided_by or ""),
            "reason": row.reason,
            "personal_line": row.personal_line,
            "photos": [
                name for photo, name in self.photo_names.items() if photo.booking_request_id == row.pk
            ],
            "history": [self._event(event) for event in events],
            "messages": [self._message(message) for message in messages],
        }

    def _event(self, event: Event) -> Facts:
        return {
            "at": self._at(event.at),
            "what": event.verb,
            "by": str(event.actor or ""),
            "from_state": event.from_state,
            "to_state": event.to_state,
            "details": event.data,
        }

    def _message(self, message: Message) -> Facts:
        return {
            "about": message.key,
            "to": "client" if message.recipient == key_of(self.client) else "office",
            "address": message.to_address,
            "language": message.language,
            "subject": message.subject,
            "text": message.text,
            "status": message.status,
            "reason": message.reason,
            "written_at": self._at(message.created_at),
            "sent_at": self._at(message.sent_at),
            "told_at": self._at(message.told_at),
        }

    def _imports(self) -> list[Facts]:
        rows = ImportedRow.objects.filter(business=self.business, client=self.client)
        return [
            {
                "table": row.client_import.name,
                "row": row.number,
                "at": self._at(row.client_import.created_at),
                "what": row.fate,
                "before": row.before,
                "after": row.after,
                "cells": row.cells,
            }
            for row in rows.select_related("client_import").order_by("client_import", "number")
        ]

    def _calendar_addresses(self) -> list[Facts]:
        """When they were made and closed; the addresses themselves are keys."""
        rows = CalendarFeed.objects.filter(business=self.business, client=self.client).order_by("id")
        return [{"made_at": self._at(row.created_at), "closed_at": self._at(row.revoked_at)} for row in rows]

    def _at(self, instant: datetime | None) -> str | None:
        return instant.astimezone(self.zone).isoformat(timespec="seconds") if instant else None

    def _amount(self, minor: int | None) -> str | None:
        return typed_amount(minor, self.business.currency) or None

    @staticmethod
    def _by(rows: Sequence[Any], column: str) -> dict[UUID, list[Any]]:
        found: dict[UUID, list[Any]] = defaultdict(list)
        for row in rows:
            found[getattr(row, column)].append(row)
        return found


def _photo_name(photo: Photo) -> str:
    """Made of our own letters and digits alone: the names that files were sent with are not kept."""
    return f"photos/{photo.booking_request.reference}-{photo.position + 1}.jpg"
