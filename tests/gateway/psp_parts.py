"""A payment provider's double."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


class Psp(HTTPServer):
    """A payment provider's double: keeps what it is asked, answers what it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.answer: tuple[int, bytes] = (200, b'{"status":"ok","id":"r-1","card":"4111111111111111"}')


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Psp)
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append((self.path, dict(self.headers), body))
        status, content = self.server.answer
        self.send_response(status)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass
