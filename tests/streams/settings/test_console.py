"""What people see: how they sign in, what they may do, and who signs the evidence."""

from pathlib import Path

import pytest

from streams.settings.console import ConsoleSettings, OidcSignInSettings, WidgetSettings
from tests.streams.settings.refusals import refusal


@pytest.mark.parametrize("given", ["signing_key_file", "signing_certificate_file"])
def test_the_key_that_signs_evidence_and_its_certificate_go_together(tmp_path: Path, given: str) -> None:
    reason = "CORDON_CONSOLE_SIGNING_KEY_FILE and _SIGNING_CERTIFICATE_FILE have to be set together"

    assert refusal(ConsoleSettings, **{given: tmp_path / "x.pem"}) == reason


def test_roles_are_what_a_providers_claim_means_here() -> None:
    roles = OidcSignInSettings.load(roles="dlp-admins=admin, leads = supervisor,").roles_by_value

    assert roles == {"dlp-admins": "admin", "leads": "supervisor"}


@pytest.mark.parametrize("roles", ["leads=boss", "leads", "leads=admin,others=Admin"])
def test_a_role_that_there_is_not_stops_the_start(roles: str) -> None:
    reason = "gives a role that there is not; there are agent, supervisor, compliance, admin"

    assert refusal(OidcSignInSettings, roles=roles) == f"CORDON_OIDC_ROLES: {reason}"


def test_who_signs_in_by_a_provider_needs_its_name() -> None:
    reason = "CORDON_OIDC_ISSUER has to be set beside CORDON_OIDC_CLIENT_ID"

    assert refusal(OidcSignInSettings, client_id="cordon") == reason


@pytest.mark.parametrize("way", ["gateways", "", "propose genesys"])
def test_the_widget_sends_by_one_of_three_ways(way: str) -> None:
    assert refusal(WidgetSettings, sends_by=way).startswith("CORDON_WIDGET_SENDS_BY: string should match pattern")
