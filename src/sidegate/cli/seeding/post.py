"""The messages to clients: written, and sent the moment after they were due.

The office's own notices are left out: they would tell a person who was not there of years gone by.
"""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from ...models import Message
from ...wording import dates, rhythm
from ...wording.languages import in_language
from ...wording.money import money
from .asked import Asked
from .chance import instant
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
        self._said: dict[tuple[str, str, str], str] = {}

    def message(self, asked: Asked, key: str, event_id: str, at: float, **values: str) -> tuple[Table, Row]:
        """A message about a request, of an event that was at that second."""
        who, language = asked.household, asked.household.language
        subject, text = self.letters.write(key, language, {**self._about(asked), **values})
        made = self.town.chance.key(at)
        recipient, message_id = f"client:{UUID(who.client_id)}", f"<{UUID(made)}@{self.host}>"
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
            "service": self.service(asked),
            "address": asked.household.address,
            "link": self.address + asked.reference,
            "kind": self._say("kind", asked.kind, language),
            "window": dates.window(asked.start, asked.end, language, self.business.country),
            "part_of_day": self._say("part_of_day", asked.part_of_day, language),
            "how_often": self.rhythm(asked.frequency, language),
            "notes": asked.notes,
        }

    def service(self, asked: Asked, frequency: str = "") -> str:
        language = asked.household.language
        name = in_language(asked.service.names, language, self.business.default_language)
        return self._say(f"agreement {frequency}", name, language) if frequency else name

    def rhythm(self, frequency: str, language: str) -> str:
        return self._say("how_often", frequency, language) if frequency else ""

    def day(self, value: date, language: str) -> str:
        return dates.day(value, language, self.business.country, today=self.town.today)

    def price(self, minor: int, language: str, *, is_charged: bool = True) -> str:
        if not is_charged:
            return self._say("charge", "no", language)
        return money(minor, self.business.currency, language, self.business.country)

    def _say(self, what: str, which: str, language: str) -> str:
        known = (what, which, language)
        if known not in self._said:
            with translation.override(language):
                self._said[known] = _in_words(what, which)
        return self._said[known]


def _in_words(what: str, which: str) -> str:
    if what == "kind":
        return {
            "one_time": _("One-time visit"),
            "recurring": _("Recurring service"),
            "issue_report": _("Issue report"),
        }[which]
    if what == "part_of_day":
        return rhythm.part_of_day(which)
    if what == "how_often":
        return rhythm.how_often(which)
    if what == "charge":
        return _("no charge")
    return rhythm.agreement_name(which, what.removeprefix("agreement "))
