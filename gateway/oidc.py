"""Tokens of an OpenID provider, verified by its published keys. The provider is never asked about a token.

RFC 9068 (access tokens as JWT), RFC 8725 (best practice), OpenID Connect Discovery 1.0.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx
import jwt
from fastapi import HTTPException

from connectors.answers import answer_to
from connectors.calls import make_client
from gateway.auth import SCOPES, Caller
from streams.settings import is_loopback
from streams.settings.oidc import OidcBearerSettings
from vault.requests import DEFAULT_TENANT, TENANT_NAME

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Asymmetric ones only: a public key can never be taken for a shared secret (RFC 8725, 2.1)."""
LEEWAY_SECONDS: Final = 30.0
"""By how much clocks may differ."""
KEYS_SECONDS: Final = 3600.0
"""How long fetched keys are used before they are fetched again."""
REST_SECONDS: Final = 30.0
"""At least this long between two fetches, however many unknown keys or failures there are."""
MAX_TOKEN: Final = 16_384
MAX_SUBJECT: Final = 200


class UnknownToken(Exception):
    """Not a token of this provider for us, or not any more. Quotes nothing."""


class ProviderAway(Exception):
    """The provider's keys cannot be had, so nothing can be said about the token."""


class ProviderKeys:
    """The keys that a provider signs with, found by its discovery document and fetched again when they change."""

    def __init__(self, issuer: str, *, http: httpx.AsyncClient, clock: Callable[[], float] = time.monotonic) -> None:
        self.issuer = issuer
        self._http = http
        self._clock = clock
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._fetched = float("-inf")
        self._tried = float("-inf")
        self._fetching = asyncio.Lock()

    async def key(self, key_id: str | None) -> jwt.PyJWK:
        """The key of this id. Raises ``UnknownToken`` when there is none, ``ProviderAway`` when none can be fetched.

        Keys that were fetched once stay in use while the provider is away.
        """
        if key_id not in self._keys or self._clock() - self._fetched > KEYS_SECONDS:
            async with self._fetching:
                await self._fetch_if_due(key_id)
        if key_id in self._keys:
            return self._keys[key_id]
        if not self._keys:
            raise ProviderAway
        raise UnknownToken

    async def _fetch_if_due(self, key_id: str | None) -> None:
        now = self._clock()
        is_fresh = key_id in self._keys and now - self._fetched <= KEYS_SECONDS
        if is_fresh or now - self._tried < REST_SECONDS:
            return
        self._tried = now
        try:
            self._keys = await self._fetch()
            self._fetched = now
        except (httpx.HTTPError, ValueError, KeyError, TypeError, jwt.PyJWTError):
            if not self._keys:
                raise ProviderAway from None

    async def _fetch(self) -> dict[str | None, jwt.PyJWK]:
        document = await self._json(f"{self.issuer}/.well-known/openid-configuration")
        if str(document["issuer"]).rstrip("/") != self.issuer:
            raise ValueError
        if not is_safe(address := document["jwks_uri"]):
            raise ValueError
        keys = jwt.PyJWKSet.from_dict(await self._json(address)).keys
        known: dict[str | None, jwt.PyJWK] = {key.key_id: key for key in keys if key.public_key_use in {None, "sig"}}
        if len(known) == 1:
            known[None] = next(iter(known.values()))  # a token may leave its key unnamed where there is only one
        return known

    async def _json(self, url: str) -> dict[str, Any]:
        answer = await answer_to(self._http, "GET", url)
        document = answer.raise_for_status().json()
        if not isinstance(document, dict):
            raise TypeError
        return document


class TokenVerifier:
    """Verifies a provider's tokens for one audience."""

    def __init__(self, keys: ProviderKeys, audience: str) -> None:
        self._keys = keys
        self._audience = audience

    async def claims_of(self, token: str) -> Mapping[str, Any]:
        """What a token says, once its signature, issuer, audience and times are right.

        Raises ``UnknownToken`` or ``ProviderAway``.
        """
        try:
            header = jwt.get_unverified_header(token[:MAX_TOKEN])
            if header.get("alg") not in ALGORITHMS:
                raise UnknownToken
            key = await self._keys.key(header.get("kid"))
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=self._audience,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError:
            raise UnknownToken from None
        if str(claims["iss"]).rstrip("/") != self._keys.issuer or not 0 < len(str(claims["sub"])) <= MAX_SUBJECT:
            raise UnknownToken
        return claims


class OidcBearer:
    """Bearer tokens as callers of the gateway: the subject is who calls, a claim holds the scopes."""

    def __init__(self, settings: OidcBearerSettings, *, http: httpx.AsyncClient | None = None) -> None:
        self._http = http or make_client(settings.timeout_seconds)
        self._verifier = TokenVerifier(ProviderKeys(str(settings.issuer), http=self._http), str(settings.audience))
        self._claim = settings.scope_claim
        self._prefix = settings.scope_prefix
        self._tenant_claim = settings.tenant_claim

    @classmethod
    def load(cls) -> "OidcBearer | None":
        """As the settings say; None where they name no audience. Raises ``WrongSettingError``."""
        settings = OidcBearerSettings.load()
        return cls(settings) if settings.audience is not None else None

    def takes(self, token: str) -> bool:
        """Whether a token has the three parts of a signed JWT. API keys of ours hold no dot."""
        return token.count(".") == 2  # noqa: PLR2004  (header, claims, signature)

    async def caller_of(self, token: str) -> Caller | None:
        """Who presents the token; None when it is not known. Raises HTTPException 503 when nobody can say."""
        try:
            claims = await self._verifier.claims_of(token)
        except UnknownToken:
            return None
        except ProviderAway:
            raise HTTPException(503, "the identity provider is away") from None
        given = claim_at(claims, self._claim)
        words = given.split() if isinstance(given, str) else given if isinstance(given, list) else []
        scopes = {scope for scope in SCOPES if f"{self._prefix}{scope}" in words}
        tenant = claim_at(claims, self._tenant_claim) if self._tenant_claim else DEFAULT_TENANT
        if not isinstance(tenant, str) or not TENANT_NAME.fullmatch(tenant):
            return None  # a caller of no tenant is not taken for one of the default's
        return Caller(f"oidc:{claims['sub']}", frozenset(scopes), tenant=tenant)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def claim_at(claims: Mapping[str, Any], path: str) -> Any:
    """The claim at a path of dots; a claim whose own name holds dots is found too. None where there is none."""
    if path in claims:
        return claims[path]
    value: Any = claims
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def is_safe(address: object) -> bool:
    """Whether keys may come from an address that a provider names, and codes, secrets and tokens go there."""
    try:
        url = httpx.URL(address) if isinstance(address, str) else httpx.URL()
    except httpx.InvalidURL:
        return False
    return url.scheme == "https" or (url.scheme == "http" and is_loopback(url.host))
