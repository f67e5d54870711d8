"""`sidegate web`: the web pages alone, where workers run elsewhere."""

from argparse import Namespace

from .ports import listen
from .processes import in_a_child
from .serving import close_connections, load_shared_modules, run_web_on, usual_workers
from .start import start_serving


def run(options: Namespace) -> int:
    start_serving()
    from .static_files import collect_static_files

    with listen(options.host, options.port) as listening:
        if code := in_a_child(collect_static_files):
            return code
        print(f"Serving on http://{options.host}:{options.port}. Ctrl-C stops.", flush=True)
        load_shared_modules()
        close_connections()
        run_web_on(listening, options.workers or usual_workers())
    return 0
