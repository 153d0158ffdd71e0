"""AWS KMS as key provider, by its official client. Needs the extra ``aws``."""

import base64
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from vault.errors import VaultUnavailable

_TIMEOUT_SECONDS: Final = 5
_ATTEMPTS: Final = 3


class AwsKeyProvider:
    """Wraps data keys under a KMS key. The context goes along as KMS's encryption context, and into its log.

    Region and credentials come from the environment, as for every AWS client. KMS itself rotates the key's
    material; ``cordon vault rotate`` then wraps the data keys again under the newest.
    """

    def __init__(self, key_id: str, *, endpoint_url: str | None = None, client: Any = None) -> None:
        self._key_id = key_id
        config = Config(
            connect_timeout=_TIMEOUT_SECONDS,
            read_timeout=_TIMEOUT_SECONDS,
            retries={"max_attempts": _ATTEMPTS, "mode": "standard"},
        )
        self._client = client or boto3.client("kms", endpoint_url=endpoint_url, config=config)

    @property
    def name(self) -> str:
        """As the protocol says."""
        return f"aws-kms:{self._key_id}"

    def wrap(self, data_key: bytes, context: bytes) -> bytes:
        """As the protocol says."""
        try:
            answer = self._client.encrypt(
                KeyId=self._key_id, Plaintext=data_key, EncryptionContext=_encryption_context(context)
            )
        except (BotoCoreError, ClientError) as error:
            raise VaultUnavailable(f"the KMS did not wrap a data key: {_code(error)}") from None
        return bytes(answer["CiphertextBlob"])

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """As the protocol says."""
        try:
            answer = self._client.decrypt(
                KeyId=self._key_id, CiphertextBlob=wrapped, EncryptionContext=_encryption_context(context)
            )
        except (BotoCoreError, ClientError) as error:
            raise VaultUnavailable(f"the KMS did not unwrap a data key: {_code(error)}") from None
        return bytes(answer["Plaintext"])


def _encryption_context(context: bytes) -> dict[str, str]:
    return {"cordon": base64.urlsafe_b64encode(context).decode()}


def _code(error: BotoCoreError | ClientError) -> str:
    """The service's error code; never its sentence, which may quote the request."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "unknown"))
    return type(error).__name__
