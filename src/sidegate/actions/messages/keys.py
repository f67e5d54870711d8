"""Which messages there are, and which placeholders each may use: a closed list (CASES D23)."""

from ...models.message import TEST_MAIL

_COMMON = ("business", "business_phone", "reference", "client", "service", "address", "link")
_REQUEST = ("kind", "window", "part_of_day", "how_often", "notes")

_OWN = {
    "booking.received": (*_REQUEST, "reply_by", "price"),
    "booking.submitted": (*_REQUEST, "reply_by", "price"),
    "booking.edited": _REQUEST,
    "booking.withdrawn": _REQUEST,
    "booking.approved": (*_REQUEST, "date", "price", "note"),
    "booking.visit_received": (*_REQUEST, "reply_by"),
    "booking.plan_changed": (*_REQUEST, "date", "dates", "old_rhythm", "rhythm", "price", "note"),
    "booking.moved": (*_REQUEST, "date", "old_date", "note"),
    "booking.skipped": (*_REQUEST, "date", "note"),
    "booking.kept": (*_REQUEST, "date", "reason"),
    "booking.declined": (*_REQUEST, "reason"),
    "booking.answered": (*_REQUEST, "reason"),
    "booking.reopened": (*_REQUEST, "date", "old_date", "rhythm", "note"),
    "booking.proposed": (*_REQUEST, "days", "price", "note"),
    "booking.date_taken": (*_REQUEST, "date", "price", "warning"),
    "booking.date_not_held": (*_REQUEST, "date"),
    "booking.dates_refused": (*_REQUEST, "days", "reason"),
    "visit.moved": ("old_date", "date", "part_of_day"),
    "visit.cancelled": ("date", "part_of_day", "reason"),
    "visits.cancelled": ("dates", "reason"),
    "plan.changed": ("old_rhythm", "rhythm", "dates"),
    "office.requests_waiting": ("count", "requests"),
    "client.invited": (),
    "member.invited": ("invited_by",),
    "technician.invited": ("invited_by",),
    "sign_in": ("code", "minutes"),
    TEST_MAIL: (),
}

KEYS = tuple(_OWN)

# In several lines, as a person typed them or as a list; every other value is one line.
FREE_WORDS = frozenset({"notes", "note", "reason", "requests", "days"})

# Stay as they are in the stored text: made, and put in, when the message leaves.
SECRETS = {"sign_in": frozenset({"link", "code"})}


def placeholders_of(key: str) -> frozenset[str]:
    """The names that may stand in braces in the words of this message."""
    return frozenset((*_COMMON, *_OWN[key]))


def secrets_of(key: str) -> frozenset[str]:
    return SECRETS.get(key, frozenset())
