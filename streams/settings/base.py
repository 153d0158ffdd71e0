"""Settings from the environment: one class a group, loaded and checked before anything starts.

Variables are named ``CORDON_<GROUP>_<FIELD>``. Every field that holds a secret can come from a file instead, by the
same name with ``_FILE`` at its end. A wrong setting is one clear line that names the variable and never quotes its
value.
"""

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict


class WrongSettingError(ValueError):
    """A setting is missing or wrong. The message is the line to print; nothing has been started."""


def parts_of(address: str) -> SplitResult:
    """An address in its parts. Raises ValueError, which quotes nothing of it: the standard library's does."""
    try:
        parts = urlsplit(address)
    except ValueError:
        raise ValueError("is no address") from None
    try:
        _ = parts.port
    except ValueError:
        raise ValueError("has a port that is none") from None
    return parts


def _outside_url(value: str) -> str:
    parts = parts_of(value)
    if parts.scheme not in {"http", "https", "ws", "wss"} or not parts.hostname:
        raise ValueError("has to be an address such as https://host")
    if parts.scheme in {"http", "ws"} and not is_loopback(parts.hostname):
        raise ValueError("is not encrypted: plain http is accepted to loopback addresses only")
    return value.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host name or address stays on this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.path or parts.query or parts.fragment:
        raise ValueError("has to be a base address, without a path")
    return value


OutsideUrl = Annotated[str, AfterValidator(_outside_url)]
"""The address of an outside system, without a slash at its end. Encrypted, or on loopback."""
BaseUrl = Annotated[OutsideUrl, AfterValidator(_base_url)]
"""One to which paths are added: it has none of its own."""


class _SecretFiles(PydanticBaseSettingsSource):
    """Reads ``NAME_FILE`` where ``NAME`` is not set: how orchestrators hand over secrets."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002  (the base class's signature)
        """Return the file's content without the line break at its end."""
        name = f"{self.config.get('env_prefix', '')}{field_name}".upper()
        path = os.environ.get(f"{name}_FILE")
        if not path or os.environ.get(name):
            return None, field_name, False
        try:
            content = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise WrongSettingError(f"{name}_FILE: the file cannot be read ({type(error).__name__})") from None
        if not content:
            raise WrongSettingError(f"{name}_FILE: the file is empty")
        return content, field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {}
        for name, field in self.settings_cls.model_fields.items():
            if name.endswith("_file"):
                continue  # the setting itself is a path
            value, key, _ = self.get_field_value(field, name)
            if value is not None:
                found[key] = value
        return found


class SettingsGroup(BaseSettings):
    """The base of every group: frozen, and deaf to the variables of other groups."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="CORDON_",
        env_ignore_empty=True,
        allow_inf_nan=False,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (no hidden files: settings stand in the environment)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (ours names each file)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What the caller passes wins over the environment, and that over secret files."""
        return init_settings, env_settings, _SecretFiles(settings_cls)

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Read and check the group. Raises WrongSettingError with one line for the first thing that is wrong."""
        try:
            return cls(**given)
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
            field = str(problem["loc"][0]) if problem["loc"] else ""
            prefix = str(cls.model_config.get("env_prefix", ""))
            reason = "is not set" if problem["type"] == "missing" else _sentence(problem["msg"])
            raise WrongSettingError(f"{(prefix + field).upper()}: {reason}" if field else reason) from None

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__


def _sentence(message: str) -> str:
    text = message.removeprefix("Value error, ")
    return text if text.startswith("CORDON_") else text[:1].lower() + text[1:]
