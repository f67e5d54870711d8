"""A mail server that takes everything, and the worker's settings pointing at it."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from .sink import Sink


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    with Sink().open() as opened:
        settings.SIDEGATE_EMAIL_URL = opened.url
        yield opened
