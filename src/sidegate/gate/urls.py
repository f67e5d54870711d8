"""The addresses of the gate."""

from django.urls import path

from . import calendar, demo, guide, health, home, language, logo, mailbox, set_up, sign_in, sign_out, theme

app_name = "gate"
urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-in/code", sign_in.code, name="code"),
    path("sign-in/confirm", sign_in.confirm, name="confirm"),
    path("sign-in/<str:token>", sign_in.link, name="link"),
    path("sign-out", sign_out.sign_out, name="sign_out"),
    path("set-up", set_up.set_up, name="set_up"),
    path("set-up/business", set_up.business, name="set_up_business"),
    path("language", language.language, name="language"),
    path("guide/", guide.guide, name="guide"),
    path("guide/<slug:audience>/", guide.contents, name="guide_contents"),
    path("guide/<slug:audience>/<slug:chapter>", guide.chapter, name="guide_chapter"),
    path("calendar/<str:secret>.ics", calendar.calendar, name="calendar"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("demo", demo.demo, name="demo"),
    path("demo/open/<uuid:user>", demo.open_as, name="open_as"),
    path("demo/mailbox", mailbox.mailbox, name="mailbox"),
    path("demo/mailbox/<uuid:message>", mailbox.message, name="mailbox_message"),
    path("demo/mailbox/<uuid:message>/mail", mailbox.mail, name="mailbox_mail"),
    path("<slug:business>/theme.css", theme.theme, name="theme"),
    path("<slug:business>/logo", logo.logo, name="logo"),
]
