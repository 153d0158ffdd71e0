import hashlib
import hmac
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from connectors.failures import DestinationAway, DestinationBusy
from connectors.siem import BatchRefused, BatchTooBig, Misconfigured
from connectors.webhook import WebhookTarget
from tests.connectors.served import served
from tests.connectors.siem_parts import attempt, audit, violation

SECRET = b"a secret of the receiver"


class Hook:
    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.status = 200

    async def post(self, request: web.Request) -> web.Response:
        self.requests.append(({name.lower(): value for name, value in request.headers.items()}, await request.read()))
        return web.Response(status=self.status, headers={"Retry-After": "3"})


@pytest.fixture
def hook() -> Hook:
    return Hook()


@pytest.fixture
async def url(hook: Hook) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/siem", hook.post)
    async with served(app) as base:
        yield f"{base}/siem"


async def test_a_batch_is_an_array_signed_over_its_time_and_body(hook: Hook, url: str) -> None:
    target = WebhookTarget(url=url, secret=SECRET, headers={"X-Key": "7"})
    await attempt(target, [violation(), audit()])
    await target.close()

    ((headers, body),) = hook.requests
    signed = headers["x-cordon-timestamp"].encode() + b"." + body
    assert headers["x-cordon-signature"] == f"sha256={hmac.new(SECRET, signed, hashlib.sha256).hexdigest()}"
    assert headers["x-key"] == "7"
    assert [record["type"] for record in json.loads(body)] == ["dlp_violation", "dlp_audit"]


@pytest.mark.parametrize(("form", "key"), [("ocsf", "class_uid"), ("ecs", "ecs"), ("cordon", "violation_id")])
async def test_records_come_in_the_format_that_is_set(hook: Hook, url: str, form: str, key: str) -> None:
    target = WebhookTarget(url=url, secret=SECRET, form=form)
    await attempt(target, [violation()])
    await target.close()
    assert key in json.loads(hook.requests[0][1])[0]


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (500, DestinationAway),
        (408, DestinationAway),
        (429, DestinationBusy),
        (401, Misconfigured),
        (404, Misconfigured),
        (302, Misconfigured),
        (413, BatchTooBig),
        (400, BatchRefused),
        (422, BatchRefused),
    ],
)
async def test_what_an_answer_means(hook: Hook, url: str, status: int, meaning: type[Exception]) -> None:
    hook.status = status
    target = WebhookTarget(url=url, secret=SECRET)
    with pytest.raises(meaning):
        await attempt(target, [violation()])
    await target.close()
