"""Alerts out to rooms and mailboxes: few messages, none lost, nothing sensitive."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from gateway.alerts.channels import MailChannel, NotTaken, WebhookChannel, channels_of, slack_body, teams_body
from gateway.alerts.digest import Digest, Group
from gateway.alerts.outgoing import Outgoing
from sandbox.process import free_port
from schemas import Alert, Audience, Severity
from streams.settings import WrongSettingError
from streams.settings.alerting import AlertingSettings
from tests.gateway.alerts.alert_parts import alert
from tests.gateway.alerts.conftest import Mailbox

NINE = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def digest_of(*alerts: Alert, per_hour: int = 30) -> Digest:
    digest = Digest(group_seconds=20, per_hour=per_hour)
    for one in alerts:
        digest.add(one, 0.0)
    return digest


def test_alerts_of_a_rule_and_a_queue_are_one_line() -> None:
    digest = digest_of(
        *(alert(f"a{n}", occurred_at=NINE + timedelta(minutes=n), agent_id=("ana", "ben")[n % 2]) for n in range(12)),
        alert("other", queue_id="loans", severity=Severity.HIGH, rule="CPF"),
    )
    assert [group.sentence() for group in digest.due(20.0)] == [
        "12 alerts of CreditCard (critical) in the queue cards, 09:30 to 09:41 UTC; agents ana, ben",
        "1 alert of CPF (high) in the queue loans, 09:30 UTC; agent ana",
    ]


def test_nothing_is_told_before_a_group_has_waited() -> None:
    digest = digest_of(alert())
    assert digest.due(19.0) == []
    assert len(digest.due(20.0)) == 1


def test_too_many_wait_and_are_told_in_one_message() -> None:
    digest = Digest(group_seconds=1, per_hour=2)
    told = 0
    for second in range(3600):
        digest.add(alert(f"a{second}"), float(second))
        if groups := digest.due(float(second)):
            digest.told(groups)
            told += 1
    assert told <= 4
    assert sum(group.count for group in digest.due(10_000.0)) > 0


def test_no_alert_is_forgotten_while_it_waits() -> None:
    digest = Digest(group_seconds=1, per_hour=1)
    counted = 0
    for number in range(5000):
        digest.add(alert(f"a{number}", rule=f"Rule{number % 900}"), float(number))
        if groups := digest.due(float(number)):
            counted += sum(group.count for group in groups)
            digest.told(groups)
    rest = digest.due(1e9)
    assert counted + sum(group.count for group in rest) == 5000
    assert len(rest) <= 505


async def test_supervisors_alerts_that_are_bad_enough_go_out(webhook: tuple[str, list[Any]]) -> None:
    url, received = webhook
    clock = [0.0]
    settings = AlertingSettings(webhook_url=url, group_seconds=1, severity="HIGH")
    outgoing = Outgoing(channels_of(settings), settings, clock=lambda: clock[0])
    outgoing.take(Record(alert("seen", rule="CreditCard")))
    outgoing.take(Record(alert("for-the-agent", audience=Audience.AGENT, rule="CPF"), 1))
    outgoing.take(Record(alert("mild", severity=Severity.MEDIUM, rule="EmailAddress"), 2))
    clock[0] = 2.0
    await outgoing.tell()
    assert outgoing.settled(0, 3) == 3
    (body,) = received
    assert body["text"] == "Cordon: 1 alert, critical"
    assert "CPF" not in str(body)
    assert "EmailAddress" not in str(body)


async def test_what_a_channel_does_not_take_is_told_later(webhook: tuple[str, list[Any]]) -> None:
    url, received = webhook
    clock = [0.0]
    settings = AlertingSettings(webhook_url=f"{url}/broken", group_seconds=1)
    outgoing = Outgoing(channels_of(settings), settings, clock=lambda: clock[0])
    outgoing.take(Record(alert()))
    clock[0] = 2.0
    await outgoing.tell()
    assert outgoing.settled(0, 1) == 0
    assert received == []
    clock[0] = 30.0
    await outgoing.tell()  # the double takes the second attempt
    assert outgoing.settled(0, 1) == 1
    assert len(received) == 1


async def test_a_partition_is_settled_up_to_its_first_alert_that_waits(webhook: tuple[str, list[Any]]) -> None:
    url, received = webhook
    clock = [0.0]
    settings = AlertingSettings(webhook_url=url, group_seconds=10)
    outgoing = Outgoing(channels_of(settings), settings, clock=lambda: clock[0])
    outgoing.take(Record(alert("early"), 5))
    clock[0] = 11.0
    await outgoing.tell()
    outgoing.take(Record(alert("mild", severity=Severity.LOW), 6))
    outgoing.take(Record(alert("late"), 7))
    outgoing.take(Record(alert("later"), 8))
    await outgoing.tell()
    assert [body["text"] for body in received] == ["Cordon: 1 alert, critical"]
    assert outgoing.settled(0, 9) == 7
    assert outgoing.settled(1, 4) == 4  # another partition


async def test_what_comes_again_with_another_connection_counts_once(webhook: tuple[str, list[Any]]) -> None:
    url, received = webhook
    clock = [0.0]
    settings = AlertingSettings(webhook_url=url, group_seconds=1)
    outgoing = Outgoing(channels_of(settings), settings, clock=lambda: clock[0])
    for offset in (0, 1, 0, 1, 2):
        outgoing.take(Record(alert(f"a{offset}"), offset))
    clock[0] = 2.0
    await outgoing.tell()
    assert [body["text"] for body in received] == ["Cordon: 3 alerts, critical"]


async def test_a_mail_reaches_a_real_mail_server(mailbox: Mailbox) -> None:
    await MailChannel(AlertingSettings(**mailbox.settings)).tell(digest_of(alert()).due(20.0))
    (mail,) = mailbox.mails
    assert mail["Subject"] == "Cordon: 1 alert, critical"
    assert mail["To"] == "a@bank.example, b@bank.example"
    assert "1 alert of CreditCard (critical) in the queue cards" in mail.get_content()


async def test_a_mail_server_that_is_away_is_an_error_without_a_text() -> None:
    settings = AlertingSettings(
        smtp_host="127.0.0.1",
        smtp_port=free_port(),
        smtp_security="none",
        mail_from="c@x.example",
        mail_to="a@x.example",
    )
    with pytest.raises(NotTaken, match="ConnectionRefusedError"):
        await MailChannel(settings).tell(digest_of(alert()).due(20.0))


def test_bodies_hold_what_their_receivers_ask_for() -> None:
    group = Group("A<b>&c", None, Severity.CRITICAL, 0.0, NINE, NINE, 1)
    assert "A&lt;b&gt;&amp;c" in slack_body([group])["blocks"][1]["text"]["text"]
    card = teams_body([group])["attachments"][0]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert card["content"]["type"] == "AdaptiveCard"


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"webhook_url": "http://chat.example/x"}, "CORDON_ALERTS_WEBHOOK_URL: is not encrypted"),
        ({"smtp_host": "mail.example"}, "MAIL_FROM"),
        ({"smtp_host": "mail.example", "smtp_security": "none", "mail_from": "a", "mail_to": "b"}, "loopback"),
    ],
)
def test_wrong_settings_stop_the_start(given: dict[str, Any], line: str) -> None:
    with pytest.raises(WrongSettingError, match=line):
        AlertingSettings.load(**given)


class Record:
    topic, partition, timestamp, key, headers = "dlp.alerts", 0, 0, None, ()

    def __init__(self, of: Alert, offset: int = 0) -> None:
        self.value = of.model_dump_json().encode()
        self.offset = offset


async def test_a_webhooks_address_is_in_no_error() -> None:
    channel = WebhookChannel(f"http://127.0.0.1:{free_port()}/secret-part", "slack", 1.0)
    with pytest.raises(NotTaken) as refused:
        await channel.tell(digest_of(alert()).due(20.0))
    assert "secret-part" not in str(refused.value)
    assert isinstance(refused.value.__cause__, type(None) | httpx.HTTPError)
