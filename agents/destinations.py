"""The outside systems that messages are forwarded to: those whose settings are there."""

from connectors.destination import Destination
from connectors.genesys import GenesysClient
from streams.settings.genesys import GenesysSettings


def configured_destinations() -> list[Destination]:
    """Make a client for each destination that is set. Raises WrongSettingError for one that is set by half."""
    found: list[Destination] = []
    if (genesys := genesys_client(GenesysSettings.load())) is not None:
        found.append(genesys)
    return found


def genesys_client(settings: GenesysSettings) -> GenesysClient | None:
    """The client for Genesys Cloud; None where it is not set."""
    if settings.api_url is None or settings.login_url is None or settings.integration_id is None:
        return None
    return GenesysClient(
        api_url=settings.api_url,
        login_url=settings.login_url,
        clients=settings.clients,
        integration_id=settings.integration_id,
        requests_per_minute=settings.requests_per_minute,
        timeout_seconds=settings.timeout_seconds,
    )
