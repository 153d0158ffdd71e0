"""``POST /whatsapp/flows``: the data endpoint of a WhatsApp Flow that collects values outside the chat.

The Flow's token names a capture. What the customer types reaches this endpoint encrypted, goes into the vault, and
only tokens stand in the answer that WhatsApp passes on to the conversation.
"""

import json
import logging
from typing import Annotated, Any, Final

from fastapi import APIRouter, BackgroundTasks, Depends, HTTPException, Request, Response

from gateway.bodies import bounded
from gateway.data_actions_verifiers import is_right
from gateway.flow_json import SCREEN, screen_data
from gateway.flows_cipher import FlowCipher, FlowRequest, UndecryptableFlow
from gateway.parts import parts_of
from gateway.signatures import HEADER, is_signed_by_meta
from gateway.vault_desk import VaultDesk, desk_of, vault_errors
from streams.settings import WrongSettingError
from streams.settings.flows import FlowsSettings
from vault.capture_states import CaptureClosed, CaptureStep, FlowForm
from vault.capture_words import words_of
from vault.errors import RefusedValue

MAX_BODY_BYTES: Final = 64 * 1024
UNDECRYPTABLE, CLOSED_TOKEN, WRONG_SIGNATURE = 421, 427, 432
"""Statuses that WhatsApp's client understands: fetch the key anew, close the Flow, give up."""

router = APIRouter(tags=["whatsapp"])
log = logging.getLogger(__name__)


class FlowEndpoint:
    """The cipher and the secret that a gateway with Flows has."""

    def __init__(self, cipher: FlowCipher, app_secret: bytes) -> None:
        self.cipher = cipher
        self._app_secret = app_secret

    @classmethod
    def load(cls) -> "FlowEndpoint | None":
        """As the settings say; None where no key is set. Raises ``WrongSettingError``."""
        settings = FlowsSettings.load()
        if settings.flows_private_key_file is None or settings.app_secret is None:
            return None
        try:
            pem = settings.flows_private_key_file.read_bytes()
        except OSError as error:
            raise WrongSettingError(
                f"CORDON_WHATSAPP_FLOWS_PRIVATE_KEY_FILE: the file cannot be read ({error.strerror})"
            ) from None
        return cls(FlowCipher.from_pem(pem), settings.app_secret.get_secret_value().encode())

    def is_signed(self, body: bytes, signature: str | None) -> bool:
        """Whether Meta's signature of the raw body is right."""
        return is_signed_by_meta(self._app_secret, body, signature)


def endpoint_of(request: Request) -> FlowEndpoint:
    """The Flow endpoint of the application; 404 where it has none."""
    endpoint = parts_of(request).flow_endpoint
    if endpoint is None:
        raise HTTPException(404, "WhatsApp Flows are not set up")
    return endpoint


@router.post("/whatsapp/flows", include_in_schema=False)
async def flow(
    request: Request,
    endpoint: Annotated[FlowEndpoint, Depends(endpoint_of)],
    desk: Annotated[VaultDesk, Depends(desk_of)],
    background: BackgroundTasks,
) -> Response:
    """Answer one exchange of a Flow."""
    body = await bounded(request, MAX_BODY_BYTES)
    if not endpoint.is_signed(body, request.headers.get(HEADER)):
        return Response(status_code=WRONG_SIGNATURE)
    try:
        asked = endpoint.cipher.open(json.loads(body))
    except (UndecryptableFlow, ValueError, RecursionError):
        return Response(status_code=UNDECRYPTABLE)
    try:
        with vault_errors():
            answer, step = await _answer(asked, desk)
    except CaptureClosed as error:
        closed = {"error_msg": words_of(error.language)["flow"]["closed"]}
        return Response(asked.seal(closed), status_code=CLOSED_TOKEN, media_type="text/plain")
    background.add_task(desk.telling.step, step)
    desk.telling.wake()
    return Response(asked.seal(answer), media_type="text/plain")


async def _answer(asked: FlowRequest, desk: VaultDesk) -> tuple[dict[str, Any], CaptureStep | None]:
    """The answer before its encryption, and what the agent is to be told."""
    body = asked.body
    given = body.get("data")
    data: dict[str, Any] = given if isinstance(given, dict) else {}
    if body.get("action") == "ping":
        return {"data": {"status": "active"}}, None
    if "error" in data:
        log.warning("a WhatsApp Flow reported an error of its client")
        return {"data": {"acknowledged": True}}, None
    token = str(body.get("flow_token", ""))
    form = await desk.captures.flow_form(token)
    if body.get("action") != "data_exchange":
        return _screen(form), form.step
    return await _exchange(token, form, data, desk), form.step


async def _exchange(token: str, form: FlowForm, data: dict[str, Any], desk: VaultDesk) -> dict[str, Any]:
    values = {name: value for name, value in data.items() if name in form.fields and isinstance(value, str)}
    wrong = {name for name in form.fields if not values.get(name, "").strip() or not is_right(name, values[name])}
    if wrong:
        return _screen(form, frozenset(wrong))
    try:
        submitted = await desk.captures.submit_flow(token, values)
    except RefusedValue:
        return _screen(form, frozenset(form.fields))
    params: dict[str, Any] = {"flow_token": token, "capture_id": submitted.capture_id}
    for name, result in submitted.results.items():
        params |= {f"{name}_token": result["token"], f"{name}_is_valid": result["is_valid"]}
    return {"screen": "SUCCESS", "data": {"extension_message_response": {"params": params}}}


def _screen(form: FlowForm, wrong: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {"screen": SCREEN, "data": screen_data(form.fields, form.language, wrong)}
