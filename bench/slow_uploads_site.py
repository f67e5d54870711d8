"""The site that bench/slow_uploads.py serves: a page of 50 rows, a trivial page, a photo upload.

Not the product: small enough to start anywhere, near enough to it that a server's choice shows.
"""

import os
import time
from pathlib import Path

import django
from django.conf import settings

FOLDER = Path(os.environ["SLOW_UPLOADS_FOLDER"])
ROWS_IN_TABLE, ROWS_ON_PAGE = 500, 50

settings.configure(
    DEBUG=False,
    SECRET_KEY="only-for-this-measurement",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[],
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.jinja2.Jinja2", "DIRS": [FOLDER]}],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": FOLDER / "site.sqlite3",
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    },
    DATA_UPLOAD_MAX_MEMORY_SIZE=1024 * 1024,
    FILE_UPLOAD_MAX_MEMORY_SIZE=1024 * 1024,
)
django.setup()

from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

PAGE = """<!doctype html><title>{{ total }} rows</title><table>
{% macro cell(text, kind="text") %}<td class="cell cell--{{ kind }}">{{ text }}</td>{% endmacro %}
{% for row in rows %}<tr id="row-{{ row.id }}">{{ cell(row.client) }}{{ cell(row.service) }}
{{ cell(row.asked.strftime("%a, %b %d, %Y"), "date") }}{{ cell("%.2f"|format(row.price / 100), "money") }}
<td>{{ row.notes|truncate(120) }}</td></tr>{% endfor %}</table>"""


class Row(models.Model):
    client = models.CharField(max_length=80)
    service = models.CharField(max_length=80)
    asked = models.DateTimeField(db_index=True)
    price = models.IntegerField()
    notes = models.TextField()

    class Meta:
        app_label = "slow_uploads"

    def __str__(self) -> str:
        return self.client


def prepare() -> None:
    """Make the table and the template; call once before any server starts."""
    (FOLDER / "rows.html").write_text(PAGE)
    with connection.schema_editor() as editor:
        editor.create_model(Row)
    Row.objects.bulk_create(
        Row(client=f"Client {n}", service="Mowing", asked=timezone.now(), price=100 * n, notes="lawn " * 40)
        for n in range(ROWS_IN_TABLE)
    )
    connection.close()


def rows(request: HttpRequest) -> HttpResponse:
    waiting = Row.objects.order_by("asked", "id")
    names = [Row.objects.get(pk=pk).client for pk in range(1, 6)]
    page = list(waiting[:ROWS_ON_PAGE])
    return render(request, "rows.html", {"rows": page, "total": waiting.count(), "names": names})


def trivial(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def upload(request: HttpRequest) -> HttpResponse:
    sizes = [photo.size for photo in request.FILES.values()]
    return HttpResponse(f"photos {sizes}")


def big(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"x" * 8_000_000)


def slow(request: HttpRequest) -> HttpResponse:
    time.sleep(float(request.GET.get("s", "3")))
    return HttpResponse("finished")


urlpatterns = [
    path("rows", rows),
    path("trivial", trivial),
    path("upload", upload),
    path("big", big),
    path("slow", slow),
]
application = get_wsgi_application()
