"""Whoever touches a canary is told to the supervisor."""

import httpx
import pytest
from fastapi import FastAPI

from gateway.vault_desk import VaultDesk, relay_once
from schemas import Alert, Audience, Severity
from streams.metrics import Metrics
from streams.topics import Topic
from tests.gateway.gateway_parts import Published
from vault.formats import TokenFormat
from vault.requests import Access, Scope, TokenRequest

CARD = "4111 1111 1111 1111"
BAIT = TokenRequest(
    entity="payment_card", value=CARD, format=TokenFormat.FORMAT_PRESERVING, scope=Scope.NONE, is_canary=True
)


@pytest.fixture
async def canary(app: FastAPI) -> str:
    desk: VaultDesk = app.state.vault_desk
    return (await desk.vault.tokenize(BAIT, Access(actor="os:ana", reason="bait"))).token


async def alerts(app: FastAPI) -> list[Alert]:
    """What the whole audit trail gives rise to."""
    vault, told = app.state.vault_desk.vault, Published()
    heads = "UPDATE vault_audit_heads SET relayed = -1"
    await vault.database.run(lambda c: c.exec_driver_sql(heads))
    while await relay_once(vault, told.publish, Metrics()):
        pass
    assert told.to(Topic.AUDIT)
    return [Alert.model_validate_json(value) for value in told.to(Topic.ALERTS)]


@pytest.mark.parametrize("way", ["detokenize", "describe", "validate", "data action"])
async def test_an_attempt_alerts_the_supervisor(
    app: FastAPI, client: httpx.AsyncClient, canary: str, *, way: str
) -> None:
    if way == "detokenize":
        body = {"items": [{"token": canary, "view": "plain"}], "reason": "case 7", "conversation_id": "c-9"}
        assert (await client.post("/v1/tokens/detokenize", json=body)).json()["items"][0]["error"] == "unknown"
    elif way == "describe":
        assert (await client.get(f"/v1/tokens/{canary}")).status_code == 404
    elif way == "validate":
        assert (await client.post("/data-actions/validate", json={"token": canary})).status_code == 404
    else:
        plain = {"token": canary, "purpose": "refund", "view": "plain"}
        assert (await client.post("/data-actions/detokenize", json=plain)).status_code == 404

    (alert,) = await alerts(app)
    assert (alert.audience, alert.severity, alert.rule) == (Audience.SUPERVISOR, Severity.CRITICAL, "VaultCanary")
    assert alert.conversation_id == ("c-9" if way == "detokenize" else "vault")
    assert alert.message.startswith("key-")
    assert canary not in alert.model_dump_json()
    assert await alerts(app) == [alert]  # told again after a crash: the same id


async def test_no_other_access_alerts(app: FastAPI, client: httpx.AsyncClient, canary: str) -> None:
    token = (await client.post("/v1/tokens", json={"type": "payment_card", "value": CARD})).json()["token"]
    body = {"items": [{"token": token, "view": "plain"}, {"token": "tok_nobody"}], "reason": '"action":"token.canary"'}
    await client.post("/v1/tokens/detokenize", json=body)
    await client.get(f"/v1/tokens/{token}")

    assert canary
    assert await alerts(app) == []
