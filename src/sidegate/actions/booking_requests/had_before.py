"""A service that the client had at that address, and that was ended."""

from ...models import ClientService
from .choosing_date import Warned
from .facts import AgreementFacts, RequestFacts, Surroundings


def had_before(facts: RequestFacts, around: Surroundings) -> list[Warned]:
    """The one that ended last, with the day of its last visit where it had any; nothing beside one that is paused."""
    here = [a for a in around.agreements_for(facts) if a.property_id == facts.property_id]
    ended = [a for a in here if a.status == ClientService.Status.CANCELLED]
    if not ended or any(a.status == ClientService.Status.PAUSED for a in here):
        return []
    latest = max(ended, key=_when)
    if latest.last_visit is None:
        return [Warned("had_before", {"price": latest.price_minor})]
    return [Warned("had_until", {"date": latest.last_visit, "price": latest.price_minor})]


def _when(agreement: AgreementFacts) -> tuple[object, ...]:
    return agreement.last_visit or agreement.start_date, agreement.id
