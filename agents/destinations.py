"""The outside systems that messages are forwarded to: those whose settings are there."""

from connectors.callback import CallbackDestination
from connectors.destination import Destination
from connectors.genesys import GenesysClient
from connectors.media_sources import MediaSources
from connectors.whatsapp import WhatsAppClient
from connectors.whatsapp_destination import WhatsAppDestination
from streams.settings.channels import ChannelSettings
from streams.settings.genesys import GenesysSettings
from streams.settings.media import MediaSettings
from streams.settings.whatsapp import WhatsAppSettings


def configured_destinations() -> list[Destination]:
    """Make a client for each destination that is set. Raises WrongSettingError for one that is set by half."""
    made: tuple[Destination | None, ...] = (
        genesys_client(GenesysSettings.load()),
        whatsapp_destination(WhatsAppSettings.load()),
        callback_destination(ChannelSettings.load()),
    )
    return [destination for destination in made if destination is not None]


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


def whatsapp_destination(settings: WhatsAppSettings) -> WhatsAppDestination | None:
    """WhatsApp's Cloud API; None where it is not set."""
    if settings.api_url is None or settings.phone_number_id is None or settings.access_token is None:
        return None
    client = WhatsAppClient(
        api_url=settings.api_url,
        phone_number_id=settings.phone_number_id,
        access_token=settings.access_token.get_secret_value(),
        timeout_seconds=settings.timeout_seconds,
    )
    return WhatsAppDestination(client, marks_read=settings.mark_read)


def media_sources(media: MediaSettings, whatsapp: WhatsAppSettings, genesys: GenesysSettings) -> MediaSources:
    """Where the files of messages are fetched from."""
    return MediaSources(
        graph_url=whatsapp.api_url,
        access_token=whatsapp.access_token.get_secret_value() if whatsapp.access_token else None,
        max_bytes=media.max_bytes,
        url_hosts=genesys.file_hosts,
    )


def callback_destination(settings: ChannelSettings) -> CallbackDestination | None:
    """The signed callback of other channels; None where it is not set."""
    if settings.callback_url is None or settings.callback_secret is None:
        return None
    secret = settings.callback_secret.get_secret_value().encode()
    return CallbackDestination(url=settings.callback_url, secret=secret, timeout_seconds=settings.timeout_seconds)
