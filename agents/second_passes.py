"""The detector of the second pass that the settings name."""

from connectors.presidio import PresidioDetector
from schemas.second_pass import SecondPass
from streams.settings.base import WrongSettingError
from streams.settings.second_pass import SecondPassSettings


def configured_second_pass() -> SecondPass | None:
    """Make the detector, if one is set. Raises WrongSettingError where what it needs is not installed."""
    settings = SecondPassSettings.load()
    if settings.detector is None:
        return None
    missing = PresidioDetector.missing(settings.model)
    if missing is not None:
        raise WrongSettingError(
            f"CORDON_SECOND_PASS_DETECTOR: {missing} is not installed; pip install 'cordon[presidio]'"
        )
    return PresidioDetector(model=settings.model, timeout_seconds=settings.timeout_seconds)
