"""Ways out for a digest: a chat room's webhook, and e-mail. What they say holds names and numbers, never a value."""

import asyncio
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from typing import Any, Final, Protocol

from connectors.calls import make_client, send
from connectors.failures import DestinationAway
from gateway.alerts.digest import Group
from schemas import Severity
from streams.settings.alerting import AlertingSettings

MAX_LINES: Final = 20
"""Groups that one message lists; the rest is a number."""


class NotTaken(Exception):
    """The channel did not take the message; the code says why. It is tried again."""


class Channel(Protocol):
    """Somewhere that people look."""

    name: str

    async def tell(self, groups: Sequence[Group]) -> None:
        """Hand one message over. Raises ``NotTaken``."""
        ...


class WebhookChannel:
    """Slack's incoming webhooks, or a Teams workflow.

    Sources: Slack, "Sending messages using incoming webhooks"; Microsoft, "Adaptive Cards in Workflows".
    """

    def __init__(self, url: str, style: str, timeout_seconds: float) -> None:
        self.name = style
        self._url = url
        self._timeout = timeout_seconds

    async def tell(self, groups: Sequence[Group]) -> None:
        """As the protocol says."""
        body = slack_body(groups) if self.name == "slack" else teams_body(groups)
        try:
            async with make_client(self._timeout) as http:
                answer = await send(http, "POST", self._url, json=body)
        except DestinationAway as away:
            raise NotTaken(away.reason) from None
        if not answer.is_success:
            raise NotTaken(str(answer.status_code))


class MailChannel:
    """A mail server."""

    name = "mail"

    def __init__(self, settings: AlertingSettings) -> None:
        self._settings = settings

    async def tell(self, groups: Sequence[Group]) -> None:
        """As the protocol says."""
        try:
            await asyncio.to_thread(self._send, groups)
        except (OSError, smtplib.SMTPException) as error:
            raise NotTaken(type(error).__name__) from None

    def _send(self, groups: Sequence[Group]) -> None:
        settings = self._settings
        message = EmailMessage()
        message["Subject"] = title(groups)
        message["From"] = str(settings.mail_from)
        message["To"] = ", ".join(settings.recipients)
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        message.set_content("\n".join([*lines(groups), "", "Details stand in the console."]))
        context = ssl.create_default_context()
        host, port, seconds = str(settings.smtp_host), settings.smtp_port, settings.timeout_seconds
        with (
            smtplib.SMTP_SSL(host, port, timeout=seconds, context=context)
            if settings.smtp_security == "tls"
            else smtplib.SMTP(host, port, timeout=seconds)
        ) as server:
            if settings.smtp_security == "starttls":
                server.starttls(context=context)
            if settings.smtp_username and settings.smtp_password:
                server.login(settings.smtp_username, settings.smtp_password.get_secret_value())
            server.send_message(message)


def channels_of(settings: AlertingSettings) -> list[Channel]:
    """Those that are set."""
    channels: list[Channel] = []
    if settings.webhook_url is not None:
        channels.append(WebhookChannel(settings.webhook_url, settings.webhook_style, settings.timeout_seconds))
    if settings.smtp_host is not None:
        channels.append(MailChannel(settings))
    return channels


def title(groups: Sequence[Group]) -> str:
    """``Cordon: 14 alerts, critical``."""
    count = sum(group.count for group in groups)
    worst = max((group.severity for group in groups), key=lambda severity: severity.rank, default=Severity.LOW)
    return f"Cordon: {count} alert{'s' if count > 1 else ''}, {worst.lower()}"


def lines(groups: Sequence[Group]) -> list[str]:
    """One a group, as many as a person reads."""
    shown = [group.sentence() for group in groups[:MAX_LINES]]
    rest = sum(group.count for group in groups[MAX_LINES:])
    return [*shown, f"and {rest} more"] if rest else shown


def slack_body(groups: Sequence[Group]) -> dict[str, Any]:
    """Blocks of Slack's mrkdwn, in which three characters have to be escaped."""
    text = "\n".join(f"• {_escaped(line)}" for line in lines(groups))
    header = {"type": "header", "text": {"type": "plain_text", "text": title(groups)}}
    return {
        "text": title(groups),
        "blocks": [header, {"type": "section", "text": {"type": "mrkdwn", "text": text[:2900]}}],
    }


def teams_body(groups: Sequence[Group]) -> dict[str, Any]:
    """An Adaptive Card."""
    worst = max((group.severity.rank for group in groups), default=0)
    colour = "attention" if worst == Severity.CRITICAL.rank else "warning"
    heading = {"type": "TextBlock", "text": title(groups), "weight": "bolder", "size": "medium", "color": colour}
    body = [heading, *({"type": "TextBlock", "text": line, "wrap": True, "spacing": "small"} for line in lines(groups))]
    card = {
        "type": "AdaptiveCard",
        "$schema": "https://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "body": body,
    }
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}],
    }


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
