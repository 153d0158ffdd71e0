"""Makes a capture's link and, where asked, sends it to the customer as a message of the conversation."""

from dataclasses import replace

from fastapi import Request

from gateway.messages import accept
from gateway.parts import parts_of
from gateway.vault_desk import VaultDesk, vault_errors
from schemas.vault import SendTo
from streams.producer import BrokerUnavailable
from vault.capture_messages import link_message
from vault.capture_states import CaptureLink, CustomerAddress, NewCapture
from vault.requests import Access


async def make_link(
    new: NewCapture, access: Access, request: Request, desk: VaultDesk, send_to: SendTo | None = None
) -> tuple[CaptureLink, str]:
    """A capture and its address. A link that cannot be sent is cancelled, and ``BrokerUnavailable`` is raised."""
    if send_to is not None and new.note_to is None:
        new = replace(new, note_to=address_of(send_to))
    with vault_errors():
        link = await desk.captures.create(new, access)
    url = link.url(desk.settings.capture_base_url or str(request.base_url))
    desk.metrics.count("dlp_captures_total", state="open")
    if send_to is None:
        return link, url
    message = link_message(new, link, url, address_of(send_to))
    try:
        await accept(message, parts_of(request).producer, parts_of(request).codec)
    except BrokerUnavailable:
        with vault_errors():
            await desk.captures.cancel(link.capture_id, access)
        raise
    return link, url


def address_of(given: SendTo) -> CustomerAddress:
    """The customer's address as captures keep it."""
    return CustomerAddress(channel=given.channel, customer=given.recipient, ours=given.sender)
