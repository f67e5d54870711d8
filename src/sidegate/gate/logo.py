"""A business's logo: public at its address, as its name and colour are."""

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from ..actions.logos import logo_path
from ..models import Business
from ..web.access import find, open_page
from ..web.middleware import impersonal
from .theme import A_WHILE_SECONDS, FOR_EVER_SECONDS

KINDS = {".png": "image/png", ".jpg": "image/jpeg"}


@open_page
@impersonal
@require_safe
def logo(request: HttpRequest, business: str) -> HttpResponseBase:
    """Asked for with its name in the address (`?v=…`) it may be kept for ever. No browser runs it."""
    found = find(Business.objects.exclude(logo_name=""), slug=business)
    path = logo_path(found.pk, found.logo_name)
    try:
        file = path.open("rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    headers = {
        "Content-Disposition": f'inline; filename="logo{path.suffix}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    response = FileResponse(file, content_type=KINDS[path.suffix], headers=headers)
    if request.GET.get("v") == path.stem:
        patch_cache_control(response, public=True, immutable=True, max_age=FOR_EVER_SECONDS)
    else:
        patch_cache_control(response, public=True, max_age=A_WHILE_SECONDS)
    return response
