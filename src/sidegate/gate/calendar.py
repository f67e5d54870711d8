"""A calendar feed at its secret address: whoever knows it reads it, signed in or not."""

import re

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag
from django.views.decorators.http import require_safe

from ..actions.calendar_feeds import feed_at
from ..actions.calendar_reading import feed_text
from ..web.access import open_page
from ..web.middleware import impersonal

A_WHILE_SECONDS = 300
SECRET = re.compile(r"[\w-]{16,64}", re.ASCII)


@open_page
@impersonal
@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Calendar programs ask every hour or so, and mostly for what they have already (304)."""
    feed = feed_at(secret) if SECRET.fullmatch(secret) else None
    if feed is None:
        raise Http404
    response = HttpResponse(feed_text(feed), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="visits.ics"'
    patch_cache_control(response, private=True, max_age=A_WHILE_SECONDS)
    set_response_etag(response)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
