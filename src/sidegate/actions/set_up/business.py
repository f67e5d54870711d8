"""The end of the set-up page: a business, its owner and its first services, or nothing at all."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction

from ...models import Membership, SetUpCode
from ..businesses import Founded, found_business
from ..logos import still_there
from ..services import add_service
from .check import SetUp, check
from .codes import use_set_up


def set_up_business(typed: SetUp, *, code: SetUpCode, business_id: UUID) -> Founded:
    """Make the business under the key that its logo was stored for, and use the code, in one transaction.

    Raises InvalidInput with a sentence for each mistake; NoWayIn where the code was used or has expired meanwhile.
    """
    if typed.logo and not still_there(business_id, typed.logo):
        typed = replace(typed, logo="")
    checked = check(typed)
    new = replace(checked.business, columns={"id": business_id, **checked.business.columns})
    with transaction.atomic(durable=True):
        use_set_up(code)
        founded = found_business(new)
        for details in checked.services:
            add_service(founded.business, details)
    return founded


def founded_already(business_id: UUID) -> Founded | None:
    """What `set_up_business` returned for this key; None where it made nothing."""
    owners = Membership.objects.filter(business=business_id, role=Membership.Role.OWNER)
    first = owners.select_related("business", "user").order_by("id").first()
    if first is None:
        return None
    return Founded(first.business, first.user, first.user.created_at >= first.business.created_at)
