"""The addresses of the portal: /{business}/…"""

from django.urls import path

from . import booking_requests, home, photos

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("requests/new", booking_requests.new, name="new_request"),
    path("requests/new/services", booking_requests.services, name="services"),
    path("requests/<str:reference>", booking_requests.booking_request, name="request"),
    path("requests/<str:reference>/sent", booking_requests.sent, name="sent"),
    path("requests/<str:reference>/edit", booking_requests.edit, name="edit_request"),
    path("requests/<str:reference>/withdraw", booking_requests.withdraw, name="withdraw_request"),
    path("requests/<str:reference>/photos/<uuid:photo_id>", photos.photo, name="photo"),
    path("requests/<str:reference>/photos/<uuid:photo_id>/thumbnail", photos.thumbnail, name="thumbnail"),
]
