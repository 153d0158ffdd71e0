"""What a bot and an agent say to a guest of the double: a welcome with choices, typing, an answer, a card."""

import asyncio
from typing import Any, Final

from sandbox.webmessaging_frames import event, said
from sandbox.webmessaging_state import Session, WebMessaging

TYPING_SECONDS: Final = 0.4
WELCOME: Final[dict[str, Any]] = {
    "type": "Structured",
    "text": "Welcome to Example Bank. What can we help you with?",
    "content": [
        {"contentType": "QuickReply", "quickReply": {"text": text, "payload": payload, "action": "Message"}}
        for text, payload in (("My card", "topic:card"), ("My account", "topic:account"), ("Talk to a person", "agent"))
    ],
}
CARD: Final[dict[str, Any]] = {
    "type": "Structured",
    "text": "",
    "content": [
        {
            "contentType": "Card",
            "card": {
                "title": "Replace your card",
                "description": "A new card arrives in three working days.",
                "actions": [{"type": "Postback", "text": "Order a new card", "payload": "card:replace"}],
            },
        }
    ],
}
ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "topic:card": CARD,
    "topic:account": {"type": "Text", "text": "Your account is in good order. Anything else?"},
    "agent": {"type": "Text", "text": "Hello, this is Ana. How can I help you today?"},
    "card:replace": {"type": "Text", "text": "Done. Your new card is on its way."},
}
DEFAULT: Final[dict[str, Any]] = {"type": "Text", "text": "Thank you. I am looking into it for you."}


class Script:
    """Answers guests in their own time."""

    def __init__(self, state: WebMessaging) -> None:
        self._state = state
        self._tasks: set[asyncio.Task[Any]] = set()

    def keep(self, task: asyncio.Task[Any]) -> None:
        """Hold on to a task until it is done."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def answer(self, session: Session, body: dict[str, Any]) -> None:
        """Say what comes next: the welcome after a guest joined or wrote first, an answer after each message."""
        is_first, session.is_greeted = not session.is_greeted, True
        if is_first:
            self.keep(asyncio.create_task(self._say(session, WELCOME, by="Bot")))
        elif body["type"] != "Event":
            self.keep(asyncio.create_task(self._say(session, ANSWERS.get(_payload(body), DEFAULT), by="Human")))

    async def _say(self, session: Session, given: dict[str, Any], *, by: str) -> None:
        nickname = "Ana" if by == "Human" else "Assistant"
        await self._state.broadcast(session, said(event("Typing", type="On", duration=5000), by=by, nickname=nickname))
        await asyncio.sleep(TYPING_SECONDS)
        body = said(given, by=by, nickname=nickname)
        session.transcript.append(body)
        await self._state.broadcast(session, body)


def _payload(body: dict[str, Any]) -> str:
    for item in body.get("content", []):
        if "buttonResponse" in item:
            return str(item["buttonResponse"].get("payload", ""))
    return ""
