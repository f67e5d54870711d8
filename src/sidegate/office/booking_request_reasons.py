"""Ready-made reasons for declining: as the client will read them, beside what they say in the owner's language."""

from dataclasses import dataclass

from django.utils import translation

from ..models import BookingRequest
from ..wording.phrases import gettext as _

Kind = BookingRequest.Kind
WITH_REASONS_OF_THEIR_OWN = (Kind.ISSUE_REPORT, Kind.SKIP_VISIT)


@dataclass(frozen=True, slots=True)
class ReadyReason:
    """A ready-made reason: in the owner's language, and as the client will read it."""

    mine: str
    hers: str


class ReadyReasons:
    """Those of one page, worded once for each kind of request and language."""

    def __init__(self) -> None:
        self._worded: dict[tuple[str, str], tuple[ReadyReason, ...]] = {}

    def reasons(self, kind: str, hers: str) -> tuple[ReadyReason, ...]:
        """For a request of that kind, whose client reads that language."""
        key = (kind if kind in WITH_REASONS_OF_THEIR_OWN else "", hers)
        if key not in self._worded:
            self._worded[key] = ready_reasons(kind, hers)
        return self._worded[key]


def reason_texts(kind: str) -> list[str]:
    """Ready-made reasons, in the language that is active."""
    if kind == Kind.ISSUE_REPORT:
        return [
            _("This is how it should look: it needs a little time."),
            _("We looked at it, and we'll watch it on your next visit."),
            _("This isn't something we do."),
        ]
    if kind == Kind.SKIP_VISIT:
        return [
            _("It is too late to skip it: everything is prepared."),
            _("This one matters: without it the next takes much longer."),
        ]
    return [
        _("Those days are full."),
        _("We don't work on those days."),
        _("The weather won't allow it."),
        _("This isn't something we do."),
    ]


def ready_reasons(kind: str, hers: str) -> tuple[ReadyReason, ...]:
    mine = reason_texts(kind)
    with translation.override(hers):
        return tuple(ReadyReason(text, other) for text, other in zip(mine, reason_texts(kind), strict=True))
