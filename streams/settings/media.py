"""What becomes of files that customers and agents send."""

from enum import StrEnum
from typing import ClassVar, TypedDict

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from streams.settings.base import OutsideUrl, SettingsGroup
from streams.settings.genesys import GenesysSettings
from streams.settings.whatsapp import WhatsAppSettings


class MediaPolicy(StrEnum):
    """What becomes of a kind of file. In doubt it is not handed on."""

    PASS = "pass"  # noqa: S105  (a policy's name)
    """Fetched, checked, its words scanned as far as it has any, its metadata removed, and handed on."""
    HOLD = "hold"
    """Not handed on; who waits for it reads that a file came."""
    DENY = "deny"
    """Not handed on; who waits for it reads that it was refused."""


class SourceOptions(TypedDict):
    """Keyword arguments of what fetches files. They hold a secret."""

    graph_url: str | None
    access_token: str | None
    max_bytes: int
    url_hosts: tuple[str, ...]


class MediaSettings(SettingsGroup):
    """``CORDON_MEDIA_...``: files in messages, in both directions."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_MEDIA_")

    base_url: OutsideUrl | None = None
    """Where Genesys and the channels reach the gateway, such as ``https://cordon.example.com``: files that pass are
    fetched from there. Without it none is handed on.
    """
    document: MediaPolicy = MediaPolicy.PASS
    """Text, CSV, Word and PDF, whose every string is scanned. What cannot be read whole is held in any case. ``pass``
    hands a file on, cleaned; with ``hold`` who waits for it reads that a file came, with ``deny`` that it was refused.
    """
    image: MediaPolicy = MediaPolicy.HOLD
    """Their words are scanned where the extra ``ocr`` and tesseract are installed; else ``pass`` hands on unread ones.
    """
    sticker: MediaPolicy = MediaPolicy.HOLD
    """As for images."""
    video: MediaPolicy = MediaPolicy.HOLD
    """Nothing in it is scanned."""
    audio: MediaPolicy = MediaPolicy.HOLD
    """Voice notes too. Nothing in it is scanned."""
    max_bytes: int = Field(default=16 * 1024 * 1024, ge=1024, le=100 * 1024 * 1024)
    """Of one file; a larger one is held."""
    link_seconds: int = Field(default=86_400, ge=60, le=30 * 86_400)
    """How long the address of a file that passed is good."""

    def source_options(self, whatsapp: WhatsAppSettings, genesys: GenesysSettings) -> SourceOptions:
        """What fetches the files of both channels is made from."""
        return SourceOptions(
            graph_url=whatsapp.api_url,
            access_token=whatsapp.access_token.get_secret_value() if whatsapp.access_token else None,
            max_bytes=self.max_bytes,
            url_hosts=genesys.file_hosts,
        )

    def policy_of(self, kind: str) -> MediaPolicy:
        """What becomes of a kind of file; one that is not known is held."""
        found = getattr(self, kind, None)
        return found if isinstance(found, MediaPolicy) else MediaPolicy.HOLD
