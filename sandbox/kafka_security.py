"""Listeners with TLS and SCRAM for the local broker: certificates and a user of its own, made on the spot."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from sandbox.authority import Authority
from sandbox.process import free_port

USER = "cordon"
MECHANISM = "SCRAM-SHA-512"
_SCRAM = "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config"


@dataclass(frozen=True, slots=True)
class BrokerSecurity:
    """What a broker needs to encrypt and authenticate, and what its clients need to know."""

    folder: Path
    password: str
    ports: dict[str, int] = field(default_factory=lambda: {"SSL": free_port(), "SASL_SSL": free_port()})

    @classmethod
    def create(cls, folder: Path, *, password: str) -> Self:
        """Make an authority and the broker's certificate for 127.0.0.1 in the folder, valid for a week."""
        folder.mkdir(parents=True, exist_ok=True)
        Authority(folder / "ca.pem").issue("127.0.0.1", folder / "broker.pem")
        return cls(folder, password)

    @property
    def properties(self) -> dict[str, str]:
        """The broker's settings."""
        return {
            "sasl.enabled.mechanisms": MECHANISM,
            _SCRAM: "org.apache.kafka.common.security.scram.ScramLoginModule required;",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self.folder / "broker.pem"),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.folder / "ca.pem"),
        }

    @property
    def format_arguments(self) -> list[str]:
        """Tell the storage tool to know the user from the start."""
        return ["--add-scram", f"{MECHANISM}=[name={USER},password={self.password}]"]

    def settings(self, protocol: str) -> dict[str, str]:
        """Cordon's settings for ``SSL`` or ``SASL_SSL``."""
        settings = {
            "CORDON_KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{self.ports[protocol]}",
            "CORDON_KAFKA_SECURITY_PROTOCOL": protocol,
            "CORDON_KAFKA_SSL_CA_FILE": str(self.folder / "ca.pem"),
        }
        if protocol == "SASL_SSL":
            settings |= {
                "CORDON_KAFKA_SASL_MECHANISM": MECHANISM,
                "CORDON_KAFKA_SASL_USERNAME": USER,
                "CORDON_KAFKA_SASL_PASSWORD": self.password,
            }
        return settings
