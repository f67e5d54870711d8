"""Every address. First words that are ours come before businesses' own."""

from django.urls import include, path

urlpatterns = [
    path("", include("sidegate.gate.urls")),
    path("<slug:business>/office/", include("sidegate.office.urls")),
    path("<slug:business>/", include("sidegate.portal.urls")),
]

handler400 = "sidegate.web.errors.bad_request"
handler403 = "sidegate.web.errors.forbidden"
handler404 = "sidegate.web.errors.not_found"
handler500 = "sidegate.web.errors.server_error"
