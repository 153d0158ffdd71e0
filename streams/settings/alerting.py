"""Where alerts go beside the console: a chat room and mailboxes."""

from typing import ClassVar, Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from schemas import Severity
from streams.settings.base import OutsideUrl, SettingsGroup, is_loopback


class AlertingSettings(SettingsGroup):
    """``CORDON_ALERTS_...``: alerts to rooms and mailboxes. Without ``WEBHOOK_URL`` and ``SMTP_HOST`` none is sent."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="CORDON_ALERTS_")

    severity: Severity = Field(default=Severity.HIGH, strict=False)
    """The least bad that is sent out."""
    group_seconds: float = Field(default=20.0, ge=0.1, le=3600)
    """Alerts of one rule and queue within this time are one message."""
    per_hour: int = Field(default=30, ge=1, le=3600)
    """Messages an hour and channel; what comes more often waits and is told in one."""
    webhook_url: OutsideUrl | None = None
    """An incoming webhook of a chat room. Its address is a secret: it is never logged."""
    webhook_style: Literal["slack", "teams"] = "slack"
    """``slack`` for Slack, Mattermost and the like; ``teams`` for a Teams workflow that takes Adaptive Cards."""
    smtp_host: str | None = None
    """The mail server."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    """465 is usual with ``tls``."""
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is encrypted; ``none`` on loopback only."""
    smtp_username: str | None = None
    """Without it Cordon does not sign in at the server."""
    smtp_password: SecretStr | None = None
    """Beside the user's name."""
    mail_from: str | None = None
    """The sender's address."""
    mail_to: str = ""
    """Addresses, separated by commas."""
    timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    """For one request or mail."""

    @property
    def recipients(self) -> list[str]:
        """The addresses, read."""
        return [address.strip() for address in self.mail_to.split(",") if address.strip()]

    @model_validator(mode="after")
    def _mail_is_whole(self) -> "AlertingSettings":
        if self.smtp_host is None:
            return self
        if not self.mail_from or not self.recipients:
            raise ValueError("CORDON_ALERTS_MAIL_FROM and CORDON_ALERTS_MAIL_TO have to be set beside _SMTP_HOST")
        if (self.smtp_username is None) != (self.smtp_password is None):
            raise ValueError("CORDON_ALERTS_SMTP_USERNAME and CORDON_ALERTS_SMTP_PASSWORD go together")
        if self.smtp_security == "none" and not is_loopback(self.smtp_host):
            raise ValueError("CORDON_ALERTS_SMTP_SECURITY: none is accepted to loopback addresses only")
        return self
