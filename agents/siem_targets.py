"""The SIEMs that violations go to: those whose settings are there."""

from connectors.siem import SiemTarget
from connectors.splunk import SplunkTarget
from streams.settings.splunk import SplunkSettings


def configured_targets() -> list[SiemTarget]:
    """Make a client for each target that is set. Raises WrongSettingError for one that is set by half."""
    made: tuple[SiemTarget | None, ...] = (splunk_target(SplunkSettings.load()),)
    return [target for target in made if target is not None]


def splunk_target(settings: SplunkSettings) -> SplunkTarget | None:
    """Splunk's HTTP Event Collector; None where it is not set."""
    if not settings.url or settings.token is None:
        return None
    return SplunkTarget(
        urls=settings.url,
        token=settings.token.get_secret_value(),
        ack=settings.ack,
        index=settings.index,
        host=settings.host,
        verify=settings.trust(),
        timeout_seconds=settings.timeout_seconds,
        ack_timeout_seconds=settings.ack_timeout_seconds,
    )
