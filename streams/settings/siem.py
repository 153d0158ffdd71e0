"""How to reach the SIEMs beside Splunk: one group for each target, and no target without its address."""

from pathlib import Path
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from streams.settings.base import OutsideUrl, SettingsGroup, is_loopback, parts_of
from streams.settings.trust import TrustSettings

JsonFormat = Literal["cordon", "ocsf", "ecs"]
"""Cordon's own fields, OCSF 1.8, or the Elastic Common Schema 9."""
SYSLOG_PORTS = {"tls": 6514, "tcp": 514, "udp": 514, "relp": 2514, "relps": 2514}
"""Schemes and their usual ports."""
ENCRYPTED = frozenset({"tls", "relps"})


def _is_http(value: str | None) -> str | None:
    if value is not None and not value.startswith("http"):
        raise ValueError("has to begin with https://")
    return value


def _pairs(value: object) -> object:
    """``Name=value`` pairs by commas, as OpenTelemetry writes its headers."""
    if not isinstance(value, str):
        return value
    pairs = [part.partition("=") for part in value.split(",") if part.strip()]
    if any(not name.strip() or not equals for name, equals, _ in pairs):
        raise ValueError("has to be Name=value, several by commas")
    return {name.strip(): content.strip() for name, _, content in pairs}


class SyslogSettings(TrustSettings):
    """``CORDON_SYSLOG_...``: SIEM by syslog. Without ``URL`` nothing is sent."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_SYSLOG_")

    url: str | None = None
    """``tls://host:6514`` (RFC 5425), ``tcp://`` (octet-counted), ``udp://``, ``relp://``, or ``relps://`` (RELP over
    TLS). Without encryption to loopback addresses only, unless ``ALLOW_CLEARTEXT`` says otherwise."""
    format: Literal["structured", "cef", "leef", "json"] = "structured"
    """What the messages hold: RFC 5424 structured data, or a body of the named format."""
    host: str = "cordon"
    """The HOSTNAME of every message."""
    facility: int = Field(default=16, ge=0, le=23)
    """Of RFC 5424, table 1: 16 is local0, 13 is log audit."""
    enterprise_id: int = Field(default=32473, ge=1)
    """The private enterprise number in the structured data's name, ``cordon@<number>``."""
    bom: bool = False
    """Whether a body begins with the byte order mark of RFC 5424, which few receivers expect."""
    allow_cleartext: bool = False
    """Lets records, which hold no raw value, travel without encryption, as old receivers and UDP need it."""
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    """For connecting, and for one write or answer."""

    @field_validator("url")
    @classmethod
    def _address_can_be_read(cls, value: str | None) -> str | None:
        if value is not None:
            parts = parts_of(value)
            if parts.scheme not in SYSLOG_PORTS or not parts.hostname:
                raise ValueError("has to be an address such as tls://host:6514")
        return value

    @model_validator(mode="after")
    def _cleartext_is_meant(self) -> "SyslogSettings":
        if self.url is not None and not self.allow_cleartext:
            parts = urlsplit(self.url)
            if parts.scheme not in ENCRYPTED and not is_loopback(parts.hostname or ""):
                raise ValueError("CORDON_SYSLOG_URL: is not encrypted: CORDON_SYSLOG_ALLOW_CLEARTEXT=true accepts that")
        return self

    @property
    def place(self) -> tuple[str, str, int]:
        """Scheme, host and port."""
        parts = urlsplit(self.url or "")
        return parts.scheme, parts.hostname or "", parts.port or SYSLOG_PORTS[parts.scheme]


class ElasticSettings(TrustSettings):
    """``CORDON_ELASTIC_...``: Elasticsearch or OpenSearch. Without ``URL`` nothing is sent."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_ELASTIC_")

    url: OutsideUrl | None = None
    """Base address of the cluster."""
    api_key: SecretStr | None = None
    """Encoded, as Elasticsearch shows it once."""
    username: str | None = None
    """For basic authentication, where there is no API key."""
    password: SecretStr | None = None
    """Beside the user's name."""
    namespace: str = Field(default="default", pattern=r"^[a-z0-9_.]{1,100}$")
    """The last part of the data streams' names."""
    timeout_seconds: float = Field(default=30.0, gt=0, le=300)
    """For one request."""

    _http = field_validator("url")(_is_http)

    @model_validator(mode="after")
    def _credentials_are_whole(self) -> "ElasticSettings":
        if (self.username is None) != (self.password is None):
            raise ValueError("CORDON_ELASTIC_USERNAME and CORDON_ELASTIC_PASSWORD go together")
        return self


class SentinelSettings(SettingsGroup):
    """``CORDON_SENTINEL_...``: Microsoft Sentinel. Without ``ENDPOINT`` nothing is sent."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_SENTINEL_")

    endpoint: OutsideUrl | None = None
    """The rule's ``logsIngestion`` address, or a data collection endpoint's."""
    rule_id: str | None = None
    """The data collection rule's immutable id, ``dcr-...``."""
    stream: str = "Custom-CordonDlp_CL"
    """The rule's stream."""
    tenant_id: str | None = None
    """Of the app registration; without it the host's managed identity is used."""
    client_id: str | None = None
    """Of the app registration."""
    client_secret: SecretStr | None = None
    """Of the app registration."""
    login_url: OutsideUrl | None = None
    """Of another cloud, such as ``https://login.microsoftonline.us``."""
    ca_file: Path | None = None
    """Authorities that vouch for endpoint and login, in PEM; without it the system's."""
    timeout_seconds: float = Field(default=30.0, gt=0, le=300)
    """For one request."""

    _http = field_validator("endpoint", "login_url")(_is_http)

    @model_validator(mode="after")
    def _is_whole(self) -> "SentinelSettings":
        if self.endpoint is not None and self.rule_id is None:
            raise ValueError("CORDON_SENTINEL_RULE_ID has to be set beside CORDON_SENTINEL_ENDPOINT")
        given = [self.tenant_id, self.client_id, self.client_secret]
        if any(given) and not all(given):
            raise ValueError("CORDON_SENTINEL_TENANT_ID, _CLIENT_ID and _CLIENT_SECRET go together")
        return self


class OtlpSettings(TrustSettings):
    """``CORDON_OTLP_...``: SIEM by OTLP. Without ``URL`` nothing is sent."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_OTLP_")

    url: OutsideUrl | None = None
    """Base address of the collector's HTTP receiver, such as ``https://collector:4318``, without ``/v1/logs``."""
    headers: Annotated[dict[str, str], NoDecode] = Field(default_factory=dict, repr=False)
    """``Name=value``, several by commas. May hold a secret: use ``CORDON_OTLP_HEADERS_FILE``."""
    timeout_seconds: float = Field(default=10.0, gt=0, le=300)
    """For one request."""

    _http = field_validator("url")(_is_http)
    _headers = field_validator("headers", mode="before")(_pairs)


class WebhookSettings(TrustSettings):
    """``CORDON_SIEM_WEBHOOK_...``: SIEM by webhook. Without ``URL`` nothing is posted."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_SIEM_WEBHOOK_")

    url: OutsideUrl | None = None
    """The whole address."""
    secret: SecretStr | None = None
    """Signs every request (HMAC-SHA256)."""
    format: JsonFormat = "cordon"
    """Of the records: Cordon's own fields, OCSF 1.8, or the Elastic Common Schema 9."""
    headers: Annotated[dict[str, str], NoDecode] = Field(default_factory=dict, repr=False)
    """``Name=value``, several by commas, for receivers that want a key of their own."""
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    """For one request."""

    _http = field_validator("url")(_is_http)
    _headers = field_validator("headers", mode="before")(_pairs)

    @model_validator(mode="after")
    def _is_signed(self) -> "WebhookSettings":
        if self.url is not None and self.secret is None:
            raise ValueError("CORDON_SIEM_WEBHOOK_SECRET has to be set beside CORDON_SIEM_WEBHOOK_URL")
        return self


class FileSettings(SettingsGroup):
    """``CORDON_SIEM_FILE_...``: SIEM by a file. Without ``PATH`` none is written."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_SIEM_FILE_")

    path: Path | None = None
    """JSON lines, for a collector to follow."""
    format: JsonFormat = "cordon"
    """Of the records: Cordon's own fields, OCSF 1.8, or the Elastic Common Schema 9."""
    max_bytes: int = Field(default=100_000_000, ge=1_000_000)
    """At this size the file is rotated."""
    keep: int = Field(default=5, ge=1, le=100)
    """How many rotated files stay: ``PATH.1`` is the youngest."""
