"""The address of a feed: made, replaced, closed. Whoever knows it reads the feed, so it ends with its reader."""

from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from ..models import Business, CalendarFeed, Client, Membership


def feed_of(
    business: Business, *, client: Client | None = None, member: Membership | None = None
) -> CalendarFeed | None:
    """The feed of a client, of someone of the team, or with neither of the whole business. One statement."""
    return _open(business).filter(**_whose(client, member)).first()


def new_feed(
    business: Business, *, client: Client | None = None, member: Membership | None = None
) -> CalendarFeed:
    """A feed under an address of its own; the one there was is closed in the same act."""
    with transaction.atomic(durable=True):
        _take(business, client)
        close_feeds(_open(business).filter(**_whose(client, member)))
        return CalendarFeed.objects.create(business=business, client=client, technician=member)


def _take(business: Business, client: Client | None) -> None:
    """Of two presses at once the second waits for the first, and closes what that made."""
    if client:
        Client.objects.filter(pk=client.pk, business=business).take()
    else:
        Business.objects.filter(pk=business.pk).update(name=F("name"))


def _open(business: Business) -> QuerySet[CalendarFeed]:
    return CalendarFeed.objects.filter(business=business, revoked_at=None)


def _whose(client: Client | None, member: Membership | None) -> dict[str, Any]:
    return {"client": client, "technician": member}


def close_feeds(feeds: QuerySet[CalendarFeed]) -> None:
    """From now on nobody reads anything there."""
    feeds.filter(revoked_at=None).update(revoked_at=timezone.now())


def close_feeds_of_client(client: Client) -> None:
    """For whoever opened her portal knew the address."""
    close_feeds(CalendarFeed.objects.filter(business=client.business_id, client=client))


def close_feeds_of_member(member: Membership) -> None:
    """Her own; and the business's, which an owner knew."""
    close_feeds(CalendarFeed.objects.filter(business=member.business_id, technician=member))
    if member.role == Membership.Role.OWNER:
        close_feed_of_business(member.business)


def close_feed_of_business(business: Business) -> None:
    close_feeds(CalendarFeed.objects.filter(business=business, technician=None, client=None))


def feed_at(secret: str) -> CalendarFeed | None:
    """The feed at that address, with its business and reader; None where there is none, or its reader is gone.
    One statement."""
    is_there = Q(client=None) | Q(client__archived_at=None)
    works_here = Q(technician=None) | Q(technician__is_active=True, technician__user__is_active=True)
    rows = CalendarFeed.objects.filter(is_there, works_here, secret=secret, revoked_at=None)
    return rows.select_related("business", "client", "technician__user").first()
