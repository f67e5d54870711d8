"""`sidegate web`: the web pages alone, where workers run elsewhere."""

from argparse import Namespace

from .ports import listen
from .processes import in_a_child
from .serving import load_what_is_shared, usual_workers
from .set_up_code import first_words
from .start import start_serving


def run(options: Namespace) -> int:
    start_serving()
    from .static_files import collect_static_files
    from .web_server import run_web

    with listen(options.host, options.port) as listening:
        if code := in_a_child(collect_static_files):
            return code
        load_what_is_shared()
        run_web(
            host=options.host,
            port=options.port,
            workers=options.workers or usual_workers(),
            listening_socket=listening,
            announcement=first_words(f"Serving on http://{options.host}:{options.port}. Ctrl-C stops."),
        )
    return 0
