"""A certificate authority of this machine's own, for the TLS of the local world. Valid for a week."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LIFE: Final = timedelta(days=7)


class Authority:
    """Makes itself, writes its certificate to a file, and issues others."""

    def __init__(self, ca_file: Path, *, name: str = "local authority") -> None:
        self.ca_file = ca_file
        self._name = name
        self._key = ec.generate_private_key(ec.SECP256R1())
        ca_file.write_bytes(_pem(_certificate(name, self._key, self._key, issuer=name)))

    def issue(self, subject: str, file: Path) -> Path:
        """Write a key and its certificate, for ``subject``, localhost and 127.0.0.1, into one PEM file."""
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.touch(mode=0o600)
        file.write_bytes(private + _pem(_certificate(subject, key, self._key, issuer=self._name)))
        return file


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


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
        .not_valid_after(now + LIFE)
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
