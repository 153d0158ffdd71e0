"""An agent is who Genesys says that their token belongs to. Source: the Platform API, ``GET /api/v2/users/me``.

One address of Genesys's serves every customer of a region, and knows the tokens of all of them: only the organization
tells ours from a stranger's.
"""

from typing import Any, Final

import httpx

from connectors.calls import make_client, object_of, send
from connectors.failures import DestinationAway
from gateway.oidc import ProviderAway
from gateway.roles import Role
from gateway.signin.people import NotAdmitted, Person
from streams.settings.genesys import GenesysSettings

WITH_ORGANIZATION: Final = {"expand": "organization"}
UNKNOWN: Final = "Genesys does not know this token"


async def agent_of(settings: GenesysSettings, token: str) -> Person:
    """Ask Genesys. Raises ``NotAdmitted`` for anybody but an agent of ours, ``ProviderAway`` when it is away."""
    if settings.api_url is None:
        raise NotAdmitted("this gateway knows no Genesys")
    if settings.organization_id is None:
        raise NotAdmitted("CORDON_GENESYS_ORGANIZATION_ID is not set, so nobody can say whose agents may enter")
    answer = await _asked(settings, token)
    user = object_of(answer)
    if not answer.is_success or not isinstance(user.get("id"), str):
        raise NotAdmitted(UNKNOWN)
    if _organization_of(user) != settings.organization_id:
        raise NotAdmitted("this token is of another organization")
    name = str(user.get("name") or user["id"])[:200]
    return Person(f"genesys:{user['id']}"[:512], name, Role.AGENT, str(user["id"])[:512])


async def _asked(settings: GenesysSettings, token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    async with make_client(settings.timeout_seconds) as http:
        try:
            return await send(
                http, "GET", f"{settings.api_url}/api/v2/users/me", headers=headers, params=WITH_ORGANIZATION
            )
        except DestinationAway as away:
            if away.reason in {"401", "403"}:
                raise NotAdmitted(UNKNOWN) from None
            raise ProviderAway(away.reason) from None


def _organization_of(user: dict[str, Any]) -> object:
    organization = user.get("organization")
    return organization.get("id") if isinstance(organization, dict) else None
