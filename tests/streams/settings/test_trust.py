"""Who vouches for a receiver, and who Cordon is to it."""

import ssl
from pathlib import Path

import pytest

from streams.settings import WrongSettingError
from streams.settings.splunk import SplunkSettings
from tests.streams.settings.refusals import refusal


def test_the_name_is_checked_and_old_tls_refused() -> None:
    context = SplunkSettings.load().trust()

    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_a_key_needs_a_certificate(tmp_path: Path) -> None:
    reason = "CORDON_SPLUNK_CERTIFICATE_FILE has to be set beside CORDON_SPLUNK_KEY_FILE"

    assert refusal(SplunkSettings, key_file=tmp_path / "key.pem") == reason


@pytest.mark.parametrize("content", [None, b"no certificate"])
@pytest.mark.parametrize("setting", ["ca_file", "certificate_file"])
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, setting: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "x.pem").write_bytes(content)

    with pytest.raises(WrongSettingError, match=rf"^CORDON_SPLUNK_{setting.upper()}: cannot be used \(\w+\)$"):
        SplunkSettings.load(**{setting: tmp_path / "x.pem"}).trust()
