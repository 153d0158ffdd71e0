"""OpenID Connect: the code flow with PKCE, state and nonce, and an ID token that is verified in full.

Sources: OpenID Connect Core 1.0, 3.1 and 3.1.3.7; RFC 7636; RFC 9207 is left to providers.
"""

import base64
import hashlib
import time
from collections.abc import Mapping
from typing import Any, Final, Self

import httpx

from connectors.answers import answer_to
from connectors.calls import make_client
from gateway.oidc import ProviderAway, ProviderKeys, TokenVerifier, UnknownToken, claim_at, is_safe
from gateway.roles import Role
from gateway.signin.people import NotAdmitted, Person
from streams.settings.console import OidcSignInSettings

KNOWN_SECONDS: Final = 600.0
"""How long the provider's addresses and keys are believed before they are read again."""

_NEEDED: Final = ("authorization_endpoint", "token_endpoint")
"""Addresses that a sign-in cannot do without."""


class OidcDoor:
    """One identity provider."""

    def __init__(self, settings: OidcSignInSettings) -> None:
        assert settings.issuer is not None  # noqa: S101  (checked by load)
        self._settings = settings
        self._http = make_client(settings.timeout_seconds)
        self._verifier = TokenVerifier(ProviderKeys(settings.issuer, http=self._http), str(settings.client_id))
        self._provider: dict[str, Any] = {}
        self._read_at = 0.0

    @classmethod
    def load(cls) -> Self | None:
        """The provider that the settings name; None where they name none."""
        settings = OidcSignInSettings.load()
        return cls(settings) if settings.client_id else None

    @property
    def issuer(self) -> str:
        """The provider's name."""
        return str(self._settings.issuer)

    async def begin(self, redirect_uri: str, *, state: str, nonce: str, verifier: str) -> str:
        """Where to send the browser. Raises ``ProviderAway``."""
        provider = await self._known()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": self._settings.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return str(httpx.URL(provider["authorization_endpoint"]).copy_merge_params(asked))

    async def finish(self, redirect_uri: str, *, code: str, nonce: str, verifier: str) -> Person:
        """Who came back with this code. Raises ``NotAdmitted`` or ``ProviderAway``."""
        provider = await self._known()
        tokens = await self._redeemed(provider, redirect_uri, code, verifier)
        try:
            claims = dict(await self._verifier.claims_of(str(tokens.get("id_token", ""))))
        except UnknownToken:
            raise NotAdmitted("the identity provider's answer does not hold") from None
        if claims.get("nonce") != nonce:
            raise NotAdmitted("the identity provider's answer belongs to another sign-in")
        if claim_at(claims, self._settings.role_claim) is None and is_safe(provider.get("userinfo_endpoint")):
            told = await self._json(provider["userinfo_endpoint"], f"Bearer {tokens.get('access_token')}")
            claims |= told if told.get("sub") == claims["sub"] else {}
        return self._person(claims)

    async def _redeemed(
        self, provider: Mapping[str, Any], redirect_uri: str, code: str, verifier: str
    ) -> dict[str, Any]:
        settings = self._settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
            "client_id": settings.client_id,
        }
        secret = settings.client_secret
        auth = httpx.BasicAuth(settings.client_id or "", secret.get_secret_value()) if secret else httpx.Auth()
        try:
            answer = await answer_to(self._http, "POST", provider["token_endpoint"], data=form, auth=auth)
            tokens = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderAway(type(error).__name__) from None
        if not answer.is_success or not isinstance(tokens, dict):
            raise NotAdmitted("the identity provider refused the code")
        return tokens

    def _person(self, claims: Mapping[str, Any]) -> Person:
        settings = self._settings
        held = claim_at(claims, settings.role_claim)
        values = held if isinstance(held, list) else str(held or "").split()
        roles = [Role(settings.roles_by_value[value]) for value in values if value in settings.roles_by_value]
        if not roles:
            raise NotAdmitted("you are known, but you have no role here")
        queues = claim_at(claims, settings.queues_claim) if settings.queues_claim else None
        return Person(
            actor=f"oidc:{claims['sub']}"[:512],
            name=str(claims.get("name") or claims.get("preferred_username") or claims["sub"])[:200],
            role=max(roles, key=lambda role: role.rank),
            agent_id=str(claim_at(claims, settings.agent_claim) or claims["sub"])[:512],
            queues=frozenset(str(queue) for queue in queues) if isinstance(queues, list) else None,
        )

    async def _known(self) -> dict[str, Any]:
        if time.monotonic() - self._read_at > KNOWN_SECONDS or not self._provider:
            provider = await self._json(f"{self._settings.issuer}/.well-known/openid-configuration")
            if str(provider.get("issuer", "")).rstrip("/") != self._settings.issuer:
                raise ProviderAway("the discovery document names another issuer")
            if not all(is_safe(provider.get(name)) for name in _NEEDED):
                raise ProviderAway("the discovery document names no address that is encrypted")
            self._provider, self._read_at = provider, time.monotonic()
        return self._provider

    async def _json(self, url: str, authorization: str | None = None) -> dict[str, Any]:
        headers = {"Authorization": authorization} if authorization else {}
        try:
            answer = (await answer_to(self._http, "GET", url, headers=headers)).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderAway(type(error).__name__) from None
        if not isinstance(answer, dict):
            raise ProviderAway("not an object")
        return answer

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
