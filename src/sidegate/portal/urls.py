"""The addresses of the portal: /{business}/…"""

from django.urls import path

from . import booking_requests, calendar, date_proposals, home, photos, visits

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("calendar", calendar.calendar, name="calendar"),
    path("calendar/new", calendar.new_address, name="new_calendar"),
    path("visits", visits.visits, name="visits"),
    path("visits/<uuid:visit_id>", visits.visit, name="visit"),
    path("visits/<uuid:visit_id>/move", visits.move, name="move_visit"),
    path("visits/<uuid:visit_id>/skip", visits.skip, name="skip_visit"),
    path("requests/new", booking_requests.new, name="new_request"),
    path("requests/new/services", booking_requests.services, name="services"),
    path("requests/<str:reference>", booking_requests.booking_request, name="request"),
    path("requests/<str:reference>/sent", booking_requests.sent, name="sent"),
    path("requests/<str:reference>/edit", booking_requests.edit, name="edit_request"),
    path("requests/<str:reference>/withdraw", booking_requests.withdraw, name="withdraw_request"),
    path("requests/<str:reference>/take-date", date_proposals.take, name="take_date"),
    path("requests/<str:reference>/refuse-dates", date_proposals.refuse, name="refuse_dates"),
    path("requests/<str:reference>/photos/<uuid:photo_id>", photos.photo, name="photo"),
    path("requests/<str:reference>/photos/<uuid:photo_id>/thumbnail", photos.thumbnail, name="thumbnail"),
]
