"""What the gateway does for the widget: it judges every text again, whatever the page says of it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from gateway.app import create_app
from gateway.console.routes import ASSETS
from gateway.roles import Role
from gateway.signin.people import Person
from gateway.widget.routes import _FILES
from sandbox.genesys_state import GenesysOptions
from sandbox.process import ChildProcess, cordon, free_port
from streams.settings import KafkaSettings
from streams.settings.gateway import GatewaySettings
from streams.topics import Topic
from tests.gateway.console.test_console import last_audit
from tests.gateway.gateway_parts import Published, client_with
from tests.gateway.test_stitching import receipt
from vault import tables

CARD = "my card is 4539 1488 0343 6467"
IBAN = "pay to IBAN DE89 3704 0044 0532 0130 00"
POLICY = """
overrides:
  - rules: [IBAN]
    set: {override_by: agent}
  - rules: [SSN]
    set: {override_by: supervisor}
"""


@pytest.fixture
async def app(settings: GatewaySettings, published: Published, tmp_path: Path) -> AsyncIterator[FastAPI]:
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY)
    app = create_app(
        settings.model_copy(update={"policy_file": policy}), KafkaSettings(bootstrap_servers="127.0.0.1:9")
    )
    app.state.producer = published
    async with app.router.lifespan_context(app):
        yield app


async def person(app: FastAPI, role: Role) -> httpx.AsyncClient:
    token = await app.state.sessions.open(Person(f"oidc:{role}", "Ana", role, "ana"))
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False),
        base_url="http://gateway.test",
        headers={"Authorization": f"Bearer {token}"},
    )


@pytest.fixture
async def agent(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with await person(app, Role.AGENT) as client:
        yield client


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"conversation_id": "c1", "text": words, **more}


async def test_a_clean_text_goes_to_the_stream_sealed_and_in_the_agents_name(
    app: FastAPI, agent: httpx.AsyncClient, published: Published
) -> None:
    answer = await agent.post("/widget/api/send", json=text("Good morning, Maria"))
    assert answer.status_code == 202
    (sealed,) = published.to(Topic.OUTBOUND)
    assert b"Maria" not in sealed
    record = await last_audit(app)
    assert (record["action"], record["conversation_id"]) == ("widget.clean", "c1")


@pytest.mark.parametrize("decision", ["clean", "redacted", "edited", "tokenized", "captured", "override"])
async def test_a_text_with_a_card_is_refused_whatever_the_page_calls_it(
    agent: httpx.AsyncClient, published: Published, decision: str
) -> None:
    answer = await agent.post("/widget/api/send", json=text(CARD, decision=decision, reason="because I say so"))
    assert answer.status_code == 409
    assert [one["rule"] for one in answer.json()["findings"]] == ["CreditCard"]
    assert "6467" not in answer.text
    assert published.to(Topic.OUTBOUND) == []


async def test_an_override_needs_policy_a_role_and_a_reason(
    app: FastAPI, agent: httpx.AsyncClient, published: Published
) -> None:
    ssn = "the SSN is 536-22-8817"
    assert (await agent.post("/widget/api/send", json=text(IBAN, decision="override"))).status_code == 409
    assert (
        await agent.post("/widget/api/send", json=text(ssn, decision="override", reason="asked"))
    ).status_code == 409
    assert (
        await agent.post("/widget/api/send", json=text(IBAN, decision="override", reason="our account"))
    ).status_code == 202
    record = await last_audit(app)
    assert (record["action"], record["reason"], record["actor"]) == ("widget.override", "our account", "oidc:agent")
    assert "IBAN" in record["subject"]
    async with await person(app, Role.SUPERVISOR) as supervisor:
        answer = await supervisor.post("/widget/api/send", json=text(ssn, decision="override", reason="asked"))
    assert answer.status_code == 202
    assert len(published.to(Topic.OUTBOUND)) == 2


async def test_a_reason_holds_no_value_either(app: FastAPI, agent: httpx.AsyncClient) -> None:
    await agent.post("/widget/api/send", json=text(IBAN, decision="override", reason=f"it replaces {CARD}"))
    assert "6467" not in json.dumps(await last_audit(app))


async def test_medium_goes_out_as_it_is(agent: httpx.AsyncClient, published: Published) -> None:
    assert (await agent.post("/widget/api/send", json=text("see DOC-2024-FIN-0042"))).status_code == 202
    assert len(published.to(Topic.OUTBOUND)) == 1


async def test_a_draft_is_judged_and_leaves_no_record(agent: httpx.AsyncClient, published: Published) -> None:
    body = {"message_text": CARD, "conversation_id": "c1", "direction": "OUTBOUND", "is_draft": True}
    found = (await agent.post("/dlp/scan", json=body)).json()
    assert found["findings"][0]["blocks"]
    assert not found["findings"][0]["may_override"]
    assert (found["findings"][0]["start"], found["findings"][0]["end"]) == (11, 30)
    assert published.to(Topic.VIOLATIONS) == []
    await agent.post("/dlp/scan", json={**body, "is_draft": False})
    assert len(published.to(Topic.VIOLATIONS)) == 1


async def test_what_an_agent_did_at_a_notice_is_on_record(app: FastAPI, agent: httpx.AsyncClient) -> None:
    done = await agent.post(
        "/widget/api/decisions", json={"conversation_id": "c1", "decision": "cancelled", "rules": ["CreditCard"]}
    )
    assert done.status_code == 204
    record = await last_audit(app)
    assert (record["action"], record["subject"]) == ("widget.cancelled", "CreditCard")


async def test_what_names_no_rule_does_not_come_into_the_record(app: FastAPI, agent: httpx.AsyncClient) -> None:
    rules = ["CreditCard", CARD]
    await agent.post("/widget/api/decisions", json={"conversation_id": "c1", "decision": "edited", "rules": rules})
    assert (await last_audit(app))["subject"] == "CreditCard"
    await agent.post("/widget/api/send", json=text("Good morning", rules=rules))
    record = await last_audit(app)
    assert record["subject"].endswith(" CreditCard")
    assert "6467" not in json.dumps(record)


async def test_a_look_at_a_conversation_is_on_record(app: FastAPI, agent: httpx.AsyncClient) -> None:
    assert (await agent.get("/widget/api/findings", params={"conversation": "c9"})).json() == {"findings": []}
    record = await last_audit(app)
    assert (record["action"], record["conversation_id"]) == ("conversation.view", "c9")


async def test_what_genesys_calls_a_conversation_is_told_of_under_our_own_name(
    app: FastAPI, agent: httpx.AsyncClient, published: Published
) -> None:
    app.state.webhooks.stitching.learn(receipt(conversation_id="whatsapp-1", external_conversation_id="theirs"))
    found = await agent.post(
        "/dlp/scan", json={"message_text": CARD, "conversation_id": "theirs", "direction": "OUTBOUND"}
    )
    assert found.json()["violations"][0]["conversationId"] == "theirs"  # as it was asked
    assert json.loads(published.to(Topic.VIOLATIONS)[0])["conversationId"] == "whatsapp-1"
    decided = {"conversation_id": "theirs", "decision": "cancelled"}
    for call in (
        agent.get("/widget/api/findings", params={"conversation": "theirs"}),
        agent.post("/widget/api/decisions", json=decided),
        agent.post("/widget/api/send", json={"conversation_id": "theirs", "text": "Good morning"}),
    ):
        assert (await call).is_success
        assert (await last_audit(app))["conversation_id"] == "whatsapp-1"
    (sent,) = [record for record in published.records if record[0] == Topic.OUTBOUND]
    assert sent[1] == b"whatsapp-1"


async def test_an_agent_acts_in_nobody_elses_name(app: FastAPI, agent: httpx.AsyncClient, published: Published) -> None:
    body = {"message_text": CARD, "conversation_id": "c1", "direction": "OUTBOUND", "agent_id": "ben"}
    found = (await agent.post("/dlp/scan", json=body)).json()
    assert [one["agentId"] for one in found["violations"]] == ["ana"]
    assert json.loads(published.to(Topic.VIOLATIONS)[0])["agentId"] == "ana"
    made = await agent.post("/v1/captures", json={"conversation_id": "c1", "fields": ["iban"], "agent_id": "ben"})
    (row,) = await app.state.vault_desk.vault.database.run(
        lambda c: c.execute(select(tables.captures.c.agent_id)).scalars().all()
    )
    assert (made.status_code, row) == (201, "ana")


async def test_a_program_may_no_more_here_than_elsewhere(app: FastAPI, keys_file: Path, published: Published) -> None:
    async with client_with(app, keys_file, "scan") as client:
        assert (await client.post("/widget/api/send", json=text("Good morning"))).status_code == 403
        found = await client.get("/widget/api/findings", params={"conversation": "c1"})
        assert found.status_code == 403  # what was found in others' messages is no part of scanning
    assert published.to(Topic.OUTBOUND) == []
    async with client_with(app, keys_file, "scan", "messages") as client:
        assert (await client.post("/widget/api/send", json=text("Good morning"))).status_code == 202


async def test_the_page_may_be_framed_by_genesys_and_runs_nothing_foreign(anonymous: httpx.AsyncClient) -> None:
    policy = (await anonymous.get("/widget")).headers["content-security-policy"]
    assert "frame-ancestors 'self' https://*.mypurecloud.com" in policy
    assert "unsafe" not in policy
    console = (await anonymous.get("/console")).headers["content-security-policy"]
    assert "frame-ancestors 'none'" in console


@pytest.mark.parametrize(
    "path",
    [
        "/widget/assets/../routes.py",
        "/console/assets/console.html",
        "/signin/assets/x.js",
        "/playground/assets/__init__.py",
    ],
)
async def test_nothing_but_the_pages_files_is_served(anonymous: httpx.AsyncClient, path: str) -> None:
    assert (await anonymous.get(path)).status_code == 404


async def test_every_file_that_a_page_names_is_there(anonymous: httpx.AsyncClient) -> None:
    for path in [*(f"/console/assets/{name}" for name in ASSETS), *(f"/widget/assets/{name}" for name in _FILES)]:
        assert (await anonymous.get(path)).status_code == 200, path


async def test_by_genesys_the_text_goes_out_with_the_agents_own_token(
    settings: GatewaySettings, keys_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    genesys, options = f"http://127.0.0.1:{port}", GenesysOptions()
    for name, value in (("API_URL", genesys), ("LOGIN_URL", genesys), ("CLIENT_ID", "x"), ("CLIENT_SECRET", "x")):
        monkeypatch.setenv(f"CORDON_GENESYS_{name}", value)
    for name in ("INTEGRATION_ID", "WEBHOOK_SECRET"):
        monkeypatch.setenv(f"CORDON_GENESYS_{name}", "x")
    monkeypatch.setenv("CORDON_WIDGET_SENDS_BY", "genesys")
    double = ChildProcess(
        cordon("sandbox", "genesys", "--port", str(port)), environment={}, log=tmp_path / "genesys.log"
    )
    with double:
        double.wait_ready(f"{genesys}/_sandbox/health")
        credentials = httpx.BasicAuth(options.client_id, options.client_secret)
        async with httpx.AsyncClient(base_url=genesys) as there:
            granted = await there.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=credentials)
            began = await there.post("/_sandbox/agent-message", json={"to": "15550100001", "text": "hello"})
            conversation = began.json()["conversationId"]
            app = create_app(settings, KafkaSettings(bootstrap_servers="127.0.0.1:9"))
            app.state.producer = Published()
            async with app.router.lifespan_context(app), client_with(app, keys_file, "scan") as client:
                body = {
                    "conversation_id": conversation,
                    "text": "[CREDIT CARD REDACTED], is it?",
                    "decision": "redacted",
                }
                stranger = await client.post("/widget/api/send", json={**body, "genesys_token": "of-nobody"})
                sent = await client.post(
                    "/widget/api/send", json={**body, "genesys_token": granted.json()["access_token"]}
                )
            (kept,) = (await there.get("/_sandbox/conversations")).json()
    assert (stranger.status_code, stranger.json()["code"]) == (502, "401")
    assert (sent.status_code, sent.json()["sent_by"]) == (202, "genesys")
    assert [message["text"] for message in kept["messages"]] == ["hello", "[CREDIT CARD REDACTED], is it?"]
