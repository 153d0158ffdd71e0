"""The SIEMs that violations go to: those whose settings are there."""

import ssl
from collections.abc import Callable
from importlib import import_module
from typing import Any

from connectors.elastic import ElasticTarget
from connectors.formats.rfc5424 import SyslogFormat
from connectors.json_file import FileTarget
from connectors.relp import RelpTarget
from connectors.siem import SiemTarget
from connectors.splunk import SplunkTarget
from connectors.syslog import SyslogTarget, Transport
from connectors.webhook import WebhookTarget
from streams.settings import WrongSettingError
from streams.settings.siem import (
    ElasticSettings,
    FileSettings,
    OtlpSettings,
    SentinelSettings,
    SyslogSettings,
    WebhookSettings,
)
from streams.settings.splunk import SplunkSettings
from streams.settings.trust import TrustSettings

TRANSPORTS: dict[str, Transport] = {"tls": "tls", "tcp": "tcp", "udp": "udp"}
"""By the scheme of ``CORDON_SYSLOG_URL``."""


def configured_targets() -> list[SiemTarget]:
    """Make a client for each target that is set. Raises WrongSettingError for one that is set by half."""
    made = (make() for make in TARGETS.values())
    return [target for target in made if target is not None]


def splunk() -> SiemTarget | None:
    """Splunk's HTTP Event Collector."""
    settings = SplunkSettings.load()
    if not settings.url or settings.token is None:
        return None
    return SplunkTarget(
        urls=settings.url,
        token=settings.token.get_secret_value(),
        ack=settings.ack,
        index=settings.index,
        host=settings.host,
        trust=settings.trust(),
        timeout_seconds=settings.timeout_seconds,
        ack_timeout_seconds=settings.ack_timeout_seconds,
    )


def syslog() -> SiemTarget | None:
    """A syslog receiver, over a stream, datagrams or RELP."""
    settings = SyslogSettings.load()
    if settings.url is None:
        return None
    scheme, host, port = settings.place
    form = SyslogFormat(
        settings.format,
        host=settings.host,
        facility=settings.facility,
        enterprise=settings.enterprise_id,
        bom=settings.bom,
    )
    trust = settings.trust() if scheme in {"tls", "relps"} else None
    if scheme.startswith("relp"):
        return RelpTarget(host=host, port=port, form=form, trust=trust, timeout_seconds=settings.timeout_seconds)
    return SyslogTarget(
        host=host,
        port=port,
        form=form,
        transport=TRANSPORTS[scheme],
        trust=trust,
        timeout_seconds=settings.timeout_seconds,
    )


def elastic() -> SiemTarget | None:
    """Elasticsearch or OpenSearch."""
    settings = ElasticSettings.load()
    if settings.url is None:
        return None
    user = settings.username, settings.password
    return ElasticTarget(
        url=settings.url,
        api_key=settings.api_key.get_secret_value() if settings.api_key else None,
        user=(user[0], user[1].get_secret_value()) if user[0] and user[1] else None,
        namespace=settings.namespace,
        trust=settings.trust(),
        timeout_seconds=settings.timeout_seconds,
    )


def sentinel() -> SiemTarget | None:
    """Microsoft Sentinel."""
    settings = SentinelSettings.load()
    if settings.endpoint is None or settings.rule_id is None:
        return None
    target: SiemTarget = _of_extra("sentinel", "SentinelTarget")(
        endpoint=settings.endpoint,
        rule_id=settings.rule_id,
        stream=settings.stream,
        tenant_id=settings.tenant_id,
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value() if settings.client_secret else None,
        authority=settings.login_url,
        ca_file=settings.ca_file,
        timeout_seconds=settings.timeout_seconds,
    )
    return target


def otlp() -> SiemTarget | None:
    """A collector that speaks OTLP."""
    settings = OtlpSettings.load()
    if settings.url is None:
        return None
    target: SiemTarget = _of_extra("otlp", "OtlpTarget")(
        url=settings.url,
        headers=settings.headers,
        trust=settings.trust(),
        timeout_seconds=settings.timeout_seconds,
    )
    return target


def webhook() -> SiemTarget | None:
    """A receiver of signed JSON."""
    settings = WebhookSettings.load()
    if settings.url is None or settings.secret is None:
        return None
    return WebhookTarget(
        url=settings.url,
        secret=settings.secret.get_secret_value().encode(),
        form=settings.format,
        headers=settings.headers,
        trust=settings.trust(),
        timeout_seconds=settings.timeout_seconds,
    )


def file() -> SiemTarget | None:
    """A file for a collector."""
    settings = FileSettings.load()
    if settings.path is None:
        return None
    return FileTarget(path=settings.path, form=settings.format, max_bytes=settings.max_bytes, keep=settings.keep)


def _of_extra(extra: str, target: str) -> Any:
    """A target whose libraries not everybody needs."""
    try:
        return getattr(import_module(f"connectors.{extra}"), target)
    except ModuleNotFoundError:
        raise WrongSettingError(
            f"CORDON_{extra.upper()}_...: its libraries are missing: pip install 'cordon[{extra}]'"
        ) from None


TARGETS: dict[str, Callable[[], SiemTarget | None]] = {
    "splunk": splunk,
    "sentinel": sentinel,
    "elastic": elastic,
    "syslog": syslog,
    "otlp": otlp,
    "webhook": webhook,
    "file": file,
}
"""How each target is made from its settings; None where it is not set."""


def trust_of(name: str) -> ssl.SSLContext | None:
    """The TLS context of a target, as its settings say; None where it is reached without TLS."""
    settings = TRUST.get(name)
    if settings is not None:
        loaded = settings.load()
        first = loaded.url[0] if isinstance(loaded, SplunkSettings) and loaded.url else getattr(loaded, "url", None)
        return loaded.trust() if str(first).startswith(("https", "tls", "relps")) else None
    return ssl.create_default_context(cafile=SentinelSettings.load().ca_file) if name == "sentinel" else None


TRUST: dict[str, type[TrustSettings]] = {
    "splunk": SplunkSettings,
    "elastic": ElasticSettings,
    "syslog": SyslogSettings,
    "otlp": OtlpSettings,
    "webhook": WebhookSettings,
}
