"""Django's settings, all of them read from the environment (docs/operations.md lists the variables)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from .environment import NOT_FOR_SERVING, Environment

ENVIRONMENT = Environment.read()
PACKAGE = Path(__file__).resolve().parent.parent

SIDEGATE_DATA_DIR = ENVIRONMENT.data_dir
SIDEGATE_BASE_URL = ENVIRONMENT.base_url
SIDEGATE_EMAIL_URL = ENVIRONMENT.email_url
SIDEGATE_TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
SIDEGATE_DEMO = ENVIRONMENT.is_demo

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key or NOT_FOR_SERVING
ALLOWED_HOSTS = [ENVIRONMENT.host] + (["localhost", "127.0.0.1"] if SIDEGATE_DEMO else [])
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.base_url]
USE_X_FORWARDED_HOST = False
APPEND_SLASH = False

ROOT_URLCONF = "sidegate.config.urls"
WSGI_APPLICATION = "sidegate.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES: dict[str, dict[str, Any]] = {"default": ENVIRONMENT.database()}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "sidegate",
]

MIDDLEWARE = [
    "sidegate.web.middleware.RequestLog",
    "sidegate.web.peer.ProxysWord",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sidegate.web.middleware.PersonsLanguage",
    "sidegate.web.middleware.PrivatePages",
    "sidegate.web.middleware.NoBlankPages",
    "sidegate.web.middleware.RollingSession",
    "sidegate.web.middleware.SignInFirst",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "sidegate.web.rendering.environment"},
    },
]

AUTH_USER_MODEL = "sidegate.User"
AUTHENTICATION_BACKENDS = ["sidegate.web.sessions.People"]
LOGIN_URL = "/sign-in"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-sessionid" if ENVIRONMENT.is_https else "sessionid"
SESSION_COOKIE_AGE = int(timedelta(days=90).total_seconds())
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.is_https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrftoken" if ENVIRONMENT.is_https else "csrftoken"
CSRF_FAILURE_VIEW = "sidegate.web.errors.form_expired"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [PACKAGE / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = SIDEGATE_DATA_DIR / "static"
STATICFILES_DIRS = [PACKAGE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "sidegate.web.static_files.HashedStaticFiles"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600  # files without a hash in their name; hashed ones are kept for ever

# Photos: five of 10 MB each and the rest of the form; files over the memory limit go to disk.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if ENVIRONMENT.is_https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SIDEGATE_TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for subdomains and its preload list bind the whole domain: its owner decides
    "security.W021",
    "security.W008",  # the proxy that holds the certificate redirects; here it would loop behind one
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

EMAIL_TIMEOUT = 15

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "sidegate.web.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"sidegate": {"level": "INFO"}},
}
