"""`sidegate serve`: web and worker in one process group, for one machine."""

from argparse import Namespace

from .ports import listen
from .processes import in_a_child
from .serving import serve_together, usual_workers
from .set_up_code import first_words
from .start import start_serving


def run(options: Namespace) -> int:
    start_serving()
    from .static_files import collect_static_files

    with listen(options.host, options.port) as listening:
        if code := in_a_child(collect_static_files):
            return code
        serve_together(
            listening,
            workers=options.workers or usual_workers(),
            announcement=first_words(f"Serving on http://{options.host}:{options.port}. Ctrl-C stops."),
        )
    return 0
