"""``config.json``: what Genesys's clients read first leads to the gateway, and to nothing else."""

from typing import Any

import httpx
import pytest

from gateway.webchat.configuration import as_guests_know_it, cdn_of
from gateway.webchat.files import FilePolicy
from gateway.webchat.identity import Identity
from sandbox.webmessaging_state import WebMessaging
from tests.gateway.webchat.guest_client import DEPLOYMENT
from vault.keyring import Keyring


async def read(gateway: str, deployment: str = DEPLOYMENT) -> httpx.Response:
    async with httpx.AsyncClient(headers={"Origin": "https://www.bank.example"}) as http:
        return await http.get(f"{gateway}/webdeployments/v1/deployments/{deployment}/config.json")


async def test_every_address_in_it_is_the_gateways(gateway: str, genesys: WebMessaging) -> None:
    answer = await read(gateway)
    found = answer.json()
    host = genesys.url.removeprefix("http://")  # type: ignore[attr-defined]  # see its fixture
    conversations = found["messenger"]["apps"]["conversations"]
    assert (found["id"], found["apiEndpoint"]) == (DEPLOYMENT, gateway)
    assert conversations["messagingEndpoint"] == gateway.replace("http", "ws", 1)
    assert host not in answer.text
    assert genesys.options.deployment_id not in answer.text
    assert answer.headers["access-control-allow-origin"] == "https://www.bank.example"


async def test_what_a_client_lives_by_is_passed_on(gateway: str) -> None:
    found = (await read(gateway)).json()
    assert (found["status"], found["defaultLanguage"], found["languages"]) == ("Active", "en-us", ["en-us"])
    assert found["auth"] == {"enabled": True, "allowSessionUpgrade": True}
    conversations = found["messenger"]["apps"]["conversations"]
    assert conversations["conversationDisconnect"] == {"enabled": True, "type": "ReadOnly"}
    assert conversations["autoStart"] == {"enabled": True}


async def test_journeys_are_not_told_past_cordon(gateway: str) -> None:
    assert (await read(gateway)).json()["journeyEvents"] == {"enabled": False}


@pytest.mark.parametrize(
    ("policy", "types", "is_on"), [("scan", "application/pdf", True), ("block", None, False), ("pass", "*/*", True)]
)
def test_uploads_are_what_the_policy_on_files_leaves(
    keyring: Keyring, policy: Any, types: str | None, *, is_on: bool
) -> None:
    modes = [{"fileTypes": ["*/*"], "maxFileSizeKB": 10240}]
    found = {"messenger": {"fileUpload": {"enableAttachments": True, "modes": modes}}}
    made = as_guests_know_it(found, "d", "http://gateway", FilePolicy(policy, Identity(keyring)))
    upload = made["messenger"]["fileUpload"]
    assert upload["enableAttachments"] is is_on
    assert [one["maxFileSizeKB"] for one in upload["modes"]] == ([10240] if is_on else [])
    assert all(types in one["fileTypes"] for one in upload["modes"])
    assert ("*/*" in str(upload)) == (policy == "pass")


def test_what_nobody_knows_stays_out(keyring: Keyring) -> None:
    found = {
        "secretEndpoint": "https://api.mypurecloud.com",
        "languages": [{"url": "https://api.mypurecloud.com"}],
        "messenger": {"apps": {"conversations": {"autoStart": "https://api.mypurecloud.com"}, "knowledge": {"x": 1}}},
    }
    made = as_guests_know_it(found, "d", "http://gateway", FilePolicy("scan", Identity(keyring)))
    assert "mypurecloud" not in str(made)
    assert "knowledge" not in str(made)


@pytest.mark.parametrize("chat_settings", [{"GUEST_DEPLOYMENT_ID": "another"}])
async def test_another_deployment_is_not_to_be_had(gateway: str) -> None:
    assert (await read(gateway)).status_code == 404
    assert (await read(gateway, "another")).status_code == 200


@pytest.mark.parametrize("chat_settings", [{"API_URL": "http://127.0.0.1:9"}])
async def test_genesys_away(gateway: str) -> None:
    assert (await read(gateway)).status_code == 502


@pytest.mark.parametrize(
    ("api", "cdn"),
    [
        ("https://api.mypurecloud.ie", "https://api-cdn.mypurecloud.ie"),
        ("https://api.euw2.pure.cloud", "https://api-cdn.euw2.pure.cloud"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://proxy.bank.example", "https://proxy.bank.example"),
    ],
)
def test_configurations_are_kept_beside_the_api(api: str, cdn: str) -> None:
    assert cdn_of(api) == cdn
