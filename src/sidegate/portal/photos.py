"""A client's own photos, and nobody else's."""

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from ..actions.photos import photo_path, thumbnail_path
from ..web.access import PortalScope, find, portal_page
from ..web.photo_files import picture


@require_safe
@portal_page
def photo(request: HttpRequest, scope: PortalScope, reference: str, photo_id: UUID) -> HttpResponseBase:
    found = find(scope.photos(), pk=photo_id, booking_request__reference=reference)
    return picture(photo_path(found), found.pk)


@require_safe
@portal_page
def thumbnail(request: HttpRequest, scope: PortalScope, reference: str, photo_id: UUID) -> HttpResponseBase:
    found = find(scope.photos(), pk=photo_id, booking_request__reference=reference)
    return picture(thumbnail_path(found), found.pk)
