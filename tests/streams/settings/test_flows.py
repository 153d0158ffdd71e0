"""WhatsApp Flows: closed without a key, and never open to what is not signed."""

from pathlib import Path

from streams.settings.flows import FlowsSettings
from tests.streams.settings.refusals import refusal


def test_without_a_key_there_is_no_endpoint() -> None:
    assert FlowsSettings.load().flows_private_key_file is None


def test_with_one_signatures_have_to_be_checked(tmp_path: Path) -> None:
    key = tmp_path / "flows.pem"
    reason = "CORDON_WHATSAPP_APP_SECRET has to be set: Flows are accepted signed only"

    assert refusal(FlowsSettings, flows_private_key_file=key) == reason
    assert FlowsSettings.load(flows_private_key_file=key, app_secret="s").flows_private_key_file == key
