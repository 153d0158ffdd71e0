"""Where alerts go beside the console: a chat room, mailboxes, or nowhere."""

from typing import Any

import pytest

from schemas import Severity
from streams.settings.alerting import AlertingSettings
from tests.streams.settings.refusals import refusal

MAIL = {"smtp_host": "mail.example", "mail_from": "dlp@example.com", "mail_to": "a@example.com, b@example.com,"}


def test_without_an_address_they_stay_in_the_console() -> None:
    settings = AlertingSettings.load()

    assert (settings.webhook_url, settings.smtp_host, settings.severity) == (None, None, Severity.HIGH)


def test_mail_may_go_to_several() -> None:
    assert AlertingSettings.load(**MAIL).recipients == ["a@example.com", "b@example.com"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"mail_from": ""}, "CORDON_ALERTS_MAIL_FROM and CORDON_ALERTS_MAIL_TO have to be set beside _SMTP_HOST"),
        ({"mail_to": " ,"}, "CORDON_ALERTS_MAIL_FROM and CORDON_ALERTS_MAIL_TO have to be set beside _SMTP_HOST"),
        ({"smtp_username": "u"}, "CORDON_ALERTS_SMTP_USERNAME and CORDON_ALERTS_SMTP_PASSWORD go together"),
        ({"smtp_password": "s3cret"}, "CORDON_ALERTS_SMTP_USERNAME and CORDON_ALERTS_SMTP_PASSWORD go together"),
        ({"smtp_security": "none"}, "CORDON_ALERTS_SMTP_SECURITY: none is accepted to loopback addresses only"),
    ],
)
def test_mail_that_is_half_set_or_in_clear_stops_the_start(given: dict[str, Any], reason: str) -> None:
    assert refusal(AlertingSettings, **{**MAIL, **given}) == reason


def test_mail_within_this_machine_may_be_in_clear() -> None:
    settings = AlertingSettings.load(**{**MAIL, "smtp_host": "localhost", "smtp_security": "none"})

    assert settings.smtp_security == "none"


@pytest.mark.parametrize("severity", ["high", "WORST"])
def test_the_least_severity_is_one_of_four(severity: str) -> None:
    assert refusal(AlertingSettings, severity=severity).startswith("CORDON_ALERTS_SEVERITY: input should be 'CRITICAL'")
