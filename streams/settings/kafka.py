"""How to reach Kafka."""

import re
import ssl
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from streams.settings.base import SettingsGroup, WrongSettingError

_SERVER = re.compile(r"(?:\[[\da-fA-F:.]+\]|[\w.-]+)(?::(?P<port>\d{1,5}))?")
_MAX_PORT = 65535


class KafkaSettings(SettingsGroup):
    """``CORDON_KAFKA_...``: Kafka, its addresses, encryption and credentials."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_KAFKA_")

    bootstrap_servers: str
    """``host:port``, several separated by commas."""
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """``SSL`` encrypts, ``SASL_...`` asks for user and password."""
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    """How user and password are shown to the brokers, with a ``SASL_...`` protocol."""
    sasl_username: str | None = None
    """Has to be set with a ``SASL_...`` protocol."""
    sasl_password: SecretStr | None = None
    """Beside the user's name."""
    ssl_ca_file: Path | None = None
    """Certificate authorities in PEM; without it those of the system."""
    ssl_certificate_file: Path | None = None
    """The client's certificate chain in PEM, for mutual TLS."""
    ssl_key_file: Path | None = None
    """The client's key in PEM."""

    @field_validator("bootstrap_servers")
    @classmethod
    def _servers_have_names_and_ports(cls, value: str) -> str:
        found = [_SERVER.fullmatch(server) for server in _parts(value)]
        if not found or not all(server and int(server["port"] or 1) in range(1, _MAX_PORT + 1) for server in found):
            raise ValueError("has to read host:port, several separated by commas")
        return value

    @model_validator(mode="after")
    def _credentials_are_whole(self) -> "KafkaSettings":
        if self.security_protocol.startswith("SASL") and not (self.sasl_username and self.sasl_password):
            raise ValueError("CORDON_KAFKA_SASL_USERNAME and CORDON_KAFKA_SASL_PASSWORD have to be set")
        if self.ssl_key_file is not None and self.ssl_certificate_file is None:
            raise ValueError("CORDON_KAFKA_SSL_CERTIFICATE_FILE has to be set beside CORDON_KAFKA_SSL_KEY_FILE")
        return self

    @property
    def servers(self) -> list[str]:
        """The bootstrap servers, one by one."""
        return _parts(self.bootstrap_servers)

    def ssl_context(self) -> ssl.SSLContext | None:
        """Build the TLS context, or None where the protocol has none. Raises WrongSettingError for unreadable files."""
        if "SSL" not in self.security_protocol.split("_"):
            return None
        try:
            context = ssl.create_default_context(cafile=self.ssl_ca_file)
            if self.ssl_certificate_file is not None:
                context.load_cert_chain(self.ssl_certificate_file, self.ssl_key_file)
        except (OSError, ssl.SSLError) as error:
            raise WrongSettingError(f"CORDON_KAFKA_SSL_...: a file cannot be used ({type(error).__name__})") from None
        return context

    def client_options(self) -> dict[str, Any]:
        """Keyword arguments that every aiokafka client takes."""
        options: dict[str, Any] = {
            "bootstrap_servers": self.servers,
            "security_protocol": self.security_protocol,
            "ssl_context": self.ssl_context(),
        }
        if self.security_protocol.startswith("SASL"):
            assert self.sasl_password is not None  # noqa: S101  (checked at load)
            options |= {
                "sasl_mechanism": self.sasl_mechanism,
                "sasl_plain_username": self.sasl_username,
                "sasl_plain_password": self.sasl_password.get_secret_value(),
            }
        return options


def _parts(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]
