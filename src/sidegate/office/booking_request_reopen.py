"""Reopening a request after the time for an undo: what it means first, then the press."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from ..actions.booking_requests import Reopening, reopen_booking_request, reopening_of
from ..actions.errors import ReopenRefused
from ..models import BookingRequest, ClientService, Visit
from ..web.access import OfficeScope, PageRequest, office_page
from ..wording import rhythm
from ..wording.languages import language_name
from .booking_request_answers import find_request
from .clients import asks_and_acts
from .fields import Lines
from .forms import Form
from .in_words import InWords
from .pages import address, question_page, refused, said


class ReopenForm(Form):
    """A line to the client."""

    is_new = True
    saying = lazy("Open it again")

    note = Lines(lazy("A line to the client"), most=1000, hint=lazy("The client reads it as you write it."))


@office_page
@asks_and_acts
def reopen(request: PageRequest, scope: OfficeScope, reference: str) -> HttpResponse:
    found = find_request(scope, reference)
    to = address(scope, "request", reference=reference)
    form = ReopenForm(request)
    try:
        meaning = reopening_of(found)
        if form.does(lambda: reopen_booking_request(found, by=scope.user, note=form.cleaned_data["note"])):
            return said(request, _("It waits again. %(told)s") % {"told": _told(scope, meaning)}, to)
    except ReopenRefused as why:
        if why.visit:
            return _mark_first(request, scope, reference, why.visit)
        return refused(request, _why_not(why.code), to)
    return question_page(
        request,
        scope,
        title=_("Open this request again?"),
        room="requests",
        back=(to, reference),
        lines=_lines(scope, found, meaning),
        button=form.saying,
        form=form,
    )


def _mark_first(request: PageRequest, scope: OfficeScope, reference: str, visit: Visit) -> HttpResponse:
    """The question with what stands in its way, and the way there and back."""
    here = address(scope, "reopen_request", reference=reference)
    if request.method == "POST":
        return redirect(here)
    said = {"date": InWords(scope.business).day(visit.date)}
    its_page = f"{address(scope, 'visit', visit_id=visit.pk)}?{urlencode({'next': here})}"
    return question_page(
        request,
        scope,
        title=_("Open this request again?"),
        room="requests",
        back=(address(scope, "request", reference=reference), reference),
        lines=[],
        button="",
        obstacle=_("The visit on %(date)s has passed. Mark it done or skipped first, then come back here.")
        % said,
        links=[(its_page, _("The visit on %(date)s") % said)],
    )


def _lines(scope: OfficeScope, found: BookingRequest, meaning: Reopening) -> list[str]:
    words = InWords(scope.business)
    lines = [_("It waits for an answer again, with the others.")]
    if meaning.visits:
        text = ngettext(
            "The visit on %(first)s is cancelled.",
            "%(count)s visits are cancelled, the first on %(first)s.",
            len(meaning.visits),
        )
        lines.append(text % {"count": len(meaning.visits), "first": words.day(meaning.visits[0].date)})
    if meaning.ends and meaning.ends.frequency:
        lines.append(_("%(service)s, which it began, ends.") % {"service": words.agreement(meaning.ends)})
    if meaning.back_to_plan:
        back = {
            "service": words.agreement(meaning.back_to_plan),
            "often": _rhythm(meaning.back_to_plan, words.language),
        }
        lines.append(_("From tomorrow on %(service)s is %(often)s again, as before.") % back)
    if meaning.back_to:
        lines.append(_("The visit goes back to %(date)s.") % {"date": words.day(meaning.back_to)})
    return [*lines, _told(scope, meaning)]


def _rhythm(agreement: ClientService, language: str) -> str:
    return rhythm.in_words(agreement.recurrence() if agreement.frequency else None, language)


def _told(scope: OfficeScope, meaning: Reopening) -> str:
    recipient = meaning.facts.recipient(scope.business.default_language)
    name = {"name": meaning.facts.client_first_name()}
    if recipient.refusal:
        return _("%(name)s cannot be written to: tell them yourself.") % name
    language = language_name(recipient.language, read_in=InWords(scope.business).language)
    return _("%(name)s is told in %(language)s.") % {**name, "language": language}


def _why_not(code: str) -> str:
    return {
        "not_decided": _("It is waiting already, or was withdrawn. Nothing was done."),
        "undo_instead": _("Its answer can still be undone: press Undo instead."),
        "visit_done": _("A visit of it has taken place, so it can't be opened again."),
        "visit_changed": _("The visit was changed meanwhile, so nothing was done. Look again."),
        "plan_changed": _("That plan was changed again since, or has ended, so it stays as it is."),
        "visit_past": _("The visit would go back to a day that has passed, so it stays where it is."),
    }[code]
