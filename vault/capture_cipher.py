"""How a browser hands over a form: ECDH on P-256, HKDF-SHA256, AES-256-GCM, as WebCrypto has them.

Each capture has a key pair of its own. The browser makes one too, derives the key of this one form from both and
from the link's secret, and sends its public key, a nonce and the ciphertext. Every browser since 2017 can do it.
"""

import base64
import binascii
import json
import os
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

MAX_FORM_BYTES: Final = 16_384
_INFO: Final = b"cordon capture 1"
_CURVE: Final = ec.SECP256R1()


class BrokenForm(ValueError):
    """The form does not open, or is not what was asked for. Quotes nothing."""


@dataclass(frozen=True, slots=True)
class SealedForm:
    """What the browser sends, each in base64."""

    public_key: str
    nonce: str
    ciphertext: str


def new_private_key() -> bytes:
    """A key pair for one capture, in DER."""
    return ec.generate_private_key(_CURVE).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def public_key_of(private_key: bytes) -> str:
    """Its public half, as WebCrypto imports it raw: base64 of an uncompressed point."""
    public = _loaded(private_key).public_key()
    return base64.b64encode(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).decode()


def open_form(private_key: bytes, form: SealedForm, capture_id: str, secret_hash: bytes) -> dict[str, str]:
    """The fields and their values. Raises ``BrokenForm``."""
    if len(form.ciphertext) > MAX_FORM_BYTES:
        raise BrokenForm("too large")
    try:
        point = base64.b64decode(form.public_key, validate=True)
        peer = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
        shared = _loaded(private_key).exchange(ec.ECDH(), peer)
        key = HKDF(algorithm=SHA256(), length=32, salt=secret_hash, info=_INFO).derive(shared)
        nonce = base64.b64decode(form.nonce, validate=True)
        ciphertext = base64.b64decode(form.ciphertext, validate=True)
        fields = json.loads(AESGCM(key).decrypt(nonce, ciphertext, capture_id.encode()))
    except (binascii.Error, InvalidTag, ValueError, OverflowError, RecursionError):
        raise BrokenForm("does not open") from None
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise BrokenForm("not a form")
    return fields


def seal_form(public_key: str, fields: dict[str, str], capture_id: str, secret_hash: bytes) -> SealedForm:
    """What the page does, for clients other than a browser."""
    mine = ec.generate_private_key(_CURVE)
    peer = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, base64.b64decode(public_key))
    key = HKDF(algorithm=SHA256(), length=32, salt=secret_hash, info=_INFO).derive(mine.exchange(ec.ECDH(), peer))
    nonce = os.urandom(12)
    ciphertext = AESGCM(key).encrypt(nonce, json.dumps(fields).encode(), capture_id.encode())
    point = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return SealedForm(*(base64.b64encode(part).decode() for part in (point, nonce, ciphertext)))


def _loaded(private_key: bytes) -> ec.EllipticCurvePrivateKey:
    key = load_der_private_key(private_key, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise BrokenForm("not our key")
    return key
