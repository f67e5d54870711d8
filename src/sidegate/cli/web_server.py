"""The HTTP server that `sidegate serve` and `sidegate web` start: waitress, in several forked processes.

Why waitress, and what was measured: docs/decisions/0004-web-server.md.
"""

import logging
import os
import resource
import signal
import socket
from functools import partial
from importlib import import_module
from mmap import mmap
from types import FrameType
from typing import TYPE_CHECKING

from .ports import listen
from .processes import ONE_ASKING_SECONDS, Part, run_together

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from waitress.adjustments import Adjustments

APPLICATION = "sidegate.config.wsgi:application"
THREADS = 4
# One less than the next: a worker ends by itself, before its parent, and this before whoever started it.
WORKER_STOPS_WITHIN_SECONDS = 17.0
STOPS_WITHIN_SECONDS = 18.0
REPLACED_AFTER_SECONDS = 1.0
MOST_CONNECTIONS = 1000
FILES_WANTED = 4096
FILES_FOR_ONE_CONNECTION = 3  # the line, its body on disk, its answer on disk
FILES_FOR_THE_REST = 64


def run_web(
    *,
    host: str,
    port: int,
    workers: int,
    listening_socket: socket.socket | None = None,
    application: str = APPLICATION,
    announcement: str = "",
) -> None:
    """Serve until SIGTERM or SIGINT, and say so once it does; then open requests are answered, for up to 18 seconds.

    The application is imported once and forked, so its memory is shared; a worker that dies is replaced
    within about a second, and meanwhile the socket keeps whoever calls. Without `listening_socket` one is opened on
    the host and port; raises Trouble where that fails.
    """
    listening = listening_socket or listen(host, port)
    parts = web_parts(listening, workers, _loaded(application))
    announce = partial(print, announcement, flush=True) if announcement else lambda: None
    run_together(parts, grace_seconds=STOPS_WITHIN_SECONDS, announce=announce)
    if listening_socket is None:
        listening.close()


def web_parts(listening: socket.socket, workers: int, application: "WSGIApplication") -> list[Part]:
    """The workers as parts of a group; from here until the fork nothing may use the database."""
    from django.db import connections

    connections.close_all()
    _allow_more_files()
    counts = memoryview(mmap(-1, 4 * workers)).cast("i")
    return [
        Part(
            f"web {place + 1}",
            partial(_serve, application, listening, counts, place),
            longest_backoff=REPLACED_AFTER_SECONDS,
        )
        for place in range(workers)
    ]


def _loaded(application: str) -> "WSGIApplication":
    """Imported, and with what Django loads on the first request, so that the fork shares it."""
    from django.conf import settings
    from django.urls import get_resolver
    from django.utils import translation

    module, _, name = application.partition(":")
    loaded: WSGIApplication = getattr(import_module(module), name)
    _ = get_resolver().url_patterns
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("")
    return loaded


def _serve(
    application: "WSGIApplication", listening: socket.socket, counts: "memoryview[int]", place: int
) -> None:
    from .web_connections import WebServer

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = WebServer(application, listening, _adjustments(), counts=counts, place=place)

    def stop(number: int, frame: FrameType | None) -> None:
        server.stop(within_seconds=WORKER_STOPS_WITHIN_SECONDS, hurry_after=ONE_ASKING_SECONDS)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server.run()


def _adjustments() -> "Adjustments":
    from django.conf import settings
    from waitress.adjustments import Adjustments

    from .web_connections import LARGEST_HEAD, LOOK_EVERY_SECONDS

    return Adjustments(
        threads=THREADS,
        ident=None,
        connection_limit=_most_connections(),
        cleanup_interval=LOOK_EVERY_SECONDS,
        max_request_header_size=LARGEST_HEAD,
        max_request_body_size=2**62,  # the limit is Request's, which answers in words
        recv_bytes=64 * 1024,
        inbuf_overflow=64 * 1024,
        outbuf_overflow=256 * 1024,
        asyncore_use_poll=True,
        log_socket_errors=False,
        # Whom of the proxies to believe is decided where it is asked (web/peer.py).
        clear_untrusted_proxy_headers=not getattr(settings, "SIDEGATE_TRUSTED_PROXIES", ()),
    )


def _allow_more_files() -> None:
    """Where the shell's usual limit is lower than what the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_WANTED if hard == resource.RLIM_INFINITY else min(FILES_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _most_connections() -> int:
    allowed = os.sysconf("SC_OPEN_MAX")
    if allowed < 0:
        return MOST_CONNECTIONS
    return min(MOST_CONNECTIONS, (allowed - FILES_FOR_THE_REST) // FILES_FOR_ONE_CONNECTION)
