"""Behind a proxy a customer has an address of their own and an https link; nobody else can claim either."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gateway.app import create_app
from gateway.auth import create_key
from gateway.pace import PagePace
from streams.settings import KafkaSettings
from streams.settings.gateway import GatewaySettings
from tests.gateway.gateway_parts import Published

PROXY, STRANGER = "10.4.0.7", "192.0.2.66"
FORM = "/c/none/open"


@pytest.fixture
def behind_a_proxy(settings: GatewaySettings, published: Published) -> FastAPI:
    known = settings.model_copy(update={"gateway_trusted_proxies": "10.4.0.0/16"})
    app = create_app(known, KafkaSettings(bootstrap_servers="127.0.0.1:9"))
    app.state.producer = published
    return app


def caller(app: FastAPI, address: str, **headers: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 4711))
    return httpx.AsyncClient(transport=transport, base_url="http://cordon.bank.example", headers=headers)


@pytest.mark.parametrize(("address", "scheme"), [(PROXY, "https"), (STRANGER, "http")])
async def test_a_form_s_link_has_the_scheme_that_a_known_proxy_names(
    behind_a_proxy: FastAPI, keys_file: Path, address: str, scheme: str
) -> None:
    _, key = create_key(keys_file, ("captures",), "default")
    told = {"Authorization": f"Bearer {key}", "X-Forwarded-Proto": "https"}
    async with behind_a_proxy.router.lifespan_context(behind_a_proxy), caller(behind_a_proxy, address, **told) as flow:
        made = await flow.post("/v1/captures", json={"conversation_id": "c", "fields": ["payment_card"]})

    assert made.json()["url"].startswith(f"{scheme}://cordon.bank.example/c/")


async def statuses(app: FastAPI, address: str) -> list[int]:
    """Of two requests that name two customers, where one a minute may come of each address."""
    app.state.page_pace = PagePace(address=1)
    async with app.router.lifespan_context(app), caller(app, address) as anybody:
        answers = [await anybody.post(FORM, headers={"X-Forwarded-For": f"203.0.113.{n}"}) for n in (1, 2)]
    return [answer.status_code for answer in answers]


async def test_customers_behind_a_known_proxy_hold_each_other_up_no_more(behind_a_proxy: FastAPI) -> None:
    assert 429 not in await statuses(behind_a_proxy, PROXY)


async def test_a_stranger_stays_one_address_whatever_they_claim(behind_a_proxy: FastAPI) -> None:
    assert (await statuses(behind_a_proxy, STRANGER))[1] == 429
