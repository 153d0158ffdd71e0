"""What the console answers, and to whom."""

import csv
import io
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gateway.console import export
from gateway.console.writing import PlacesMovedError, load_places, purge
from gateway.roles import Role
from gateway.signin.people import Person
from sandbox.history import Told, week
from streams.topics import Topic
from tests.gateway.console.console_parts import tell
from tests.gateway.gateway_parts import Published, client_with
from vault.errors import VaultUnavailable

NOW = datetime.now(UTC)
WEEK = list(week(NOW))
SINCE = {"since": round((NOW - timedelta(days=8)).timestamp() * 1000)}


def told(topic: Topic) -> list[dict[str, Any]]:
    return [json.loads(one.value) for one in WEEK if one.topic is topic]


VIOLATIONS = told(Topic.VIOLATIONS)


@pytest.fixture
async def known(app: FastAPI) -> FastAPI:
    """The application, its read model told a week."""
    await tell(app, WEEK)
    return app


async def signed_in(app: FastAPI, role: Role, **more: Any) -> httpx.AsyncClient:
    token = await app.state.sessions.open(Person(f"oidc:{role}", "Rita", role, **more))
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False),
        base_url="http://gateway.test",
        headers={"Authorization": f"Bearer {token}"},
    )


@pytest.fixture
async def supervisor(known: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with await signed_in(known, Role.SUPERVISOR) as client:
        yield client


@pytest.fixture
async def compliance(known: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with await signed_in(known, Role.COMPLIANCE) as client:
        yield client


async def test_the_overview_counts_every_violation_once(supervisor: httpx.AsyncClient) -> None:
    found = (await supervisor.get("/console/api/overview", params=SINCE)).json()
    assert found["totals"]["violations"] == len(VIOLATIONS)
    assert found["totals"]["messages"] == len(told(Topic.FORWARD))
    assert sum(bar["count"] for bar in found["by"]["rule"]) == len(VIOLATIONS)
    buckets = found["over_time"]["buckets"]
    assert sum(count for one in buckets for name, count in one.items() if name != "start_ms") == len(VIOLATIONS)
    assert found["open_dead_letters"] == 3


async def test_filters_narrow_every_figure(supervisor: httpx.AsyncClient) -> None:
    asked = {**SINCE, "rule": "CreditCard", "direction": "OUTBOUND"}
    wanted = [one for one in VIOLATIONS if one["rule"] == "CreditCard" and one["direction"] == "OUTBOUND"]
    found = (await supervisor.get("/console/api/overview", params=asked)).json()
    listed = (await supervisor.get("/console/api/violations", params=asked)).json()["violations"]
    assert 0 < len(wanted) == found["totals"]["violations"]
    assert {one["violation_id"] for one in listed} == {one["violation_id"] for one in wanted[-50:]} or len(wanted) > 50


async def test_pages_hold_all_violations_in_order_and_none_twice(supervisor: httpx.AsyncClient) -> None:
    ids, after = [], None
    while True:
        page = (
            await supervisor.get("/console/api/violations", params={**SINCE, **({"after": after} if after else {})})
        ).json()
        ids += [one["violation_id"] for one in page["violations"]]
        if (after := page["after"]) is None:
            break
    assert sorted(ids) == sorted(one["violation_id"] for one in VIOLATIONS)


async def test_a_story_holds_alerts_and_receipts_and_the_look_is_on_record(
    known: FastAPI, supervisor: httpx.AsyncClient, published: Published
) -> None:
    violation = VIOLATIONS[-1]
    answer = await supervisor.get(f"/console/api/violations/{violation['violation_id']}")
    story = answer.json()
    assert {alert["audience"] for alert in story["alerts"]} == {"agent", "supervisor"}
    assert {receipt["status"] for receipt in story["receipts"]} == {"sent", "delivered"}
    assert story["queue_id"] in {"Cards", "Loans", "Accounts"}
    assert story["settled"] is None  # no Kafka answers here, and the page says so
    record = await last_audit(known)
    assert (record["actor"], record["action"]) == ("oidc:supervisor", "console.view")
    assert record["conversation_id"] == violation["conversationId"]


async def test_a_supervisor_of_a_queue_sees_that_queue_only(known: FastAPI) -> None:
    cards = {one["conversation_id"] for one in told(Topic.ALERTS) if one["queue_id"] == "Cards"}
    mine = [one for one in VIOLATIONS if one["conversationId"] in cards]
    other = next(one for one in VIOLATIONS if one["conversationId"] not in cards)
    async with await signed_in(known, Role.SUPERVISOR, queues=frozenset({"Cards"})) as client:
        found = (await client.get("/console/api/overview", params=SINCE)).json()
        assert 0 < len(mine) == found["totals"]["violations"] < len(VIOLATIONS)
        assert (await client.get(f"/console/api/violations/{other['violation_id']}")).status_code == 404


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.AGENT, "/console/api/overview", 403),
        (Role.AGENT, "/console/api/violations", 403),
        (Role.SUPERVISOR, "/console/api/overview", 200),
        (Role.SUPERVISOR, "/console/api/deadletters", 200),
        (Role.SUPERVISOR, "/console/api/policies", 200),
        (Role.SUPERVISOR, "/console/api/audit", 403),
        (Role.SUPERVISOR, "/console/api/violations.csv", 403),
        (Role.SUPERVISOR, "/console/api/evidence.pdf", 403),
        (Role.COMPLIANCE, "/console/api/audit", 200),
        (Role.COMPLIANCE, "/console/api/violations.csv", 200),
    ],
)
async def test_each_role_gets_what_is_theirs(app: FastAPI, role: Role, path: str, status: int) -> None:
    async with await signed_in(app, role, agent_id="ana") as client:
        assert (await client.get(path)).status_code == status


async def test_only_administrators_replay(app: FastAPI) -> None:
    body = {"places": [[0, 0]], "resolution": "replayed", "reason": "mended"}
    async with await signed_in(app, Role.COMPLIANCE) as client:
        assert (await client.post("/console/api/deadletters", json=body)).status_code == 403


async def test_api_keys_do_what_their_scopes_say(app: FastAPI, keys_file: Path) -> None:
    async with client_with(app, keys_file, "scan") as client:
        assert (await client.get("/console/api/overview")).status_code == 403
    async with client_with(app, keys_file, "console") as client:
        assert (await client.get("/console/api/overview")).status_code == 200


async def test_nobody_sees_nothing(anonymous: httpx.AsyncClient) -> None:
    assert (await anonymous.get("/console/api/overview")).status_code == 401
    assert (await anonymous.get("/console")).status_code == 200  # the page itself holds nothing


@pytest.mark.parametrize("period", [{"since": 5, "until": 5}, {"since": 9, "until": 3}, {"since": 0, "until": 2**50}])
async def test_a_period_that_is_none_is_refused(supervisor: httpx.AsyncClient, period: dict[str, int]) -> None:
    assert (await supervisor.get("/console/api/overview", params=period)).status_code == 422


async def test_the_export_holds_every_violation_and_no_formula(known: FastAPI, compliance: httpx.AsyncClient) -> None:
    evil = {**VIOLATIONS[0], "violation_id": "v-evil", "agentId": "=HYPERLINK(1)"}
    await tell(known, [Told(Topic.VIOLATIONS, "c", json.dumps(evil).encode(), NOW)], known=await places_of(known))
    text = (await compliance.get("/console/api/violations.csv", params=SINCE)).text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(VIOLATIONS) + 1
    assert next(row for row in rows if row["violation_id"] == "v-evil")["agent_id"] == "'=HYPERLINK(1)"


async def test_the_export_is_asked_for_page_by_page_and_lacks_and_repeats_nothing(
    compliance: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = (await compliance.get("/console/api/violations.csv", params=SINCE)).text
    monkeypatch.setattr(export, "PAGE", 7)
    paged = (await compliance.get("/console/api/violations.csv", params=SINCE)).text

    assert paged == whole
    assert len({row["violation_id"] for row in csv.DictReader(io.StringIO(paged))}) == len(VIOLATIONS)


async def test_an_export_whose_database_is_away_is_no_empty_file(
    known: FastAPI, compliance: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: object) -> None:
        raise VaultUnavailable

    await compliance.get("/signin/session")  # the session is known for some seconds
    monkeypatch.setattr(known.state.console_database, "run", away)
    answer = await compliance.get("/console/api/violations.csv", params=SINCE)

    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")


async def test_coaching_tells_repeat_rates_by_team(supervisor: httpx.AsyncClient) -> None:
    found = (await supervisor.get("/console/api/coaching", params=SINCE)).json()
    teams = {one["team"]: one for one in found["teams"]}
    assert set(teams) == {"Cards", "Loans", "Accounts"}
    outbound = [one for one in VIOLATIONS if one["direction"] == "OUTBOUND"]
    assert sum(one["violations"] for one in teams.values()) == len(outbound)
    pairs = {(one["agentId"], one["rule"]) for one in outbound}
    assert sum(one["coached"] for one in teams.values()) == len(pairs)


async def test_a_batch_that_another_gateway_has_stored_is_not_stored_again(known: FastAPI) -> None:
    before = await places_of(known)
    with pytest.raises(PlacesMovedError):
        await tell(known, WEEK)
    assert await places_of(known) == before


async def test_what_cannot_be_read_is_left_out(app: FastAPI) -> None:
    broken = [Told(topic, "c", b"{", NOW) for topic in (Topic.VIOLATIONS, Topic.ALERTS, Topic.AUDIT, Topic.FORWARD)]
    reached = await tell(app, broken)
    assert await places_of(app) == reached


async def test_retention_forgets_what_is_old(known: FastAPI) -> None:
    middle = round((NOW - timedelta(days=3)).timestamp() * 1000)
    gone = await known.state.console_database.run(lambda c: purge(c, middle, round(time.time() * 1000)))
    assert gone > 0
    async with await signed_in(known, Role.SUPERVISOR) as client:
        found = (await client.get("/console/api/overview", params=SINCE)).json()
    young = [one for one in VIOLATIONS if datetime.fromisoformat(one["detected_at"]).timestamp() * 1000 >= middle]
    assert found["totals"]["violations"] == len(young)


async def test_policies_tell_rules_and_history(supervisor: httpx.AsyncClient) -> None:
    found = (await supervisor.get("/console/api/policies")).json()
    card = next(rule for rule in found["rules"] if rule["name"] == "CreditCard")
    assert (card["severity"], card["action"], card["blocks"], card["override_by"]) == ("CRITICAL", "redact", True, None)
    assert {one["version"] for one in found["history"]} == {
        found["version"],
        *(one["policy_version"] for one in VIOLATIONS),
    }


async def places_of(app: FastAPI) -> Any:
    return await app.state.console_database.run(load_places)


async def last_audit(app: FastAPI) -> dict[str, Any]:
    vault = app.state.vault_desk.vault
    rows = await vault.database.run(
        lambda c: c.exec_driver_sql("SELECT record FROM vault_audit ORDER BY sequence DESC LIMIT 1").all()
    )
    record: dict[str, Any] = json.loads(rows[0][0])
    return record
