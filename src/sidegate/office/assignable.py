"""Who of the team may go to a visit."""

from uuid import UUID

from django.db.models import Q

from ..models import Membership
from ..web.access import OfficeScope


def who_may_go(scope: OfficeScope, *, already: UUID | None = None) -> list[Membership]:
    """The team, and whoever goes already, though she may have left. One statement."""
    may_go = Q(is_active=True) | Q(pk=already)
    return list(scope.memberships().filter(may_go).select_related("user").order_by("user__name", "id"))
