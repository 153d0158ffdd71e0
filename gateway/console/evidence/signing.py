"""Signs the report as PDF readers verify it (PAdES, ETSI EN 319 142): whoever changes a byte is found out.

The key is the organisation's where one is set. Else it is derived from the keyring, so that every gateway of a
deployment signs as the same, and its certificate is signed by itself: readers then say that the signature is valid and
its signer unknown, and the fingerprint on the report's last page is to be compared.
"""

import io
from datetime import UTC, datetime, timedelta
from typing import Final

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from streams.settings import WrongSettingError
from streams.settings.console import ConsoleSettings
from vault.keyring import Keyring

BEGIN: Final = datetime(2020, 1, 1, tzinfo=UTC)
YEARS: Final = 30
_P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Signer:
    """Holds the key, and signs."""

    def __init__(self, key: bytes, certificate: x509.Certificate, chain: list[x509.Certificate]) -> None:
        self.certificate = certificate
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # typed but for its constructor
        store.register_multiple(_asn1(one) for one in chain)
        self._signer = signers.SimpleSigner(
            signing_cert=_asn1(certificate), signing_key=asn1_keys.PrivateKeyInfo.load(key), cert_registry=store
        )

    @classmethod
    def load(cls, settings: ConsoleSettings, keyring: Keyring) -> "Signer":
        """The organisation's key, or the keyring's. Raises ``WrongSettingError``."""
        if settings.signing_key_file is None or settings.signing_certificate_file is None:
            key = _derived(keyring)
            return cls(_pkcs8(key), _own_certificate(key, settings.organisation), [])
        try:
            loaded = load_pem_private_key(settings.signing_key_file.read_bytes(), None)
            chain = x509.load_pem_x509_certificates(settings.signing_certificate_file.read_bytes())
            pkcs8 = loaded.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        except (OSError, ValueError, TypeError) as error:
            raise WrongSettingError(
                f"CORDON_CONSOLE_SIGNING_...: a file cannot be used ({type(error).__name__})"
            ) from None
        if loaded.public_key() != chain[0].public_key():
            raise WrongSettingError("CORDON_CONSOLE_SIGNING_...: the key is not the certificate's")
        return cls(pkcs8, chain[0], chain[1:])

    @property
    def asn1_certificate(self) -> asn1_x509.Certificate:
        """As validators take it."""
        return _asn1(self.certificate)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate's public key, to be compared by people."""
        der = self.certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        digest = hashes.Hash(hashes.SHA256())
        digest.update(der)
        text = digest.finalize().hex().upper()
        return " ".join(text[place : place + 4] for place in range(0, len(text), 4))

    def sign(self, pdf: bytes) -> bytes:
        """The PDF with a signature over all of it."""
        metadata = signers.PdfSignatureMetadata(
            field_name="Cordon", reason="Evidence report", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
        )
        signed = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), metadata, signer=self._signer)
        return bytes(signed.getvalue())


def _derived(keyring: Keyring) -> ec.EllipticCurvePrivateKey:
    material = keyring.derive("console.evidence") + keyring.derive("console.evidence.more")
    return ec.derive_private_key(int.from_bytes(material) % (_P256_ORDER - 1) + 1, ec.SECP256R1())


def _own_certificate(key: ec.EllipticCurvePrivateKey, organisation: str) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, "Cordon evidence reports"),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(int.from_bytes(x509.SubjectKeyIdentifier.from_public_key(public).digest[:8]) or 1)
        .not_valid_before(BEGIN)
        .not_valid_after(BEGIN + timedelta(days=YEARS * 365))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


def _pkcs8(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
