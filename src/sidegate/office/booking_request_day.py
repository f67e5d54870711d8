"""What stands around a plan's day, in words: what it holds, who else asks for it, the client's other visits."""

from dataclasses import dataclass

from django.utils.translation import ngettext

from ..actions.booking_requests import AroundTheDay, PlanWords, VisitThatWeek
from ..actions.visits import Load
from ..models import Business
from ..models.booking_request import BADGE_CAP
from ..web.rendering import url
from ..wording import rhythm
from ..wording.languages import in_language
from ..wording.phrases import gettext as _
from .in_words import InWords
from .schedule_load import load_of

MOST_NAMED = 2


@dataclass(frozen=True, slots=True)
class DayInWords:
    """Each is empty where there is nothing to say; `others_url` lists the requests that ask for the day."""

    holds: str
    others: str
    others_url: str
    that_week: str


class DayWords:
    """Says it for the cards of one page, in the language that is active."""

    def __init__(self, business: Business, words: PlanWords) -> None:
        self.business, self.words, self.in_words = business, words, InWords(business)
        self.queue = url("office:requests", business=business.slug)
        self.held: dict[Load, str] = {}
        self.asking: dict[tuple[int, bool], str] = {}

    def of(self, around: AroundTheDay, first_name: str) -> DayInWords:
        key = around.others, around.overflows
        if key not in self.asking:
            self.asking[key] = self._others(around)
        others = self.asking[key]
        return DayInWords(
            holds=self._holds(around.load) if around.load else "",
            others=others,
            others_url=f"{self.queue}?day={around.day.isoformat()}" if others else "",
            that_week=self._that_week(around.that_week, first_name),
        )

    def _holds(self, load: Load) -> str:
        if load not in self.held:
            said = load_of(self.in_words, load).said or (self._visits(load.visits),)
            self.held[load] = _("That day: %(load)s") % {"load": " · ".join(said)}
        return self.held[load]

    @staticmethod
    def _visits(count: int) -> str:
        if not count:
            return _("no visits")
        return ngettext("%(count)s visit", "%(count)s visits", count) % {"count": count}

    @staticmethod
    def _others(around: AroundTheDay) -> str:
        if not around.others:
            return ""
        text = (
            ngettext(
                "%(count)s more asks for it, not all fit",
                "%(count)s more ask for it, not all fit",
                around.others,
            )
            if around.overflows
            else ngettext("%(count)s more asks for it", "%(count)s more ask for it", around.others)
        )
        return text % {"count": f"{BADGE_CAP}+" if around.others > BADGE_CAP else around.others}

    def _that_week(self, visits: tuple[VisitThatWeek, ...], first_name: str) -> str:
        if not visits:
            return ""
        named = [self._visit(visit) for visit in visits[:MOST_NAMED]]
        if more := len(visits) - MOST_NAMED:
            named += [_("+%(count)s more") % {"count": more}] if more > 0 else []
        return _("%(name)s also has: %(visits)s") % {
            "name": first_name,
            "visits": " · ".join(named),
        }

    def _visit(self, visit: VisitThatWeek) -> str:
        name = in_language(visit.service_names, self.words.language, self.business.default_language)
        service = rhythm.agreement_name(name, visit.frequency)
        return _("%(service)s on %(date)s") % {"service": service, "date": self.words.day(visit.date)}
