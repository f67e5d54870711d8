"""What the frame of every office page says, whatever the page: asked in one statement."""

from typing import NamedTuple
from uuid import UUID

from .booking_request import BADGE
from .compiled import CompiledCounts
from .message import UNTOLD


class OfficeFrame(NamedTuple):
    """How many requests wait, counted as `counted_up_to_cap` does; and whether a message is `undelivered`, sign-in mail
    apart."""

    badge: int
    is_anyone_untold: bool


def office_frame(business_id: UUID) -> OfficeFrame:
    badge, untold = _FRAME.run(business=business_id)
    return OfficeFrame(badge, bool(untold))


_FRAME = CompiledCounts(BADGE, UNTOLD)
