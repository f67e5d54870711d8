"""The WSGI application. Refuses to start on a missing or unsafe environment."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sidegate.config.settings")

from .environment import Environment

problems = Environment.read().problems()
if problems:
    raise ImproperlyConfigured(" ".join(problems))

application = get_wsgi_application()
