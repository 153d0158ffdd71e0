import base64
import hmac
import json
import time
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi import FastAPI, HTTPException
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from gateway.app import create_app
from gateway.oidc import OidcBearer, ProviderKeys, claim_at
from streams.settings import KafkaSettings, WrongSettingError
from streams.settings.gateway import GatewaySettings
from streams.settings.oidc import OidcBearerSettings
from tests.gateway.gateway_parts import Published

ISSUER = "https://login.example/realms/bank"
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
Clock = list[float]


class Provider:
    """A provider's two public documents, and how often they were asked for."""

    def __init__(self) -> None:
        self.keys = [{**RSAAlgorithm.to_jwk(RSA_KEY.public_key(), as_dict=True), "kid": "one", "use": "sig"}]
        self.issuer = ISSUER
        self.keys_at: object = f"{ISSUER}/certs"
        self.is_away = False
        self.asked = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.is_away:
            return httpx.Response(503)
        if request.url.path.endswith("/openid-configuration"):
            return httpx.Response(200, json={"issuer": self.issuer, "jwks_uri": self.keys_at})
        return httpx.Response(200, json={"keys": self.keys})

    @property
    def http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self.answer))


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def bearer(provider: Provider) -> OidcBearer:
    settings = OidcBearerSettings(issuer=ISSUER, audience="cordon", scope_claim="scope")
    return OidcBearer(settings, http=provider.http)


def token(key: Any = RSA_KEY, *, kid: str | None = "one", algorithm: str = "RS256", **claims: Any) -> str:
    now = int(time.time())
    said = {"iss": ISSUER, "aud": "cordon", "sub": "svc-flow", "iat": now, "exp": now + 300, "scope": "scan captures"}
    headers = {"kid": kid} if kid else {}
    wanted = {name: value for name, value in (said | claims).items() if value is not None}
    return jwt.encode(wanted, key, algorithm=algorithm, headers=headers)


def with_shared_secret(public: bytes) -> str:
    """Signed by HMAC under the published key, for a verifier that lets the token choose how it is verified."""
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"one"}').rstrip(b"=").decode()
    signed = f"{header}.{token().split('.')[1]}"
    mac = hmac.digest(public, signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


@pytest.mark.parametrize(
    ("claims", "tenant"),
    [
        ({"org": {"tenant": "acme"}}, "acme"),
        ({}, None),  # a caller of no tenant is not taken for the default's
        ({"org": {"tenant": ["acme", "globex"]}}, None),
        ({"org": {"tenant": "Acme/../default"}}, None),
    ],
)
async def test_a_claim_names_the_callers_tenant(provider: Provider, claims: dict[str, Any], tenant: str | None) -> None:
    settings = OidcBearerSettings(issuer=ISSUER, audience="cordon", tenant_claim="org.tenant")
    caller = await OidcBearer(settings, http=provider.http).caller_of(token(**claims))

    assert (caller.tenant if caller else None) == tenant


async def test_without_such_a_claim_set_a_token_is_the_default_tenants(bearer: OidcBearer) -> None:
    caller = await bearer.caller_of(token(org={"tenant": "acme"}))

    assert caller is not None
    assert caller.tenant == "default"


async def test_a_token_names_the_caller_and_its_scopes(bearer: OidcBearer) -> None:
    caller = await bearer.caller_of(token(scope="openid scan tokens:reveal profile"))

    assert caller is not None
    assert (caller.key_id, caller.scopes) == ("oidc:svc-flow", frozenset({"scan", "tokens:reveal"}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another-service"},
        {"exp": int(time.time()) - 60},
        {"nbf": int(time.time()) + 600},
        {"sub": None},
        {"exp": None},
        {"sub": "x" * 201},
    ],
)
async def test_a_token_for_another_place_or_time_is_unknown(bearer: OidcBearer, wrong: dict[str, Any]) -> None:
    assert await bearer.caller_of(token(**wrong)) is None
    assert await bearer.caller_of(token()) is not None


async def test_a_token_signed_by_anything_else_is_unknown(bearer: OidcBearer, provider: Provider) -> None:
    public = json.dumps(provider.keys[0]).encode()
    unsigned = jwt.encode(jwt.decode(token(), options={"verify_signature": False}), None, algorithm="none")
    head, body, signature = token().split(".")
    forged = (
        token(OTHER_KEY),
        with_shared_secret(public),
        unsigned,
        f"{head}.{body}x.{signature}",
        f"{head}.{body}.",
        "a.b.c",
        "",
    )
    for one in forged:
        assert await bearer.caller_of(one) is None


async def test_a_new_key_is_fetched_once_it_signs_and_the_provider_is_not_flooded(
    bearer: OidcBearer, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await bearer.caller_of(token()) is not None
    provider.keys.append({**ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True), "kid": "two"})
    fresh = token(EC_KEY, kid="two", algorithm="ES256")
    asked = provider.asked

    assert [await bearer.caller_of(fresh) for _ in range(5)] == [None] * 5  # within the rest after the last fetch
    assert provider.asked == asked
    keys: ProviderKeys = bearer._verifier._keys
    later = time.monotonic() + 31
    monkeypatch.setattr(keys, "_clock", lambda: later)
    assert await bearer.caller_of(fresh) is not None
    assert await bearer.caller_of(token(kid=None)) is None  # two keys by now: which one has to be said


async def test_known_keys_outlive_an_outage_and_unknown_ones_cannot_be_judged(
    bearer: OidcBearer, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.is_away = True
    with pytest.raises(HTTPException, match="503"):
        await bearer.caller_of(token())
    provider.is_away = False
    keys: ProviderKeys = bearer._verifier._keys
    monkeypatch.setattr(keys, "_clock", lambda: time.monotonic() + 31)
    assert await bearer.caller_of(token()) is not None
    provider.is_away = True
    monkeypatch.setattr(keys, "_clock", lambda: time.monotonic() + 7200)
    assert await bearer.caller_of(token()) is not None


async def test_a_discovery_document_of_another_issuer_is_not_believed(bearer: OidcBearer, provider: Provider) -> None:
    provider.issuer = "https://elsewhere.example"

    with pytest.raises(HTTPException, match="503"):
        await bearer.caller_of(token())


@pytest.mark.parametrize("address", ["http://idp.example/certs", "javascript:alert(1)", "ftp://localhost/certs", 7, ""])
async def test_keys_are_fetched_from_encrypted_addresses_alone(
    bearer: OidcBearer, provider: Provider, address: object
) -> None:
    provider.keys_at = address

    with pytest.raises(HTTPException, match="503"):
        await bearer.caller_of(token())


async def test_scopes_may_stand_in_a_list_below_a_claim_with_a_prefix(provider: Provider) -> None:
    settings = OidcBearerSettings(
        issuer=ISSUER, audience="cordon", scope_claim="realm_access.roles", scope_prefix="cordon:"
    )
    bearer = OidcBearer(settings, http=provider.http)

    caller = await bearer.caller_of(token(realm_access={"roles": ["cordon:scan", "captures", "offline_access"]}))

    assert caller is not None
    assert caller.scopes == {"scan"}


def test_a_claim_is_found_by_its_name_or_its_path() -> None:
    assert claim_at({"https://cordon.example/roles": ["a"]}, "https://cordon.example/roles") == ["a"]
    assert claim_at({"a": 1}, "a.b") is None


def test_an_audience_without_an_issuer_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDON_OIDC_AUDIENCE", "cordon")

    with pytest.raises(WrongSettingError, match="CORDON_OIDC_ISSUER"):
        OidcBearer.load()
    monkeypatch.setenv("CORDON_OIDC_ISSUER", "http://login.example")
    with pytest.raises(WrongSettingError, match="not encrypted"):
        OidcBearer.load()


async def test_the_gateway_takes_such_a_token_beside_its_own_keys(
    app: FastAPI, bearer: OidcBearer, client: httpx.AsyncClient, anonymous: httpx.AsyncClient
) -> None:
    app.state.bearers = bearer
    body = {"type": "br_cpf", "value": "529.982.247-25"}

    async def status(given: str) -> int:
        headers = {"Authorization": f"Bearer {given}"}
        return (await anonymous.post("/v1/tokens", json=body, headers=headers)).status_code

    assert await status(token(scope="tokens:create")) == 201
    assert await status(token(scope="scan")) == 403
    assert await status(token(OTHER_KEY, scope="tokens:create")) == 401
    assert (await client.post("/v1/tokens", json=body)).status_code == 201
    vault = app.state.vault_desk.vault
    rows = await vault.database.run(lambda c: c.exec_driver_sql("SELECT record FROM vault_audit").scalars().all())
    assert '"actor":"oidc:svc-flow"' in rows[0]


async def test_a_gateway_may_know_callers_by_their_tokens_alone(
    monkeypatch: pytest.MonkeyPatch, settings: GatewaySettings, bearer: OidcBearer
) -> None:
    monkeypatch.setenv("CORDON_OIDC_ISSUER", ISSUER)
    monkeypatch.setenv("CORDON_OIDC_AUDIENCE", "cordon")
    monkeypatch.setenv("CORDON_OIDC_CLIENT_ID", "cordon-console")
    without_keys = GatewaySettings.load(keyring_file=settings.keyring_file, data_dir=settings.data_dir)
    app = create_app(without_keys, KafkaSettings(bootstrap_servers="127.0.0.1:9"))
    app.state.producer, app.state.bearers = Published(), bearer
    transport = httpx.ASGITransport(app)

    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://g") as caller:
        for headers, status in (({}, 401), ({"Authorization": f"Bearer {token(scope='captures')}"}, 404)):
            assert (await caller.get("/v1/captures/nobody", headers=headers)).status_code == status
