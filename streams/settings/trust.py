"""Which authorities vouch for a receiver, and who Cordon is to it: the same three settings for each."""

import ssl
from pathlib import Path

from pydantic import model_validator

from streams.settings.base import SettingsGroup, WrongSettingError


class TrustSettings(SettingsGroup):
    """The base of the groups whose receiver is reached by TLS."""

    ca_file: Path | None = None
    """Authorities that vouch for the receiver, in PEM; without it the system's."""
    certificate_file: Path | None = None
    """The client's certificate chain in PEM, for mutual TLS."""
    key_file: Path | None = None
    """The client's key in PEM; without it the key stands in the certificate's file."""

    @model_validator(mode="after")
    def _key_has_certificate(self) -> "TrustSettings":
        if self.key_file is not None and self.certificate_file is None:
            prefix = str(self.model_config.get("env_prefix"))
            raise ValueError(f"{prefix}CERTIFICATE_FILE has to be set beside {prefix}KEY_FILE")
        return self

    def trust(self) -> ssl.SSLContext:
        """Build the TLS context: the name is checked, TLS 1.2 is the least. Raises WrongSettingError."""
        name = f"{self.model_config.get('env_prefix')}CA_FILE"
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
            if self.certificate_file is not None:
                name = f"{self.model_config.get('env_prefix')}CERTIFICATE_FILE"
                context.load_cert_chain(self.certificate_file, self.key_file)
        except (OSError, ssl.SSLError) as error:
            raise WrongSettingError(f"{name}: cannot be used ({type(error).__name__})") from None
        return context
