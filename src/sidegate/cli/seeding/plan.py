"""From a plan to stored rows: the town first, then its years of requests."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError

from ...models import BookingRequest, Business
from ..trouble import Trouble
from .asked import Waiting, Years
from .chance import Chance
from .fates import Fates
from .store import Bundle, analyze, prepare, store_bundles
from .town import Town, found_business, staff

OWN_SLUG = "evergreen"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be made. Without a slug a business of its own is; `pending` is a share of the requests."""

    clients: int
    requests: int
    seed: int = 1
    slug: str = ""
    pending: float = 0.05
    today: date | None = None


def seed(plan: Plan) -> Iterator[tuple[str, int]]:
    """Make it; yields the business's slug and how many requests are stored, batch after batch.

    Raises Trouble where the business is not there, or the same seed was used in it before.
    """
    slug = plan.slug or _free_slug()
    chance = Chance(f"{plan.seed} {slug}")
    town = _town(plan, slug, chance)
    prepare()
    try:
        for _stored in store_bundles(town.settle(plan.clients)):
            yield slug, 0
        done = 0
        for stored in store_bundles(_requests(plan, town)):
            done += stored
            yield slug, done
    except IntegrityError as error:
        raise Trouble(f"Seed {plan.seed} was used for {slug} before. Choose another with --seed.") from error
    analyze()


def _free_slug() -> str:
    taken = set(Business.objects.filter(slug__startswith=OWN_SLUG).values_list("slug", flat=True))
    numbered = (f"{OWN_SLUG}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (OWN_SLUG, *numbered) if slug not in taken)


def _town(plan: Plan, slug: str, chance: Chance) -> Town:
    if plan.slug:
        business = Business.objects.filter(slug=slug).first()
        if business is None:
            raise Trouble(f"There is no business {slug}.")
    else:
        business = found_business(slug, plan.today or Business().today(), chance)
    town = Town(business, plan.today or business.today(), plan.requests, chance)
    staff(town)
    return town


def _requests(plan: Plan, town: Town) -> Iterator[Bundle]:
    taken = BookingRequest.objects.filter(business=town.business).values_list("reference", flat=True)
    years = Years(town, plan.requests, frozenset(taken))
    waiting = Waiting(town.chance, plan.requests, round(plan.pending * plan.requests))
    fates = Fates(town)
    for asked in years.asked():
        yield fates.rows(asked, waits=waiting.next_waits())
