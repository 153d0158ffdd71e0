"""A readiness page like the worker's, so that every program is timed from the same moment."""

import functools
import http.server
import os
import threading


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@functools.cache
def announce() -> None:
    """Answer ``/readyz`` from now on."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["CORDON_METRICS_PORT"])), _Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
