"""What Genesys says, on its way to the guest: agents' and bots' messages, echoes, answers and events."""

import logging
import time
from collections.abc import Iterable, Iterator
from typing import Any, Final

from gateway.leaves import Unreadable
from gateway.webchat import answers
from gateway.webchat.conversations import Cleaned, Conversation
from gateway.webchat.frames import Leaf, Path, changed, leaves, object_in, objects_in, parsed, string_in, written
from gateway.webchat.judging import Said
from gateway.webchat.session import Room, Session
from gateway.webchat.vocabulary import CLASSES
from schemas import Direction
from streams.producer import BrokerUnavailable

log = logging.getLogger(__name__)

JWT_SECONDS: Final = 60.0
"""How long Genesys's JWT for the history is good, where it does not say."""
MAX_ID: Final = 200
REMOVED: Final = "cordonRemoved"
ENTITIES: Final = "cordonEntities"
"""Keys of a message's metadata that tell a page of ours what was taken out: how many values, and of what kinds."""
_PASSES: Final = frozenset({"jwt", "url", "downloadUrl"})
"""Keys of a body under which the gateway writes what it has sealed: nobody's words."""
_KEPT: Final = ("id", "direction", "channel", "originatingEntity")
"""What stays of a message that is withheld: its place in the conversation."""


class FromService:
    """Judges what comes for one socket, in its order."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._messages = Messages(session.room, session.base_url)

    async def take(self, raw: str | bytes) -> tuple[str | None, str]:
        """Judge a frame: what the guest gets, if anything, and the outcome for the metric.

        Raises ``BrokerUnavailable`` when what was found cannot be put on record: the guest has to ask again later.
        """
        try:
            frame = parsed(raw)
        except Unreadable:
            return None, "unreadable"
        if frame.get("class") not in CLASSES or self._session.conversation is None:
            return None, "unknown"
        if frame["class"] == "StructuredMessage" and isinstance(frame.get("body"), dict):
            return await self._message(frame, self._session.conversation)
        return await self._answer(*self._sealed(frame, self._session.conversation), self._session.conversation)

    async def _message(self, frame: dict[str, Any], conversation: Conversation) -> tuple[str, str]:
        tracing_id = string_in(frame, "tracingId")
        body, outcome = await self._messages.cleaned(frame["body"], conversation, is_new=True)
        if tracing_id and body.get("direction") == "Inbound" and (mark := conversation.marked(tracing_id)) is not None:
            body = _noted(body, mark)
        envelope: dict[str, Any] = {key: frame[key] for key in ("type", "class", "code", "tracingId") if key in frame}
        return written({**envelope, "body": body}), outcome

    async def _answer(
        self, frame: dict[str, Any], passes: frozenset[Path], conversation: Conversation
    ) -> tuple[str | None, str]:
        """Anything but a message: with a finding that cannot be taken out, it is dropped."""
        try:
            found = [leaf for leaf in leaves(frame) if leaf.path not in passes]
        except Unreadable:
            return None, "unreadable"
        if not found:
            return written(frame), "passed"
        event_id = self._session.room.identity.event_id(conversation.id, *(leaf.text for leaf in found))
        strings = tuple(leaf.judged for leaf in found)
        said = Said(conversation, Direction.OUTBOUND, event_id, "", strings, is_new=False)
        cleaned = await self._session.room.judge.judge(said)
        if cleaned.is_withheld or any(found[number].is_fixed for number in cleaned.hits):
            return None, "blocked"
        texts = {found[n].path: found[n].restored(cleaned.texts[n + 1]) for n in cleaned.hits}
        return written(changed(frame, texts)), "redacted" if cleaned.removed else "passed"

    def _sealed(self, frame: dict[str, Any], conversation: Conversation) -> tuple[dict[str, Any], frozenset[Path]]:
        """The frame without anything that works at Genesys itself, and where the gateway's own passes stand in it."""
        session, room = self._session, self._session.room
        body = frame.get("body")
        if not isinstance(body, dict):
            return frame, frozenset()
        body = {key: session.as_guest_id(value) for key, value in body.items()}
        if "jwt" in body:
            seconds = _seconds_until(body.get("exp"))
            body["jwt"] = room.identity.sealed("jwt", conversation.id, seconds, jwt=string_in(body, "jwt"))
        if "allowedMedia" in body:
            body["allowedMedia"] = room.files.allowed_media(body["allowedMedia"])
        if "downloadUrl" in body:
            url = string_in(body, "downloadUrl")
            body["downloadUrl"] = room.files.address(session.base_url, "files", conversation.id, url)
        if "url" in body:
            body = self._presigned(body, conversation)
        return {**frame, "body": body}, frozenset(("body", key) for key in _PASSES & body.keys())

    def _presigned(self, body: dict[str, Any], conversation: Conversation) -> dict[str, Any]:
        """An address to send a file to, or, where its name stands beside it, to get one from."""
        files, url = self._session.room.files, string_in(body, "url")
        if "fileName" in body:
            address = files.address(self._session.base_url, "files", conversation.id, url)
            return {**body, "url": address}
        attachment_id = string_in(body, "attachmentId")
        headers = {key: str(value) for key, value in object_in(body, "headers").items()}
        address = files.address(
            self._session.base_url, "uploads", conversation.id, url, headers=headers, attachment=attachment_id
        )
        return {"attachmentId": attachment_id, "headers": {}, "url": address}


class Messages:
    """Cleans the bodies of messages, from a socket or from the history."""

    def __init__(self, room: Room, base_url: str) -> None:
        self._room = room
        self._base_url = base_url

    async def cleaned(
        self, body: dict[str, Any], conversation: Conversation, *, is_new: bool
    ) -> tuple[dict[str, Any], str]:
        """A message as the guest may see it. What cannot be judged is withheld; ``BrokerUnavailable`` is raised."""
        try:
            return await self._judged(body, conversation, is_new=is_new)
        except BrokerUnavailable:
            raise
        except Exception as error:  # noqa: BLE001  (fail closed)
            log.error("a message was not judged and is withheld: %s", type(error).__name__)  # noqa: TRY400  (a traceback's locals hold words)
            return _withheld({}), "failed"

    async def _judged(
        self, body: dict[str, Any], conversation: Conversation, *, is_new: bool
    ) -> tuple[dict[str, Any], str]:
        is_inbound = body.get("direction") == "Inbound"
        try:
            body = self._with_our_addresses(body, conversation)
            found = [leaf for leaf in leaves(body) if leaf.path[-2:] != ("attachment", "url")]
        except Unreadable:
            return _withheld({}), "unreadable"
        if not is_inbound:
            conversation.offer(_offered(body))
        if not found:
            return body, "passed"
        main = next((leaf for leaf in found if leaf.path == ("text",)), Leaf((), "", is_fixed=False))
        others = [leaf for leaf in found if leaf is not main]
        strings = tuple(leaf.judged for leaf in others)
        event_id = string_in(body, "id")[:MAX_ID] or self._room.identity.event_id(conversation.id, main.text, *strings)
        direction = Direction.INBOUND if is_inbound else Direction.OUTBOUND
        said = Said(conversation, direction, event_id, main.text, strings, is_new=is_new and not is_inbound)
        cleaned = await self._room.judge.judge(said)
        texts: dict[Path, str] = {
            others[number].path: others[number].restored(cleaned.texts[number + 1]) for number in cleaned.hits
        }
        if cleaned.is_withheld or any(others[number].is_fixed for number in cleaned.hits):
            return _withheld({key: value for key, value in body.items() if not _is_under(key, texts)}), "blocked"
        if cleaned.texts[0] != main.text:
            texts[main.path] = cleaned.texts[0]
        result: dict[str, Any] = changed(body, texts)
        return (_noted(result, cleaned), "redacted") if cleaned.removed else (result, "passed")

    def _with_our_addresses(self, body: dict[str, Any], conversation: Conversation) -> dict[str, Any]:
        """The body with its files behind the gateway, or without them."""
        content = body.get("content")
        if not isinstance(content, list) or not any(_is_file(item) for item in content):
            return body
        if not self._room.files.takes_any:
            text = "\n".join(filter(None, (string_in(body, "text"), answers.FILE_WITHHELD)))
            return {**body, "text": text, "content": [item for item in content if not _is_file(item)]}
        return {**body, "content": [self._with_our_address(item, conversation) for item in content]}

    def _with_our_address(self, item: Any, conversation: Conversation) -> Any:
        attachment = object_in(item, "attachment")
        if "url" not in attachment:
            return item
        url = self._room.files.address(
            self._base_url,
            "files",
            conversation.id,
            string_in(attachment, "url"),
            attachment=string_in(attachment, "id"),
        )
        return {**item, "attachment": {**attachment, "url": url}}


def _is_file(item: Any) -> bool:
    return isinstance(item, dict) and ("attachment" in item or item.get("contentType") == "Attachment")


def _is_under(key: str, paths: Iterable[Path]) -> bool:
    return any(path[0] == key for path in paths)


def _offered(body: dict[str, Any]) -> Iterator[str]:
    """Every payload that a bot offers, wherever in its message."""
    waiting: list[Any] = list(objects_in(body, "content"))
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if payload := string_in(value, "payload"):
                yield payload
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _withheld(body: dict[str, Any]) -> dict[str, Any]:
    """A message's place in the conversation, without anything that was said."""
    kept: dict[str, Any] = {key: body[key] for key in _KEPT if key in body}
    channel = object_in(body, "channel")
    kept["channel"] = {key: channel[key] for key in ("time", "messageId", "type") if key in channel}
    return {"direction": "Outbound", **kept, "type": "Text", "text": answers.WITHHELD, "content": []}


def _noted(body: dict[str, Any], cleaned: Cleaned) -> dict[str, Any]:
    """The message with a word on what was taken out, for the page."""
    note = {REMOVED: str(cleaned.removed), ENTITIES: ",".join(cleaned.entities)}
    return {**body, "metadata": {**object_in(body, "metadata"), **note}}


def _seconds_until(exp: Any) -> float:
    """How long a JWT is good that ends at this instant."""
    return exp - time.time() if isinstance(exp, int | float) and exp > time.time() else JWT_SECONDS
