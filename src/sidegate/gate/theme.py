"""The stylesheet with a business's colour: its only style that no file holds (the CSP allows no inline style)."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag
from django.views.decorators.http import require_safe

from ..models import Business
from ..web.access import open_page
from ..web.middleware import impersonal
from ..wording.colours import dark_shades, light_shades

FOR_EVER_SECONDS = 365 * 24 * 3600
A_WHILE_SECONDS = 300
SHEET = """:root {{
  --accent: light-dark({light.accent}, {dark.accent});
  --on-accent: light-dark({light.on_accent}, {dark.on_accent});
  --accent-soft: light-dark({light.soft}, {dark.soft});
}}
"""


@open_page
@impersonal
@require_safe
def theme(request: HttpRequest, business: str) -> HttpResponseBase:
    """Asked for with the colour in its address (`?v=1c6a4a`) it may be kept for ever."""
    accent = Business.objects.filter(slug=business).values_list("accent", flat=True).first()
    if accent is None:
        raise Http404
    sheet = SHEET.format(light=light_shades(accent), dark=dark_shades(accent))
    response = HttpResponse(sheet, content_type="text/css; charset=utf-8")
    if request.GET.get("v") == accent[1:]:
        patch_cache_control(response, public=True, immutable=True, max_age=FOR_EVER_SECONDS)
    else:
        patch_cache_control(response, public=True, max_age=A_WHILE_SECONDS)
    set_response_etag(response)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
