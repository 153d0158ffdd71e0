"""The outside systems that messages are forwarded to: those whose settings are there."""

from connectors.callback import CallbackDestination
from connectors.destination import Destination
from connectors.genesys import GenesysClient
from connectors.whatsapp import WhatsAppClient
from connectors.whatsapp_destination import WhatsAppDestination
from streams.settings.channels import ChannelSettings
from streams.settings.genesys import GenesysSettings
from streams.settings.whatsapp import WhatsAppSettings


def configured_destinations() -> list[Destination]:
    """Make a client for each destination that is set. Raises WrongSettingError for one that is set by half."""
    made = (_genesys(GenesysSettings.load()), _whatsapp(WhatsAppSettings.load()), _callback(ChannelSettings.load()))
    return [destination for destination in made if destination is not None]


def _genesys(settings: GenesysSettings) -> Destination | None:
    options = settings.client_options()
    return GenesysClient(**options) if options else None


def _whatsapp(settings: WhatsAppSettings) -> Destination | None:
    options = settings.client_options()
    return WhatsAppDestination(WhatsAppClient(**options), marks_read=settings.mark_read) if options else None


def _callback(settings: ChannelSettings) -> Destination | None:
    if settings.callback_url is None or settings.callback_secret is None:
        return None
    secret = settings.callback_secret.get_secret_value().encode()
    return CallbackDestination(url=settings.callback_url, secret=secret, timeout_seconds=settings.timeout_seconds)
