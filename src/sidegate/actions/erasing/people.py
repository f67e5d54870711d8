"""The people behind a client: whoever opens, or once opened, her portal, and their ways in."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db.models import F, Q

from ...models import BookingRequest, Client, PortalUser, SignIn, User


@dataclass(slots=True)
class People:
    """Users by their keys, and every address of hers that is known."""

    keys: set[UUID]
    addresses: set[str]

    @classmethod
    def of(cls, client: Client, written_to: Iterable[str]) -> "People":
        """By her portal, by the requests they sent, and by the addresses at which she was written to."""
        business_id = client.business_id
        addresses = {address.lower() for address in (*written_to, client.email)} - {""}
        in_portal = PortalUser.objects.filter(business=business_id, client=client)
        senders = BookingRequest.objects.filter(business=business_id, client=client)
        hers = (
            Q(pk__in=in_portal.values("user_id"))
            | Q(pk__in=senders.values("submitted_by_id"))
            | Q(email__in=addresses)
        )
        found = dict(User.objects.filter(hers).values_list("pk", "email"))
        through_portal = set(in_portal.values_list("user__email", flat=True))
        return cls(set(found), addresses | through_portal)

    def take(self) -> None:
        """Until the transaction ends nobody lets them in elsewhere."""
        User.objects.filter(pk__in=self.keys).update(email=F("email"))

    def erase(self, client: Client, *, name: str) -> None:
        """Her portal closes; whoever belongs to nobody else is nobody by then, and signed out everywhere."""
        PortalUser.objects.filter(business=client.business_id, client=client).delete()
        nobodys = User.objects.filter(pk__in=self.keys, memberships=None, portal_users=None)
        gone = dict(nobodys.values_list("pk", "email"))
        hers = Q(email__in=self.addresses | set(gone.values())) | Q(user__in=set(gone))
        SignIn.objects.filter(hers).delete()
        for key in gone:
            User.objects.filter(pk=key).update(
                email=f"erased-{key}@erased.invalid",
                name=name,
                language="",
                is_active=False,
                last_login=None,
                password=make_password(None),
            )
