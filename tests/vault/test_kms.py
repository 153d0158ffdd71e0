import base64
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from vault.errors import VaultUnavailable
from vault.keyring import Keyring
from vault.kms import AwsKeyProvider
from vault.requests import Access, TokenRequest, View
from vault.vault import Vault


class KmsDouble:
    """Keeps to the shapes of the KMS API: bytes in, bytes out, bound to key and encryption context."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.error: Exception | None = None

    def encrypt(self, *, KeyId: str, Plaintext: bytes, EncryptionContext: dict[str, str]) -> dict[str, Any]:  # noqa: N803  (as the service names them)
        self._answer("encrypt")
        assert all(isinstance(value, str) for value in EncryptionContext.values())
        blob = base64.b64encode(repr((KeyId, sorted(EncryptionContext.items()), Plaintext.hex())).encode())
        return {"CiphertextBlob": blob, "KeyId": KeyId}

    def decrypt(self, *, KeyId: str, CiphertextBlob: bytes, EncryptionContext: dict[str, str]) -> dict[str, Any]:  # noqa: N803  (as the service names them)
        self._answer("decrypt")
        key_id, context, plaintext = eval(base64.b64decode(CiphertextBlob))
        if (key_id, context) != (KeyId, sorted(EncryptionContext.items())):
            raise ClientError({"Error": {"Code": "InvalidCiphertextException", "Message": "s3cret"}}, "Decrypt")
        return {"Plaintext": bytes.fromhex(plaintext), "KeyId": KeyId}

    def _answer(self, call: str) -> None:
        self.calls.append(call)
        if self.error:
            raise self.error


async def test_data_keys_live_under_the_kms_key_and_a_value_costs_no_call(sqlite_url: str, keyring: Keyring) -> None:
    kms = KmsDouble()
    vault = await Vault.open(sqlite_url, keyring, provider=AwsKeyProvider("alias/cordon", client=kms))
    reader = Access(actor="a", reason="r")

    issued = [await vault.tokenize(TokenRequest(entity="policy_number", value=f"PN-{n:07}"), reader) for n in range(5)]

    assert [(await vault.reveal(one.token, View.PLAIN, reader)).value for one in issued][4] == "PN-0000004"
    assert kms.calls == ["encrypt", "decrypt"]
    await vault.rotate(reader)
    assert (await vault.reveal(issued[0].token, View.PLAIN, reader)).value == "PN-0000000"
    await vault.close()


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://kms.invalid"),
        ClientError({"Error": {"Code": "AccessDeniedException", "Message": "s3cret"}}, "Encrypt"),
    ],
)
async def test_a_kms_that_refuses_or_is_away_makes_the_vault_unavailable(
    sqlite_url: str, keyring: Keyring, error: Exception
) -> None:
    kms = KmsDouble()
    kms.error = error
    vault = await Vault.open(sqlite_url, keyring, provider=AwsKeyProvider("alias/cordon", client=kms))

    with pytest.raises(VaultUnavailable) as caught:
        await vault.tokenize(TokenRequest(entity="policy_number", value="PN-0000001"), Access(actor="a"))

    assert "s3cret" not in str(caught.value)
    await vault.close()


def test_a_wrapped_key_does_not_unwrap_in_another_context() -> None:
    provider = AwsKeyProvider("alias/cordon", client=KmsDouble())

    with pytest.raises(VaultUnavailable, match="InvalidCiphertextException"):
        provider.unwrap(provider.wrap(b"k" * 32, b"tenant-a"), b"tenant-b")
