"""A client's own photos, and nobody else's."""

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from ..actions.photos import photo_path, thumbnail_path
from ..web.access import PortalScope, portal_page
from ..web.photo_files import photo_of_request


@require_safe
@portal_page
def photo(request: HttpRequest, scope: PortalScope, reference: str, photo_id: UUID) -> HttpResponseBase:
    return photo_of_request(scope.photos(), reference, photo_id, photo_path)


@require_safe
@portal_page
def thumbnail(request: HttpRequest, scope: PortalScope, reference: str, photo_id: UUID) -> HttpResponseBase:
    return photo_of_request(scope.photos(), reference, photo_id, thumbnail_path)
