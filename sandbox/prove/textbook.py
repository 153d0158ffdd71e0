"""The negative control: the agent of every Faust tutorial, with the same rules and the same topics.

It awaits ``send`` and lets Faust acknowledge. It has to lose messages under the faults that Cordon survives; a harness
that lets it pass measures nothing.
"""

import http.server
import json
import os
import re
import sys
import threading

import faust

PREFIX = os.environ["CORDON_TOPIC_PREFIX"]
CARD = re.compile(rb"\b\d{16}\b")

app = faust.App(
    f"textbook-{PREFIX.rstrip('.')}",
    broker=f"kafka://{os.environ['CORDON_KAFKA_BOOTSTRAP_SERVERS']}",
    datadir=os.environ["CORDON_DATA_DIR"],
    topic_allow_declare=False,
    topic_disable_leader=True,
    web_enabled=False,
    producer_request_timeout=5.0,
    broker_session_timeout=10.0,
    broker_commit_interval=0.25,
    worker_redirect_stdouts=False,
)
incoming = app.topic(
    f"{PREFIX}messages.inbound", f"{PREFIX}messages.outbound", key_serializer="raw", value_serializer="raw"
)
forward = app.topic(f"{PREFIX}messages.forward", key_serializer="raw", value_serializer="raw")


@app.agent(incoming)  # type: ignore[untyped-decorator]  # Faust publishes no types
async def critical(stream: faust.StreamT) -> None:
    """Clean each message and send it on, as the documentation shows."""
    async for event in stream.events():
        message = json.loads(CARD.sub(b"[CREDIT CARD REDACTED]", event.value))
        message["is_redacted"] = False
        await forward.send(key=event.key, value=json.dumps(message).encode())


_assigned = threading.Event()


@app.on_partitions_assigned.connect  # type: ignore[untyped-decorator]  # Faust publishes no types
async def _note_assigned(*_: object, **__: object) -> None:
    _assigned.set()


class _Ready(http.server.BaseHTTPRequestHandler):
    """Ready once the agent has partitions, as Cordon's own page says."""

    def do_GET(self) -> None:
        self.send_response(200 if _assigned.is_set() else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["CORDON_METRICS_PORT"])), _Ready)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.argv = [sys.argv[0], "worker", "-l", "info", "--without-web"]
    app.main()
