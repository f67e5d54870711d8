"""The page that ours is compared with: the same rows and fields, written as one ordinarily does.

Django's own templates and middleware, select_related, a loop, `{% if %}`, dates formatted by filters, a badge in
the nav, someone signed in. It says nothing of what Approve would do: that it need not work out.
"""

from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from sidegate.config.urls import urlpatterns as sidegates
from sidegate.models import BookingRequest, Membership

PAGE = 50
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
REASONS = (
    _("Those days are full."),
    _("We don't work on those days."),
    _("The weather won't allow it."),
    _("This isn't something we do."),
)
TEMPLATES = {
    "NAME": "plain",
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [Path(__file__).resolve().parent],
    "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ],
        "libraries": {"plain_words": "bench.plain_words"},
    },
}


@login_not_required
def queue(request: HttpRequest, business: str) -> HttpResponse:
    membership = Membership.objects.select_related("business").filter(
        user=request.user.pk, business__slug=business, is_active=True
    ).first()  # fmt: skip
    if membership is None:
        raise Http404
    waiting = BookingRequest.objects.filter(business=membership.business, status="pending")
    rows = waiting.select_related("client", "property", "service", "about_visit").prefetch_related("photos")
    context = {
        "business": membership.business,
        "badge": waiting.count(),
        "booking_requests": rows.order_by("id")[:PAGE],
        "due_count": waiting.filter(reply_by__lte=membership.business.today()).count(),
        "issue_count": waiting.filter(kind="issue_report").count(),
        "reasons": REASONS,
        "today": membership.business.today(),
    }
    return render(request, "plain_page.html", context, using="plain")


urlpatterns = [path("plain/<slug:business>", queue), *sidegates]
