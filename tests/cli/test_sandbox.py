"""What a sandbox command started ends with it, whichever way it is told to end."""

import signal
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
