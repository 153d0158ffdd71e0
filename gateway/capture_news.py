"""Tells of captures: every step to the agent as an alert, the end as a message of the conversation and by a callback.

A step is told once, at best; the state can be asked for. An end is told until it was heard: alert and message are on
their topics and the callback has answered, or two days have passed.
"""

import asyncio
import contextlib
import json
import logging
import time
from datetime import UTC, datetime
from typing import Final

import httpx

from connectors.answers import answer_to
from connectors.calls import make_client
from connectors.signing import signed
from gateway.vault_publishing import Publishing
from schemas import Alert, Audience, CaptureNews, CaptureResult, Severity
from streams.metrics import Metrics
from streams.settings.vault import VaultSettings
from streams.topics import Topic, key_of
from vault.capture_messages import note_of
from vault.capture_states import CaptureState, CaptureStatus, CaptureStep
from vault.captures import Captures

RULE: Final = "SecureCapture"
"""What the alerts name in place of a rule."""
POLL_SECONDS: Final = 2.0
TIDY_SECONDS: Final = 5.0
CALLBACK_SECONDS: Final = 10.0
_SENTENCES: Final = {
    "opened": "The customer has opened the secure form.",
    "typing": "The customer is filling in the secure form.",
    "valid": "A field of the secure form is filled in correctly.",
    CaptureState.SUBMITTED: "The customer has submitted the secure form.",
    CaptureState.EXPIRED: "The secure form has expired.",
    CaptureState.CANCELLED: "The secure form was cancelled.",
    CaptureState.LOCKED: "The secure form was locked after too many wrong attempts.",
}

log = logging.getLogger(__name__)


class CaptureTelling:
    """Publishes alerts and calls back."""

    def __init__(self, captures: Captures, settings: VaultSettings, publishing: Publishing, metrics: Metrics) -> None:
        self._captures = captures
        self._says = settings.capture_note
        self._url = settings.capture_callback_url
        self._secret = settings.capture_callback_secret
        self._publishing = publishing
        self._metrics = metrics
        self._http = make_client(CALLBACK_SECONDS)
        self._wake = asyncio.Event()

    async def step(self, step: CaptureStep | None) -> None:
        """Tell the agent of a step. A step that cannot be told is left out."""
        if step is None:
            return
        name = f"-{step.field}" if step.field else ""
        alert = _alert(step.capture_id, step.conversation_id, step.agent_id, step.state, name)
        news = CaptureNews(capture_id=step.capture_id, state=step.state, field=step.field)
        try:
            await self._send(alert.model_copy(update={"capture": news}))
        except Exception as error:  # noqa: BLE001  (the state can be asked for)
            log.warning("a step of a capture was not told: %s", type(error).__name__)

    def wake(self) -> None:
        """Something ended: tell it now."""
        self._wake.set()

    async def run(self) -> None:
        """Tell of ends, and let captures expire, until cancelled."""
        tidied = float("-inf")
        while True:
            try:
                if time.monotonic() - tidied >= TIDY_SECONDS:
                    await self._captures.tidy()
                    tidied = time.monotonic()
                await self.tell_all()
            except Exception as error:  # noqa: BLE001  (whatever it is, it is tried again: captures must expire)
                log.warning("news of captures wait: %s", type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
            self._wake.clear()

    async def tell_all(self) -> int:
        """Tell of everything that ended and is due; how many were heard."""
        heard = 0
        for status in await self._captures.news():
            if await self._tell(status):
                await self._captures.told(status.capture_id)
                self._metrics.count("dlp_captures_total", state=str(status.state))
                heard += 1
        return heard

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _tell(self, status: CaptureStatus) -> bool:
        alert = _alert(status.capture_id, status.conversation_id, status.agent_id, str(status.state), "")
        results = {name: CaptureResult(**result) for name, result in status.results.items()}
        news = CaptureNews(capture_id=status.capture_id, state=str(status.state), results=results)
        try:
            await self._send(alert.model_copy(update={"capture": news}))
            if self._says and status.state is CaptureState.SUBMITTED and status.note_to is not None:
                await self._publishing.say(note_of(status, status.note_to))
                await self._captures.noted(status.capture_id)
            return self._url is None or await self._call_back(self._url, status)
        except Exception as error:  # noqa: BLE001  (told again later)
            log.warning("the end of a capture was not told yet: %s", type(error).__name__)
            return False

    async def _send(self, alert: Alert) -> None:
        await self._publishing.publish(Topic.ALERTS, key_of(alert.conversation_id), alert.model_dump_json().encode())

    async def _call_back(self, url: str, status: CaptureStatus) -> bool:
        body = json.dumps(callback_body(status)).encode()
        headers = {"Content-Type": "application/json"}
        if self._secret is not None:
            headers |= signed(self._secret.get_secret_value().encode(), body)
        try:
            answer = await answer_to(self._http, "POST", url, content=body, headers=headers)
        except httpx.HTTPError as error:
            log.warning("the callback of a capture failed: %s", type(error).__name__)
            return False
        if not answer.is_success:
            log.warning("the callback of a capture answered %s", answer.status_code)
        return answer.is_success


def callback_body(status: CaptureStatus) -> dict[str, object]:
    """What the callback tells: tokens and verdicts. A repeated one has the same ``capture_id`` and ``state``."""
    return {
        "capture_id": status.capture_id,
        "conversation_id": status.conversation_id,
        "state": str(status.state),
        "results": {name: dict(result) for name, result in status.results.items()},
    }


def _alert(capture_id: str, conversation_id: str, agent_id: str | None, state: str, name: str) -> Alert:
    return Alert(
        alert_id=f"capture-{capture_id}-{state}{name}",
        audience=Audience.AGENT,
        conversation_id=conversation_id,
        agent_id=agent_id,
        rule=RULE,
        severity=Severity.LOW,
        message=_SENTENCES[state],
        occurred_at=datetime.now(UTC),
    )
