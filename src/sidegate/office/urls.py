"""The addresses of the office: /{business}/office/…"""

from django.urls import path

from . import booking_requests, photos

app_name = "office"
urlpatterns = [
    path("requests", booking_requests.queue, name="requests"),
    path("requests/decided", booking_requests.decided, name="decided"),
    path("requests/<str:reference>", booking_requests.booking_request, name="request"),
    path("requests/<str:reference>/plan", booking_requests.plan, name="plan"),
    path("requests/<str:reference>/approve", booking_requests.approve, name="approve"),
    path("requests/<str:reference>/decline", booking_requests.decline, name="decline"),
    path("requests/<str:reference>/undo", booking_requests.undo, name="undo"),
    path("requests/<str:reference>/photos/<uuid:photo_id>", photos.photo, name="photo"),
    path("requests/<str:reference>/photos/<uuid:photo_id>/thumbnail", photos.thumbnail, name="thumbnail"),
]
