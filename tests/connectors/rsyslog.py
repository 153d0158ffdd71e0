"""A real rsyslogd with every kind of input, on loopback, writing what it got to one file an input."""

import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from sandbox.authority import Authority
from sandbox.process import free_port

RSYSLOGD = shutil.which("rsyslogd", path="/usr/sbin:/usr/bin:/sbin")
PLUGINS = Path("/usr/lib/x86_64-linux-gnu/rsyslog")
needs_rsyslog = pytest.mark.skipif(
    RSYSLOGD is None or not (PLUGINS / "imrelp.so").exists() or not (PLUGINS / "lmnsd_ossl.so").exists(),
    reason="rsyslogd with its openssl and relp modules is not installed here",
)

CONFIGURATION = """
global(workDirectory="{folder}" maxMessageSize="64k" defaultNetstreamDriverCAFile="{folder}/ca.pem"
       defaultNetstreamDriverCertFile="{folder}/server.pem" defaultNetstreamDriverKeyFile="{folder}/server.pem")
module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="{auth}" {peers})
module(load="imudp")
module(load="imrelp")
template(name="raw" type="string" string="%rawmsg%\\n")
ruleset(name="tls") {{ action(type="omfile" file="{folder}/tls.out" template="raw") }}
ruleset(name="tcp") {{ action(type="omfile" file="{folder}/tcp.out" template="raw") }}
ruleset(name="udp") {{ action(type="omfile" file="{folder}/udp.out" template="raw") }}
ruleset(name="relp") {{ action(type="omfile" file="{folder}/relp.out" template="raw") }}
input(type="imtcp" port="{ports[tls]}" address="127.0.0.1" ruleset="tls")
input(type="imudp" port="{ports[udp]}" address="127.0.0.1" ruleset="udp")
input(type="imrelp" port="{ports[relp]}" address="127.0.0.1" ruleset="relp" maxDataSize="64k")
"""

PLAIN_INPUT = """
input(type="imtcp" port="{ports[tcp]}" address="127.0.0.1" ruleset="tcp" streamDriver.name="ptcp" streamDriver.mode="0"
      streamDriver.authMode="anon")
"""
"""Cannot stand beside one that wants certificates of clients."""
RELP_TLS_INPUT = """
ruleset(name="relps") {{ action(type="omfile" file="{folder}/relps.out" template="raw") }}
input(type="imrelp" port="{ports[relps]}" address="127.0.0.1" ruleset="relps" maxDataSize="64k" tls="on"
      tls.caCert="{folder}/ca.pem" tls.myCert="{folder}/server.pem" tls.myPrivKey="{folder}/server.pem"
      tls.authMode="name" tls.permittedPeer=["{name}"])
"""


class Rsyslog:
    """Started and stopped as often as a test wants, on the same ports and files."""

    def __init__(self, folder: Path, *, client_name: str | None = None) -> None:
        self.folder = folder
        self.authority = Authority(folder / "ca.pem")
        self.authority.issue("127.0.0.1", folder / "server.pem")
        self.ports = {kind: free_port() for kind in ("tls", "tcp", "udp", "relp", "relps")}
        auth, peers = ("x509/name", f'permittedPeer=["{client_name}"]') if client_name else ("anon", "")
        wanted = CONFIGURATION + (RELP_TLS_INPUT if client_name else PLAIN_INPUT)
        self._streams = ("tls", "relp", "relps" if client_name else "tcp")
        configuration = wanted.format(folder=folder, ports=self.ports, auth=auth, peers=peers, name=client_name)
        (folder / "rsyslog.conf").write_text(configuration)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert RSYSLOGD is not None
        command = [RSYSLOGD, "-n", "-f", str(self.folder / "rsyslog.conf"), "-i", str(self.folder / "rsyslog.pid")]
        with (self.folder / "rsyslog.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + 20
        for kind in self._streams:
            while not _listens(self.ports[kind]):
                if time.monotonic() > until:
                    self.stop()
                    raise RuntimeError((self.folder / "rsyslog.log").read_text())
                time.sleep(0.05)

    def stop(self, *, at_once: bool = False) -> None:
        if self._process is not None:
            self._process.kill() if at_once else self._process.terminate()
            self._process.wait(20)
            self._process = None

    def lines(self, kind: str) -> list[str]:
        file = self.folder / f"{kind}.out"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
