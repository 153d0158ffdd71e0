"""Listeners with TLS and SCRAM for the local broker: certificates and a user of its own, made on the spot."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sandbox.process import free_port

USER = "cordon"
MECHANISM = "SCRAM-SHA-512"
_SCRAM = "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config"
_LIFE = timedelta(days=7)


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
        authority_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        authority = _certificate("local authority", authority_key, authority_key, issuer="local authority")
        server = _certificate("127.0.0.1", server_key, authority_key, issuer="local authority")
        (folder / "ca.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
        key = server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        broker = folder / "broker.pem"
        broker.touch(mode=0o600)
        broker.write_bytes(key + server.public_bytes(serialization.Encoding.PEM))
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


def _certificate(
    subject: str, key: ec.EllipticCurvePrivateKey, signer: ec.EllipticCurvePrivateKey, *, issuer: str
) -> x509.Certificate:
    now = datetime.now(UTC)
    is_authority = subject == issuer
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + _LIFE)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if not is_authority:
        names = [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
