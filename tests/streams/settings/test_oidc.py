"""Bearer tokens of a provider: taken only where an audience and the provider are named."""

from streams.settings.oidc import OidcBearerSettings
from tests.streams.settings.refusals import refusal


def test_without_an_audience_only_api_keys_are_known() -> None:
    assert OidcBearerSettings.load().audience is None


def test_an_audience_needs_the_provider() -> None:
    reason = "CORDON_OIDC_ISSUER has to be set beside CORDON_OIDC_AUDIENCE"

    assert refusal(OidcBearerSettings, audience="cordon") == reason
