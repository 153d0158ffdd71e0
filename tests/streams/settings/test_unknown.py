import logging

import pytest

from streams.settings.unknown import unknown, warn_of_unknown


def test_a_typing_error_is_told_with_what_was_meant() -> None:
    assert list(unknown(["CORDON_SPLUNK_TOKN", "CORDON_KAFKA_BOOTSTRAP_SERVER", "CORDON_ZZZ"])) == [
        ("CORDON_KAFKA_BOOTSTRAP_SERVER", "CORDON_KAFKA_BOOTSTRAP_SERVERS"),
        ("CORDON_SPLUNK_TOKN", "CORDON_SPLUNK_TOKEN"),
        ("CORDON_ZZZ", None),
    ]


def test_a_name_that_breaks_off_is_told_with_the_one_setting_that_goes_on() -> None:
    assert list(unknown(["CORDON_VAULT_TTL", "CORDON_KEYRING"])) == [
        ("CORDON_KEYRING", "CORDON_KEYRING_FILE"),
        ("CORDON_VAULT_TTL", "CORDON_VAULT_TTL_SECONDS"),
    ]


def test_where_several_go_on_none_of_them_is_guessed() -> None:
    assert list(unknown(["CORDON_GATEWAY"])) == [("CORDON_GATEWAY", None)]


def test_settings_their_files_and_others_variables_are_no_unknown() -> None:
    known = ["CORDON_SPLUNK_TOKEN", "CORDON_SPLUNK_TOKEN_FILE", "CORDON_KEYRING_FILE", "CORDON_OIDC_AUDIENCE", "PATH"]

    assert not list(unknown(known))


def test_the_warning_holds_no_value(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("CORDON_SPLUNK_TOKN", "s3cret")

    with caplog.at_level(logging.WARNING):
        warn_of_unknown()

    assert "CORDON_SPLUNK_TOKN sets nothing: is CORDON_SPLUNK_TOKEN meant?" in caplog.messages
    assert "s3cret" not in caplog.text
