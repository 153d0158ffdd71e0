"""What a guest says, on its way to Genesys."""

import logging
import re
from dataclasses import dataclass
from typing import Any, Final

from gateway.leaves import Unreadable
from gateway.webchat import answers
from gateway.webchat.conversations import Cleaned, Conversation
from gateway.webchat.frames import Leaf, Path, changed, leaves, object_in, parsed, string_in, written
from gateway.webchat.judging import Said
from gateway.webchat.limits import code_for_file, code_for_message
from gateway.webchat.session import Session
from gateway.webchat.vocabulary import ACTIONS
from schemas import Direction
from streams.producer import BrokerUnavailable

log = logging.getLogger(__name__)

_TEXT: Final[Path] = ("message", "text")
_OURS: Final = frozenset({"token", "deploymentId", "action"})
"""What is replaced or known: never a guest's words."""
_NAME_MARKS: Final = re.compile(r"[\[\]]")
"""Stand in replacements, and Genesys refuses them in a file's name."""
_CONFIGURES: Final = frozenset({"configureSession", "configureAuthenticatedSession"})
MAX_TRACING_ID: Final = 256


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of a guest's frame: it goes on, or it is answered here."""

    outcome: str
    """For the metric."""
    forward: str | None = None
    answer: str | None = None


class _Refused(Exception):
    """The frame does not go on."""

    def __init__(self, code: int, outcome: str = "refused") -> None:
        super().__init__(code)
        self.code = code
        self.outcome = outcome


class FromGuest:
    """Judges the frames of one socket, in their order."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def take(self, raw: str) -> Step:
        """Judge a frame. Never raises: whatever fails, the frame does not go on and the guest is told."""
        tracing_id: str | None = None
        frame: dict[str, Any] = {}
        try:
            frame = parsed(raw)
            tracing_id = _tracing_id(frame)
            forward, outcome = await self._judged(frame, tracing_id)
        except Unreadable:
            return Step("unreadable", answer=answers.refusal(answers.BAD_REQUEST, tracing_id))
        except _Refused as refused:
            return Step(refused.outcome, answer=self._refusal(frame, refused.code, tracing_id))
        except BrokerUnavailable:
            return Step("unrecorded", answer=answers.refusal(answers.UNEXPECTED, tracing_id))
        except Exception as error:  # noqa: BLE001  (fail closed: what cannot be judged does not go on)
            log.error("a guest's frame was not judged: %s", type(error).__name__)  # noqa: TRY400  (a traceback's locals hold words)
            return Step("failed", answer=answers.refusal(answers.UNEXPECTED, tracing_id))
        return Step(outcome, forward=forward)

    async def _judged(self, frame: dict[str, Any], tracing_id: str | None) -> tuple[str, str]:
        session, action = self._session, frame.get("action")
        if not isinstance(action, str) or action not in ACTIONS:
            raise _Refused(answers.BAD_REQUEST, "unknown")
        if not session.admits(frame.get("token"), may_change=action in _CONFIGURES) or session.conversation is None:
            raise _Refused(answers.MISSING_PARAMETER if "token" not in frame else answers.BAD_REQUEST)
        if action == "onAttachment":
            self._check_file(frame)
        self._check_size(frame)
        frame = self._translated(frame, action)
        found = [leaf for leaf in leaves(_without(frame)) if not _is_offered(leaf, session.conversation)]
        if not found:
            return written(frame), "passed"
        said, order = self._said(session.conversation, found, frame, action, tracing_id)
        cleaned = await session.room.judge.judge(said)
        frame = _with(frame, order, cleaned, is_name=action == "onAttachment")
        self._check_size(frame)
        if cleaned.removed and tracing_id is not None:
            session.conversation.mark(tracing_id, cleaned)
        return written(frame), "redacted" if cleaned.removed else "passed"

    def _said(
        self,
        conversation: Conversation,
        found: list[Leaf],
        frame: dict[str, Any],
        action: str,
        tracing_id: str | None,
    ) -> tuple[Said, list[Leaf]]:
        """The strings to judge, with their leaves in the same order: the words of the message come first."""
        main = next((leaf for leaf in found if leaf.path == _TEXT), None) or next(
            (leaf for leaf in found if not leaf.is_fixed and leaf.judged == leaf.text), None
        )
        others = [leaf for leaf in found if leaf is not main]
        name = tracing_id or string_in(object_in(frame, "message", "metadata"), "id")
        strings = tuple(leaf.judged for leaf in others)
        text = main.text if main else ""
        event_id = self._session.room.identity.event_id(conversation.id, name, action, text, *strings)
        said = Said(conversation, Direction.INBOUND, event_id, text, strings, is_new=action == "onMessage")
        return said, [main or Leaf((), "", is_fixed=False), *others]

    def _translated(self, frame: dict[str, Any], action: str) -> dict[str, Any]:
        """The frame with the names and secrets by which Genesys knows this guest."""
        session = self._session
        frame = dict(frame)
        if "token" in frame:
            frame["token"] = session.token_at_genesys
        if "deploymentId" in frame or action in _CONFIGURES:
            frame["deploymentId"] = session.room.deployment_id
        customer = object_in(frame, "journeyContext", "customer")
        if "id" in customer:
            path: Path = ("journeyContext", "customer", "id")
            frame = changed(frame, {path: session.as_genesys_id(customer["id"])})
        if action == "configureAuthenticatedSession":
            frame["data"] = {"code": self._code(frame)}
        return frame

    def _code(self, frame: dict[str, Any]) -> str:
        opened = self._session.room.identity.opened("guest", string_in(object_in(frame, "data"), "code"))
        if opened is None:
            raise _Refused(answers.UNAUTHORIZED)  # upon which Genesys's clients ask for a new one
        return str(opened["jwt"])

    def _check_file(self, frame: dict[str, Any]) -> None:
        files = self._session.room.files
        if not files.takes_any:
            raise _Refused(answers.UNAVAILABLE)
        if (code := code_for_file(frame)) is not None:
            raise _Refused(code)
        if not files.may_be_sent(string_in(frame, "fileName"), string_in(frame, "fileType")):
            raise _Refused(answers.FILE_TYPE)

    @staticmethod
    def _check_size(frame: dict[str, Any]) -> None:
        if (code := code_for_message(frame)) is not None:
            raise _Refused(code)

    @staticmethod
    def _refusal(frame: dict[str, Any], code: int, tracing_id: str | None) -> str:
        attachment_id = string_in(frame, "attachmentId")
        if frame.get("action") == "onAttachment" and frame.get("errorsAsJson") is True and attachment_id:
            return answers.no_upload(attachment_id, code, tracing_id)
        return answers.refusal(code, tracing_id)


def _tracing_id(frame: dict[str, Any]) -> str | None:
    found = frame.get("tracingId")
    if found is not None and (not isinstance(found, str) or len(found) > MAX_TRACING_ID):
        raise Unreadable("no tracing id")
    return found


def _without(frame: dict[str, Any]) -> dict[str, Any]:
    """The frame without what is replaced or known."""
    known = _OURS | {"data"} if frame.get("action") == "configureAuthenticatedSession" else _OURS
    return {key: value for key, value in frame.items() if key not in known}


def _is_offered(leaf: Leaf, conversation: Conversation) -> bool:
    return leaf.path[-2:] == ("buttonResponse", "payload") and conversation.is_offered(leaf.text)


def _with(frame: dict[str, Any], order: list[Leaf], cleaned: Cleaned, *, is_name: bool) -> dict[str, Any]:
    """The frame with its cleaned strings. Raises ``_Refused`` when it may not go on."""
    if cleaned.is_withheld:
        raise _Refused(answers.FORBIDDEN, "blocked")
    texts: dict[Path, str] = {}
    for number, (leaf, text) in enumerate(zip(order, cleaned.texts, strict=True)):
        if number == 0:
            if text != leaf.text:
                texts[leaf.path] = text
        elif number - 1 in cleaned.hits:
            if leaf.is_fixed:
                raise _Refused(answers.FORBIDDEN, "blocked")
            texts[leaf.path] = leaf.restored(text)
    if is_name:
        texts = {path: _NAME_MARKS.sub("", text) for path, text in texts.items()}
    changed_frame: dict[str, Any] = changed(frame, texts)
    return changed_frame
