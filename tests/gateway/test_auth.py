import stat
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gateway.auth import ApiKeys, create_key
from streams.settings import WrongSettingError
from streams.settings.gateway import GatewaySettings
from tests.gateway.gateway_parts import client_with


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/dlp/scan"),
        ("POST", "/v1/messages"),
        ("POST", "/v1/tokens"),
        ("POST", "/v1/tokens/detokenize"),
        ("GET", "/v1/tokens/x"),
        ("DELETE", "/v1/tokens/x"),
        ("POST", "/v1/captures"),
        ("POST", "/data-actions/validate"),
    ],
)
async def test_without_a_known_key_nothing_is_answered(anonymous: httpx.AsyncClient, method: str, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}):
        answer = await anonymous.request(method, path, headers=headers, json={"token": "x", "reason": "y", "items": []})
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_key_opens_what_its_scopes_name(app: FastAPI, keys_file: Path) -> None:
    body = {"type": "br_cpf", "value": "529.982.247-25"}
    async with client_with(app, keys_file, "tokens:create") as client:
        assert (await client.post("/v1/tokens", json=body)).status_code == 201
        refused = await client.post("/v1/tokens/detokenize", json={"items": [{"token": "x"}], "reason": "r"})
        assert refused.status_code == 403
        assert "tokens:reveal" in refused.json()["detail"]
        assert (await client.delete("/v1/tokens/x")).status_code == 403


def test_the_file_holds_no_key_and_belongs_to_its_owner(tmp_path: Path) -> None:
    key_id, key = create_key(tmp_path / "keys", ("scan",))

    assert key not in (tmp_path / "keys").read_text()
    assert key_id in (tmp_path / "keys").read_text()
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o600


def test_a_key_of_an_earlier_version_is_the_default_tenants(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    _, old = create_key(path, ("scan",))
    path.write_text(path.read_text().replace('"tenant": "default", ', ""))
    assert "tenant" not in path.read_text()
    _, new = create_key(path, ("scan",), tenant="acme")
    keys = ApiKeys(path)

    assert [caller.tenant for key in (old, new) if (caller := keys.caller_of(key))] == ["default", "acme"]


def test_a_new_key_works_at_once_and_a_removed_one_no_more(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    _, first = create_key(path, ("scan",))
    keys = ApiKeys(path)
    _, second = create_key(path, ("scan", "admin"))

    caller = keys.caller_of(second)
    assert caller is not None
    assert caller.scopes == {"scan", "admin"}
    path.write_text("")
    assert keys.caller_of(first) is None


def test_a_key_is_appended_to_a_line_that_an_editor_left_open(tmp_path: Path) -> None:
    path = tmp_path / "keys.jsonl"
    _, first = create_key(path, ("scan",))
    path.write_text(path.read_text().rstrip("\n"))
    _, second = create_key(path, ("scan",))

    keys = ApiKeys(path)
    assert keys.caller_of(first) is not None
    assert keys.caller_of(second) is not None


def test_a_missing_or_malformed_file_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(WrongSettingError, match="cannot be read"):
        ApiKeys(tmp_path / "none")
    (tmp_path / "keys").write_text("s3cret\n")
    with pytest.raises(WrongSettingError) as caught:
        ApiKeys(tmp_path / "keys")
    assert "s3cret" not in str(caught.value)


def test_without_keys_the_gateway_starts_on_loopback_only(tmp_path: Path) -> None:
    with pytest.raises(WrongSettingError, match="CORDON_API_KEYS_FILE"):
        GatewaySettings.load(keyring_file=tmp_path / "k")
    with pytest.raises(WrongSettingError, match="loopback"):
        GatewaySettings.load(keyring_file=tmp_path / "k", gateway_auth="off", gateway_host="0.0.0.0")
    assert GatewaySettings.load(keyring_file=tmp_path / "k", gateway_auth="off")
