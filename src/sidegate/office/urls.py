"""The addresses of the office: /{business}/office/…"""

from django.urls import path

from . import (
    booking_request_log,
    booking_request_presses,
    booking_requests,
    client_imports,
    client_services,
    clients,
    first_steps,
    inviting,
    mail_test,
    message_templates,
    messages,
    photos,
    properties,
    services,
    settings,
    visits,
)

IMPORT = "clients/import/<uuid:import_id>"
CLIENT = "clients/<uuid:client_id>"
PROPERTY = f"{CLIENT}/addresses/<uuid:property_id>"
AGREEMENT = f"{CLIENT}/services/<uuid:client_service_id>"
SERVICE = "services/<uuid:service_id>"
VISIT = "visits/<uuid:visit_id>"
MESSAGE = "messages/<uuid:message_id>"
WORDS = "settings/messages/<str:key>/<str:language>"

app_name = "office"
urlpatterns = [
    path("requests", booking_requests.queue, name="requests"),
    path("requests/decided", booking_requests.decided, name="decided"),
    path("requests/new", booking_request_log.log, name="log_request"),
    path("requests/new/<uuid:client_id>/services", booking_request_log.services, name="log_services"),
    path("requests/<str:reference>", booking_requests.booking_request, name="request"),
    path("requests/<str:reference>/plan", booking_requests.plan, name="plan"),
    path("requests/<str:reference>/approve", booking_request_presses.approve, name="approve"),
    path("requests/<str:reference>/decline", booking_request_presses.decline, name="decline"),
    path("requests/<str:reference>/undo", booking_request_presses.undo, name="undo"),
    path("requests/<str:reference>/photos/<uuid:photo_id>", photos.photo, name="photo"),
    path("requests/<str:reference>/photos/<uuid:photo_id>/thumbnail", photos.thumbnail, name="thumbnail"),
]

# The records: clients and what they have, the catalog, the schedule, messages, settings.
urlpatterns += [
    path("clients", clients.clients, name="clients"),
    path("clients/new", clients.new, name="new_client"),
    path("clients/invite", inviting.invitations, name="invite_clients"),
    path("clients/invite/all", inviting.invite_all, name="invite_all_clients"),
    path(f"{CLIENT}/invite", inviting.invite, name="invite_client"),
    path("clients/export.csv", client_imports.export, name="export_clients"),
    path("clients/import", client_imports.new, name="new_client_import"),
    path(IMPORT, client_imports.client_import, name="client_import"),
    path(f"{IMPORT}/progress", client_imports.progress, name="client_import_progress"),
    path(f"{IMPORT}/columns", client_imports.columns, name="client_import_columns"),
    path(f"{IMPORT}/begin", client_imports.begin, name="begin_client_import"),
    path(f"{IMPORT}/drop", client_imports.drop, name="drop_client_import"),
    path(f"{IMPORT}/undo", client_imports.undo, name="undo_client_import"),
    path(f"{IMPORT}/refused.csv", client_imports.refused_table, name="refused_rows"),
    path(CLIENT, clients.client, name="client"),
    path(f"{CLIENT}/edit", clients.edit, name="edit_client"),
    path(f"{CLIENT}/archive", clients.archive, name="archive_client"),
    path(f"{CLIENT}/bring-back", clients.bring_back, name="bring_back_client"),
    path(f"{CLIENT}/people/new", clients.add_person, name="add_person"),
    path(f"{CLIENT}/people/<uuid:portal_user_id>/remove", clients.remove_person, name="remove_person"),
    path(f"{CLIENT}/addresses/new", properties.new, name="new_property"),
    path(PROPERTY, properties.edit, name="property"),
    path(f"{PROPERTY}/archive", properties.archive, name="archive_property"),
    path(f"{PROPERTY}/bring-back", properties.bring_back, name="bring_back_property"),
    path(f"{CLIENT}/services/new", client_services.new, name="new_client_service"),
    path(AGREEMENT, client_services.client_service, name="client_service"),
    path(f"{AGREEMENT}/edit", client_services.edit, name="edit_client_service"),
    path(f"{AGREEMENT}/pause", client_services.leave, {"way": "pause"}, name="pause_client_service"),
    path(f"{AGREEMENT}/cancel", client_services.leave, {"way": "cancel"}, name="cancel_client_service"),
    path(f"{AGREEMENT}/complete", client_services.leave, {"way": "complete"}, name="complete_client_service"),
    path(f"{AGREEMENT}/resume", client_services.resume, name="resume_client_service"),
    path(f"{AGREEMENT}/next-weeks", client_services.next_weeks, name="next_weeks"),
    path(f"{AGREEMENT}/visits/new", visits.new, name="new_visit"),
    path("services", services.services, name="services"),
    path("services/new", services.new, name="new_service"),
    path(SERVICE, services.service, name="service"),
    path(f"{SERVICE}/archive", services.archive, name="archive_service"),
    path(f"{SERVICE}/bring-back", services.bring_back, name="bring_back_service"),
    path(f"{SERVICE}/move", services.move, name="move_service"),
    path("schedule", visits.schedule, name="schedule"),
    path(VISIT, visits.visit, name="visit"),
    path(f"{VISIT}/change", visits.change, name="change_visit"),
    path(f"{VISIT}/complete", visits.complete, name="complete_visit"),
    path(f"{VISIT}/skip", visits.skip, name="skip_visit"),
    path(f"{VISIT}/reopen", visits.reopen, name="reopen_visit"),
    path(f"{VISIT}/cancel", visits.cancel, name="cancel_visit"),
    path("messages", messages.messages, name="messages"),
    path(MESSAGE, messages.message, name="message"),
    path(f"{MESSAGE}/retry", messages.retry, name="retry_message"),
    path(f"{MESSAGE}/told", messages.told, name="told_message"),
    path("settings", settings.settings, name="settings"),
    path("settings/business", settings.business, name="business_settings"),
    path("settings/days", settings.days, name="days_settings"),
    path("settings/days/close", settings.close, name="close_days"),
    path("settings/days/reopen", settings.reopen, name="reopen_day"),
    path("settings/requests", settings.requests, name="requests_settings"),
    path("settings/colour", settings.look, name="look_settings"),
    path("settings/mail/hold", settings.hold, name="hold_mail"),
    path("settings/mail/release", settings.release, name="release_mail"),
    path("settings/mail/test", mail_test.send, name="send_test_mail"),
    path("settings/mail/test/<uuid:message_id>", mail_test.test_mail, name="test_mail"),
    path("settings/first-steps/put-away", first_steps.put_list_away, name="put_first_steps_away"),
    path("settings/messages", message_templates.message_words, name="message_words"),
    path(WORDS, message_templates.template, name="message_template"),
    path(f"{WORDS}/reset", message_templates.reset, name="reset_message_template"),
]
