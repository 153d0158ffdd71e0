"""What an answer means for a whole batch: taken, tried again, cut, or a matter for somebody's hands."""

from typing import Any

import httpx
import pytest

from connectors.failures import DestinationAway, DestinationBusy
from connectors.siem import BatchRefused, BatchTooBig, Misconfigured
from connectors.verdict import post
from tests.connectors.connector_parts import Outside

URL = "https://siem.test/batch"


async def posted(answer: httpx.Response | Exception) -> httpx.Response:
    return await post(Outside(answer).http, URL, b"[]", {"Content-Type": "application/json"})


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_a_success_is_taken(status: int) -> None:
    assert (await posted(httpx.Response(status))).status_code == status


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, Misconfigured) for status in (301, 307, 401, 402, 403, 404, 405, 407, 410, 415)),
        *((status, DestinationAway) for status in (408, 425, 500, 502, 503, 504)),
        (429, DestinationBusy),
        (413, BatchTooBig),
        *((status, BatchRefused) for status in (400, 409, 422)),
    ],
)
async def test_any_other_answer_says_what_to_do(status: int, kind: type[Exception]) -> None:
    with pytest.raises(kind) as meant:
        await posted(httpx.Response(status))
    assert type(meant.value) is kind


@pytest.mark.parametrize("status", [401, 429, 503])
async def test_a_pause_that_is_asked_for_is_kept(status: int) -> None:
    with pytest.raises(DestinationAway) as away:
        await posted(httpx.Response(status, headers={"Retry-After": "9"}))
    assert away.value.retry_after == 9.0


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] ..."), Misconfigured, "certificate_not_trusted"),
        (httpx.ReadTimeout("4111 1111 1111 1111"), DestinationAway, "ReadTimeout"),
        (ConnectionResetError("4111 1111 1111 1111"), DestinationAway, "ConnectionResetError"),
    ],
)
async def test_no_answer_is_told_by_its_kind_and_a_certificate_by_its_cure(
    error: Any, kind: type[DestinationAway], reason: str
) -> None:
    with pytest.raises(DestinationAway) as away:
        await posted(error)
    assert (type(away.value), away.value.reason) == (kind, reason)
