from django.apps import AppConfig


class SidegateConfig(AppConfig):
    """The one Django app."""

    name = "sidegate"
    default_auto_field = "django.db.models.UUIDField"
