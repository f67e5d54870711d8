"""The messages to clients: written, and sent the moment after they were due.

The office's own notices are left out: they would tell a person who was not there of years gone by.
"""

from collections.abc import Callable, Mapping
from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from ...actions.booking_requests.letters import kind_words
from ...models import Message
from ...wording import dates, rhythm
from ...wording.languages import in_language
from ...wording.money import money
from .approvals import Approval
from .asked import Asked
from .chance import dashed, instant
from .letters import Letters
from .store import Row, Table
from .town import Town

MESSAGES = Table(
    Message,
    "id business_id event_id booking_request_id key recipient to_address to_name language subject text message_id"
    " next_try sent_at created_at",
    sign_in_id=None,
    channel="email",
    status="sent",
    reason="",
    attempts=1,
    lease_until=None,
    told_at=None,
)
SECONDS_TO_LEAVE = 4


class Post:
    """Writes messages for one town; words that repeat are kept by language."""

    def __init__(self, town: Town) -> None:
        self.town, self.business = town, town.business
        self.letters = Letters(town.business)
        self.address = f"{settings.SIDEGATE_BASE_URL}/{town.business.slug}/requests/"
        self.host = urlsplit(settings.SIDEGATE_BASE_URL).hostname
        self._said: dict[tuple[Callable[..., str], str, tuple[str, ...]], str] = {}

    def received(self, asked: Asked, event_id: str) -> tuple[Table, Row]:
        language = asked.household.language
        reply_by, price = self._day(asked.reply_by, language), self._price(asked.shown_price_minor, language)
        return self._message(asked, "booking.received", event_id, asked.at, reply_by=reply_by, price=price)

    def declined(self, asked: Asked, event_id: str, at: float, reason: str) -> tuple[Table, Row]:
        key = "booking.answered" if asked.kind == "issue_report" else "booking.declined"
        return self._message(asked, key, event_id, at, reason=reason)

    def approved(
        self, asked: Asked, event_id: str, at: float, approval: Approval, note: str
    ) -> tuple[Table, Row]:
        language, agreement = asked.household.language, approval.agreement
        is_series = approval.makes_agreement and bool(agreement.frequency)
        return self._message(
            asked,
            "booking.approved",
            event_id,
            at,
            date=self._day(approval.days[0], language),
            price=self._price(agreement.price_minor, language, is_charged=approval.is_charged),
            how_often=self._rhythm(agreement.frequency if is_series else "", language),
            note=note,
            service=self._service(asked, agreement.frequency),
        )

    def _message(self, asked: Asked, key: str, event_id: str, at: float, **values: str) -> tuple[Table, Row]:
        """A message of an event, due at that second."""
        who, language = asked.household, asked.household.language
        subject, text = self.letters.write(key, language, {**self._about(asked), **values})
        made = self.town.chance.key(at)
        recipient, message_id = f"client:{dashed(who.client_id)}", f"<{dashed(made)}@{self.host}>"
        left = instant(at + SECONDS_TO_LEAVE)
        return MESSAGES, (
            made, self.town.id, event_id, asked.id, key, recipient, who.email, who.name, language, subject, text,
            message_id, instant(at), left, instant(at),
        )  # fmt: skip

    def _about(self, asked: Asked) -> Mapping[str, str]:
        language = asked.household.language
        return {
            "business": self.business.name,
            "business_phone": self.business.phone,
            "reference": asked.reference,
            "client": asked.household.name.partition(" ")[0],
            "service": self._service(asked),
            "address": asked.household.address,
            "link": self.address + asked.reference,
            "kind": self._say(kind_words, language, asked.kind),
            "window": dates.window(asked.start, asked.end, language, self.business.country),
            "part_of_day": self._say(rhythm.part_of_day, language, asked.part_of_day),
            "how_often": self._rhythm(asked.frequency, language),
            "notes": asked.notes,
        }

    def _service(self, asked: Asked, frequency: str = "") -> str:
        language = asked.household.language
        name = in_language(asked.service.names, language, self.business.default_language)
        return self._say(rhythm.agreement_name, language, name, frequency) if frequency else name

    def _rhythm(self, frequency: str, language: str) -> str:
        return self._say(rhythm.how_often, language, frequency) if frequency else ""

    def _day(self, value: date, language: str) -> str:
        return dates.day(value, language, self.business.country, today=self.town.today)

    def _price(self, minor: int, language: str, *, is_charged: bool = True) -> str:
        if not is_charged:
            return self._say(_no_charge, language)
        return money(minor, self.business.currency, language, self.business.country)

    def _say(self, words: Callable[..., str], language: str, *values: str) -> str:
        known = (words, language, values)
        if known not in self._said:
            with translation.override(language):
                self._said[known] = words(*values)
        return self._said[known]


def _no_charge() -> str:
    return _("no charge")
