"""How this works: the guide's pages, one guide for the owner and one for the client, open to everyone."""

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ..web.access import open_page
from ..web.sessions import works_in_an_office
from ..wording.languages import FALLBACK
from .guide_chapters import AUDIENCES, CONTENTS, address, chapters, read
from .next_page import asked_for, business_of

Names = tuple[str, ...]


@open_page
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Whoever works in an office reads the owner's guide, anyone else the client's."""
    is_office = request.user.is_authenticated and works_in_an_office(request.user)
    return redirect(address("owner" if is_office else "client", next_path=asked_for(request)))


@open_page
@require_safe
def contents(request: HttpRequest, audience: str) -> HttpResponse:
    if audience not in AUDIENCES:
        raise Http404
    return _page(request, audience, CONTENTS)


@open_page
@require_safe
def chapter(request: HttpRequest, audience: str, chapter: str) -> HttpResponse:
    names = chapters(audience) if audience in AUDIENCES else ()
    if chapter not in names:
        raise Http404
    place = names.index(chapter)
    return _page(request, audience, chapter, before=names[:place][-1:], after=names[place + 1 :][:1])


def _page(
    request: HttpRequest, audience: str, name: str, *, before: Names = (), after: Names = ()
) -> HttpResponse:
    """With the chapter before and the one after, where there are any."""
    next_path = asked_for(request)
    in_hers = partial(read, get_language() or FALLBACK, audience, next_path=next_path)
    context = {
        "page": in_hers(name),
        "contents": in_hers(CONTENTS),
        "before": [in_hers(other) for other in before],
        "after": [in_hers(other) for other in after],
        "back": next_path or reverse("gate:home"),
        "business": business_of(next_path),
    }
    return render(request, "gate/guide.html", context)
