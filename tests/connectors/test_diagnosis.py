"""What is wrong on the way to a receiver, and what to do about it."""

import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from connectors.diagnosis import advice_for, look_at
from sandbox.authority import Authority
from tests.connectors.served import served


async def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    found = await look_at("https://siem.example", ssl.create_default_context())
    assert found is not None
    assert "siem.example is not known to DNS" in found


async def test_a_port_that_is_closed_and_one_that_is_open() -> None:
    assert "port 9 is closed" in str(await look_at("tcp://127.0.0.1:9", None))
    async with served(web.Application()) as url:
        assert await look_at(url, None) is None


async def test_a_port_without_tls() -> None:
    async with served(web.Application()) as url:
        found = await look_at(url.replace("http:", "https:"), ssl.create_default_context())
    assert "does not speak TLS" in str(found)


async def test_certificates(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "ca.pem")
    async with served(web.Application(), authority) as url:
        assert await look_at(url, ssl.create_default_context(cafile=authority.ca_file)) is None
        assert "nobody we trust" in str(await look_at(url, ssl.create_default_context()))


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("hec_4", "check CORDON_SPLUNK_TOKEN"),
        ("hec_7", "check CORDON_SPLUNK_INDEX"),
        ("hec_14", "CORDON_SPLUNK_ACK=auto"),
        ("http_403", "role"),
        ("http_404", "check the URL"),
        ("certificate_not_trusted", "CA_FILE"),
        ("closed_by_peer", "client certificate"),
        ("ENOSPC", "disk is full"),
    ],
)
def test_advice(reason: str, advice: str) -> None:
    assert advice in str(advice_for(reason))


def test_no_advice_for_what_is_not_known() -> None:
    assert advice_for("hec_40") is None
    assert advice_for("something") is None
