"""*Send me a test mail*, and a page that follows what becomes of it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ..actions.errors import TooMany
from ..actions.mail_test import send_test_mail, test_mails
from ..web.access import OfficeScope, PageRequest, find, office_page
from ..web.errors import problem
from ..web.pages import office
from .in_words import InWords
from .mail_test_words import fate_of
from .pages import address


@office_page
@require_POST
def send(request: PageRequest, scope: OfficeScope) -> HttpResponse:
    try:
        message = send_test_mail(scope.business, by=scope.user)
    except TooMany as refusal:
        return _too_many(request, refusal)
    return redirect(address(scope, "test_mail", message_id=message.pk))


def _too_many(request: PageRequest, refusal: TooMany) -> HttpResponse:
    minutes = -(-refusal.retry_after // 60)
    why = _("You asked for several test mails within an hour. The Messages page shows what became of them.")
    wait = ngettext("Wait a minute, then try again.", "Wait %(count)s minutes, then try again.", minutes)
    response = problem(request, 429, _("Not another one now"), f"{why} {wait % {'count': minutes}}")
    response["Retry-After"] = str(refusal.retry_after)
    return response


@office_page
@require_safe
def test_mail(request: PageRequest, scope: OfficeScope, message_id: UUID) -> HttpResponse:
    """One's own. The page asks for the fate alone, naming what it shows (`seen`), and is answered with news only."""
    message = find(test_mails(scope.business, scope.user), pk=message_id)
    fate = fate_of(message, InWords(scope.business))
    if request.htmx and request.GET.get("seen") == fate.code:
        return HttpResponse(status=204)
    context = {"fate": fate, "here": address(scope, "test_mail", message_id=message.pk)}
    if request.htmx:
        return render(request, "office/settings/_test_mail.html", context)
    return office(request, scope, "office/settings/test_mail.html", context)
