"""One request to an outside system: what its answers mean, and what of them is kept."""

import ssl
from collections.abc import Mapping
from email.utils import formatdate
from time import time
from typing import Any

import httpx
import pytest

from connectors.calls import LONGEST_PAUSE, code_of, make_client, object_of, pause_of, send
from connectors.failures import DestinationAway, DestinationBusy
from tests.connectors.connector_parts import Outside

URL = "https://outside.test/"


@pytest.mark.parametrize("status", [401, 403, 408, 425, 500, 502, 503, 504, 507, 599])
async def test_a_fault_of_the_other_side_or_of_the_set_up_may_be_tried_again(status: int) -> None:
    with pytest.raises(DestinationAway) as away:
        await send(Outside(httpx.Response(status)).http, "GET", URL)
    assert (away.value.reason, type(away.value)) == (str(status), DestinationAway)


@pytest.mark.parametrize("status", [200, 204, 302, 400, 404, 409, 410, 422])
async def test_any_other_answer_is_the_last_word(status: int) -> None:
    assert (await send(Outside(httpx.Response(status)).http, "GET", URL)).status_code == status


async def test_a_429_names_its_pause() -> None:
    with pytest.raises(DestinationBusy) as busy:
        await send(Outside(httpx.Response(429, headers={"Retry-After": "7"})).http, "GET", URL)
    assert busy.value.retry_after == 7.0


async def test_what_never_answered_is_told_by_the_kind_of_the_error_alone() -> None:
    with pytest.raises(DestinationAway) as away:
        await send(Outside(httpx.ReadError("4111 1111 1111 1111")).http, "POST", URL)
    assert str(away.value) == "ReadError"
    assert away.value.__cause__ is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("0", 0.0), ("1.5", 1.5), ("9999", LONGEST_PAUSE), ("", None), ("soon", None), ("-3", None)],
)
def test_a_pause_in_seconds(value: str, seconds: float | None) -> None:
    assert pause_of({"retry-after": value}) == seconds


@pytest.mark.parametrize(("ahead", "seconds"), [(30, 30.0), (-30, 0.0), (10**6, LONGEST_PAUSE)])
def test_a_pause_until_a_date(ahead: int, seconds: float) -> None:
    assert pause_of({"retry-after": formatdate(time() + ahead, usegmt=True)}) == pytest.approx(seconds, abs=2)


def test_no_pause_is_none() -> None:
    headers: Mapping[str, str] = {}
    assert pause_of(headers) is None


@pytest.mark.parametrize(("content", "found"), [(b'{"a": 1}', {"a": 1}), (b"[1]", {}), (b"<html>", {}), (b"", {})])
def test_an_answer_that_is_no_object_is_an_empty_one(content: bytes, found: dict[str, Any]) -> None:
    assert object_of(httpx.Response(200, content=content)) == found


@pytest.mark.parametrize(
    ("code", "kept"),
    [("bad.request", "bad.request"), (131047, "131047"), ("card 4111 is wrong", "http_400"), ("x" * 65, "http_400")],
)
def test_a_code_is_kept_only_where_it_can_quote_nothing(code: object, kept: str) -> None:
    assert code_of(code, 400) == kept


def test_clients_share_the_public_authorities_check_names_and_ask_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    one, other = make_client(10.0), make_client(2.0)
    contexts = [client._transport._pool._ssl_context for client in (one, other)]  # type: ignore[attr-defined]  # told nowhere else

    assert contexts[0] is contexts[1]
    assert (contexts[0].verify_mode, contexts[0].check_hostname) == (ssl.CERT_REQUIRED, True)
    assert one._mounts == {}
    assert (one.follow_redirects, one.timeout.connect, other.timeout.connect) == (False, 5.0, 2.0)
