"""What a sandbox command started ends with it, whichever way it is told to end."""

import signal
import socket
import subprocess
import sys

import pytest

PROGRAM = """
from cli.leaving import end_in_order_when_told, wait_until_told
end_in_order_when_told()
try:
    print("up", flush=True)
    wait_until_told()
except KeyboardInterrupt:  # told before it waited: click takes it
    pass
finally:
    print("ended in order", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_end_it_ends_in_order(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.send_signal(number)
        assert process.stdout.readline() == "ended in order\n"
        assert process.wait(10) == 0


@pytest.mark.parametrize("part", ["psp", "splunk", "genesys"])
def test_a_port_that_is_taken_is_named_in_one_line(part: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        command = [sys.executable, "-m", "cli", "sandbox", part, "--port", str(port)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    assert ended.returncode == 1
    assert ended.stderr == f"cordon: --port {port}: 127.0.0.1:{port} cannot be used (Address already in use)\n"
