"""An agent is who Genesys says that their token belongs to. Source: the Platform API, ``GET /api/v2/users/me``."""

from connectors.calls import make_client, object_of, send
from connectors.failures import DestinationAway
from gateway.oidc import ProviderAway
from gateway.roles import Role
from gateway.signin.people import NotAdmitted, Person
from streams.settings.genesys import GenesysSettings


async def agent_of(settings: GenesysSettings, token: str) -> Person:
    """Ask Genesys. Raises ``NotAdmitted`` for a token it does not know, ``ProviderAway`` when it is away."""
    if settings.api_url is None:
        raise NotAdmitted("this gateway knows no Genesys")
    async with make_client(settings.timeout_seconds) as http:
        try:
            answer = await send(
                http, "GET", f"{settings.api_url}/api/v2/users/me", headers={"Authorization": f"Bearer {token}"}
            )
        except DestinationAway as away:
            if away.reason in {"401", "403"}:
                raise NotAdmitted("Genesys does not know this token") from None
            raise ProviderAway(away.reason) from None
    user = object_of(answer)
    if not answer.is_success or not isinstance(user.get("id"), str):
        raise NotAdmitted("Genesys does not know this token")
    name = str(user.get("name") or user["id"])[:200]
    return Person(f"genesys:{user['id']}"[:512], name, Role.AGENT, str(user["id"])[:512])
