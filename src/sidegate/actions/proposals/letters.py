"""What client and office read of proposed dates: rendered before the transaction that stores it."""

from collections.abc import Sequence
from datetime import date

from django.utils import translation

from ...models import Business, DateProposal
from ...wording import dates
from ..booking_requests.approval_plan import ApprovalPlan
from ..booking_requests.facts import RequestFacts
from ..booking_requests.letters import Letters, office_members
from ..booking_requests.words import PlanWords
from ..messages import Draft

# Of what a plan warns of, what concerns the day itself.
ABOUT_THE_DAY = ("closed_day", "day_full", "day_occupied", "series_on_closed_day")


def days_of(proposal: DateProposal) -> list[date]:
    return [date.fromisoformat(day) for day in proposal.dates]


def about_the_day(plan: ApprovalPlan, words: PlanWords) -> list[str]:
    """What to heed about the plan's day, in words."""
    return [words.warning(plan, warned) for warned in plan.warnings if warned.code in ABOUT_THE_DAY]


def proposed_letter(business: Business, plan: ApprovalPlan, days: Sequence[date], note: str) -> Draft:
    letters = Letters(business, plan.facts, "booking.proposed")
    listed = _listed(business, days, plan.language)
    return letters.to_client("booking.proposed", days=listed, note=note, **letters.terms(plan, plan.language))


def taken_letters(business: Business, plan: ApprovalPlan) -> list[Draft]:
    """To each member of the office, with what to heed about the day by now."""
    letters = Letters(business, plan.facts, "booking.date_taken")
    drafts = []
    for member in office_members(business):
        with translation.override(member.language):
            heed = " ".join(about_the_day(plan, PlanWords(business)))
        said = {"date": plan.date, "warning": heed, **letters.terms(plan, member.language)}
        drafts += letters.to_office("booking.date_taken", [member], **said)
    return drafts


def not_held_letters(business: Business, facts: RequestFacts, day: date) -> list[Draft]:
    letters = Letters(business, facts, "booking.date_not_held")
    return letters.to_office("booking.date_not_held", office_members(business), date=day)


def refused_letters(
    business: Business, facts: RequestFacts, proposal: DateProposal, answer: str
) -> list[Draft]:
    letters, days = Letters(business, facts, "booking.dates_refused"), days_of(proposal)
    drafts = []
    for member in office_members(business):
        said = {"days": _listed(business, days, member.language), "reason": answer}
        drafts += letters.to_office("booking.dates_refused", [member], **said)
    return drafts


def _listed(business: Business, days: Sequence[date], language: str) -> str:
    """One a line."""
    today = business.today()
    return "\n".join(dates.day(day, language, business.country, today=today) for day in days)
