"""Why a target does not take records, in one line that says what to do. For people, after a failed attempt."""

import asyncio
import re
import socket
import ssl
from typing import Final
from urllib.parse import urlsplit

PORTS: Final = {"https": 443, "http": 80}
CONNECT_SECONDS: Final = 5.0

ADVICE: Final = (
    (r"hec_1$|hec_22$", "the token is disabled: enable it under Settings > Data inputs > HTTP Event Collector"),
    (r"hec_[234]$|hec_21$", "the token is not known there: check CORDON_SPLUNK_TOKEN"),
    (r"hec_7$", "the index does not exist, or the token may not write to it: check CORDON_SPLUNK_INDEX and the token"),
    (r"hec_10$", "the token wants acknowledgement: set CORDON_SPLUNK_ACK=auto"),
    (r"hec_14$|ack_disabled$", "the token has no indexer acknowledgement: set CORDON_SPLUNK_ACK=auto"),
    (r"hec_(9|18|19|20|23)$", "its queues are full or it is shutting down: look at the indexers"),
    (r"ack_timeout$", "events are taken but not acknowledged as indexed: look at the indexers"),
    (r"http_401$", "who we are is not accepted: check the credentials"),
    (r"http_403$", "we are known, but may not write there: check the role or the permission"),
    (r"http_404$|http_405$|http_410$", "there is no such receiver at that address: check the URL, without a path"),
    (r"http_407$", "a proxy stands between and wants a login"),
    (r"http_413$|too_big$", "it takes only smaller requests than one record: raise its limit"),
    (r"http_429$", "it asks for fewer requests: wait, or raise its quota"),
    (r"http_3\d\d$", "the address redirects: set the address it leads to"),
    (r"http_5\d\d$", "it is in trouble itself, or a proxy before it is: look there"),
    (r"certificate_not_trusted$", "nobody we trust vouches for its certificate: set ..._CA_FILE to the authority's"),
    (r"closed_by_peer$|ConnectionResetError$", "it closed the connection: does it want a client certificate, or TLS?"),
    (r"relp_open", "it does not speak RELP on that port"),
    (r"EACCES$|EPERM$", "we may not write there: check the folder's owner"),
    (r"ENOSPC$", "the disk is full"),
)
"""What to do, by the reason that a connector gives."""


def advice_for(reason: str) -> str | None:
    """What to do about a reason; None for an unknown one."""
    return next((advice for pattern, advice in ADVICE if re.search(pattern, reason)), None)


async def look_at(address: str, trust: ssl.SSLContext | None) -> str | None:
    """What is wrong on the way to an address: its name, its port, its certificate. None where all is well."""
    parts = urlsplit(address.split(" ", 1)[0])
    if parts.hostname is None:
        return None
    port = parts.port or PORTS.get(parts.scheme, 0)
    try:
        await asyncio.get_running_loop().getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError:
        return f"the name {parts.hostname} is not known to DNS here: check the address and the resolver"
    return None if parts.scheme == "udp" else await _connect(parts.hostname, port, trust)


async def _connect(host: str, port: int, trust: ssl.SSLContext | None) -> str | None:
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(host, port, ssl=trust)
    except ssl.SSLCertVerificationError as error:
        return _certificate(error.verify_message)
    except ssl.SSLError:
        return f"port {port} does not speak TLS as we do: is it the right port, and is TLS 1.2 allowed?"
    except TimeoutError:
        return f"port {port} does not answer: a firewall on the way?"
    except OSError:
        return f"port {port} is closed: is the receiver running, and is this its port?"
    writer.transport.abort()
    return None


def _certificate(message: str) -> str:
    if "not yet valid" in message:
        return "its certificate is not valid yet: check this host's clock"
    if "expired" in message:
        return "its certificate has expired: check this host's clock, then renew the certificate"
    if "mismatch" in message or "not valid for" in message:
        return "its certificate is for another name: use the name in the certificate"
    return "nobody we trust vouches for its certificate: set ..._CA_FILE to the authority's"
