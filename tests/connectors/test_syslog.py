"""Syslog targets against a real rsyslogd."""

import asyncio
import re
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.failures import DestinationAway
from connectors.formats.rfc5424 import SyslogFormat
from connectors.relp import RelpTarget
from connectors.siem import Misconfigured
from connectors.syslog import SyslogTarget, Transport
from sandbox.authority import Authority
from tests.connectors.rsyslog import Rsyslog, needs_rsyslog
from tests.connectors.siem_parts import attempt, deliver, until, violation

pytestmark = needs_rsyslog


@pytest.fixture
def rsyslog(tmp_path: Path) -> Iterator[Rsyslog]:
    with Rsyslog(tmp_path) as receiver:
        yield receiver


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Rsyslog]:
    """Takes clients whose certificate names them ``cordon``, and no others."""
    with Rsyslog(tmp_path, client_name="cordon") as receiver:
        yield receiver


def syslog(
    receiver: Rsyslog, transport: Transport = "tcp", *, trust: ssl.SSLContext | None = None, settle: float = 0.4
) -> SyslogTarget:
    return SyslogTarget(
        host="127.0.0.1",
        port=receiver.ports[transport],
        form=SyslogFormat("json"),
        transport=transport,
        trust=trust,
        settle_seconds=settle,
    )


def relp(receiver: Rsyslog) -> RelpTarget:
    return RelpTarget(host="127.0.0.1", port=receiver.ports["relp"], form=SyslogFormat("cef"), timeout_seconds=5)


def trusting(receiver: Rsyslog, certificate: Path | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=receiver.authority.ca_file)
    if certificate is not None:
        context.load_cert_chain(certificate)
    return context


def ids(receiver: Rsyslog, transport: str) -> set[str]:
    found = (re.search(r'\[cordon@32473 id="(violation-\d+)"\]', line) for line in receiver.lines(transport))
    return {match[1] for match in found if match}


def expected(count: int) -> set[str]:
    return {f"violation-{number}" for number in range(count)}


@pytest.mark.parametrize(("transport", "count"), [("tcp", 1_000), ("tls", 1_000), ("udp", 300)])
async def test_every_message_arrives(rsyslog: Rsyslog, transport: Transport, count: int) -> None:
    target = syslog(rsyslog, transport, trust=trusting(rsyslog))

    await deliver(target, [violation(number) for number in range(count)])
    await until(lambda: len(rsyslog.lines(transport)) >= count)
    await target.close()

    assert ids(rsyslog, transport) == expected(count)
    assert len(rsyslog.lines(transport)) == count


async def test_relp_is_acknowledged_message_by_message(rsyslog: Rsyslog) -> None:
    target = relp(rsyslog)

    assert await deliver(target, [violation(number) for number in range(1_000)]) == 0
    await until(lambda: len(rsyslog.lines("relp")) >= 1_000)
    await target.close()

    assert ids(rsyslog, "relp") == expected(1_000)


@pytest.mark.parametrize("kind", ["tcp", "relp"])
async def test_a_receiver_that_restarts_in_the_middle_gets_everything(rsyslog: Rsyslog, kind: str) -> None:
    target = relp(rsyslog) if kind == "relp" else syslog(rsyslog)

    async def restart() -> None:
        await asyncio.sleep(0.6)
        await asyncio.to_thread(rsyslog.stop)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(rsyslog.start)

    restarting = asyncio.create_task(restart())
    batch = 20 if kind == "tcp" else 2
    failures = await deliver(target, [violation(number) for number in range(100)], batch=batch)
    await restarting
    failures += await deliver(target, [violation(number) for number in range(100, 120)])
    await until(lambda: len(ids(rsyslog, kind)) >= 120)
    await target.close()

    assert ids(rsyslog, kind) == expected(120)
    assert kind == "relp" or failures > 0


async def test_a_client_certificate_that_is_refused_after_the_handshake_loses_nothing(
    strict: Rsyslog, tmp_path: Path
) -> None:
    records = [violation(number) for number in range(500)]
    wrong = trusting(strict, Authority(tmp_path / "other-ca.pem").issue("cordon", tmp_path / "wrong.pem"))
    right = trusting(strict, strict.authority.issue("cordon", tmp_path / "right.pem"))

    for trust in (wrong, trusting(strict)):
        refused = syslog(strict, "tls", trust=trust)
        for _ in range(3):
            with pytest.raises(DestinationAway):
                await attempt(refused, records)
        await refused.close()
    assert strict.lines("tls") == []

    accepted = syslog(strict, "tls", trust=right)
    await deliver(accepted, records)
    await until(lambda: len(strict.lines("tls")) >= 500)
    await accepted.close()
    assert ids(strict, "tls") == expected(500)


async def test_relp_over_tls_takes_the_client_that_it_knows_and_no_other(strict: Rsyslog, tmp_path: Path) -> None:
    records = [violation(number) for number in range(500)]
    for number, name in enumerate(("stranger", "cordon")):
        trust = trusting(strict, strict.authority.issue(name, tmp_path / f"{number}.pem"))
        target = RelpTarget(
            host="127.0.0.1", port=strict.ports["relps"], form=SyslogFormat("json"), trust=trust, timeout_seconds=3
        )
        if name == "stranger":
            with pytest.raises(DestinationAway):
                await attempt(target, records)
        else:
            assert await deliver(target, records) == 0
        await target.close()
    await until(lambda: len(strict.lines("relps")) >= 500)
    assert ids(strict, "relps") == expected(500)


async def test_a_client_that_takes_a_write_for_a_delivery_loses_it(strict: Rsyslog) -> None:
    """The negative control of the test above."""
    _, writer = await asyncio.open_connection("127.0.0.1", strict.ports["tls"], ssl=trusting(strict))
    writer.write(b"5 hello")
    await writer.drain()  # as if all were well
    await asyncio.sleep(0.5)
    writer.transport.abort()
    assert strict.lines("tls") == []


async def test_a_receiver_that_no_authority_vouches_for_is_a_fault_of_the_set_up(rsyslog: Rsyslog) -> None:
    with pytest.raises(Misconfigured, match="certificate_not_trusted"):
        await syslog(rsyslog, "tls", trust=ssl.create_default_context()).send([b"5 hello"])


async def test_a_receiver_that_is_away_is_away(rsyslog: Rsyslog) -> None:
    rsyslog.stop()
    for target in (syslog(rsyslog), relp(rsyslog)):
        with pytest.raises(DestinationAway):
            await target.send([target.encode(violation())])
