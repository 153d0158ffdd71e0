"""Bodies for WhatsApp's Cloud API, made of cleaned messages. Pure functions.

Source: the Cloud API reference of Meta (messages; limits of text, captions, buttons and lists).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from connectors.structure import FAMILIES, ROOT, content_of
from schemas import ForwardMessage, MessagePart

MAX_TEXT: Final = 4096
MAX_INTERACTIVE_TEXT: Final = 1024
MAX_CAPTION: Final = 1024
MAX_BUTTONS: Final = 3
MAX_BUTTON_TITLE: Final = 20
MAX_ROWS: Final = 10
MAX_ROW_TITLE: Final = 24
MAX_ROW_DESCRIPTION: Final = 72
MAX_PAYLOAD: Final = 256
MAX_REFERENCE: Final = 512
LIST_BUTTON: Final = "Choose"


@dataclass(frozen=True, slots=True)
class Reference:
    """What comes back with every state of a message: which of ours it was, so that nothing has to be looked up."""

    event_id: str
    conversation_id: str
    recipient: str | None = None

    def written(self) -> str | None:
        """As WhatsApp keeps it; None where it is too long for it."""
        text = json.dumps([self.event_id, self.conversation_id, self.recipient], separators=(",", ":"))
        return text if len(text) <= MAX_REFERENCE else None

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The reference; None for what another program left there."""
        try:
            event_id, conversation_id, recipient = json.loads(text)
        except (ValueError, TypeError, RecursionError):
            return None
        if not all(isinstance(one, str) and 0 < len(one) <= MAX_REFERENCE for one in (event_id, conversation_id)):
            return None
        return cls(event_id, conversation_id, recipient if isinstance(recipient, str) else None)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something the customer may tap."""

    title: str
    payload: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on the customer's telephone, before it takes WhatsApp's form."""

    lines: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    media: tuple[str, str, str] | None = None
    """Kind, address and file name."""

    @property
    def text(self) -> str:
        """The lines that say something."""
        return "\n".join(line for line in self.lines if line)


def bodies_of(message: ForwardMessage) -> list[dict[str, Any]]:
    """The calls that show the message to the customer, in order; none where nothing can be shown."""
    reference = Reference(message.event_id, message.conversation_id, message.recipient).written()
    envelope: dict[str, Any] = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    address = message.recipient or message.conversation_id
    envelope["to" if address.lstrip("+").isdigit() else "recipient"] = address
    if reference is not None:
        envelope["biz_opaque_callback_data"] = reference
    return [{**envelope, **form} for bubble in _bubbles(message) for form in _forms(bubble)]


def _bubbles(message: ForwardMessage) -> Iterator[Bubble]:
    """The text with everything that belongs to it, then each card of its own."""
    content = content_of(message.parts)
    first = Bubble((message.text, *_loose(message.parts)))
    further: list[Bubble] = []
    for element in content:
        bubble = _bubble_of(element)
        if "card" in element or "carousel" in element or bubble.media:
            further += [bubble] if "carousel" not in element else _carousel(element["carousel"])
        else:
            first = replace(first, lines=(*first.lines, *bubble.lines), choices=(*first.choices, *bubble.choices))
    if further and further[0].media and not further[0].lines and not first.choices and len(first.text) <= MAX_CAPTION:
        further[0] = replace(further[0], lines=first.lines)  # a caption rather than a second message
        first = Bubble()
    if first.text or first.choices:
        yield first
    yield from (bubble for bubble in further if bubble.text or bubble.choices or bubble.media)


def _loose(parts: Iterable[MessagePart | str]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif part.kind == "text" and not (part.ref or "").startswith(f"{ROOT}."):
            yield part.text


def _bubble_of(element: dict[str, Any]) -> Bubble:
    kind, inner = next(((key, value) for key, value in element.items() if isinstance(value, dict)), ("", {}))
    build = _BUBBLES.get(kind)
    return build(inner) if build else Bubble(tuple(_strings(inner)))


def _menu(menu: dict[str, Any]) -> Bubble:
    return Bubble((_text(menu, "title"), _text(menu, "subtitle")), tuple(_choices(menu)))


def _dates(picker: dict[str, Any]) -> Bubble:
    times = [_text(one, "dateTime") for one in _objects(picker, "availableTimes")]
    return Bubble((_text(picker, "title"), _text(picker, "subtitle")), tuple(Choice(time, time) for time in times))


def _card(card: dict[str, Any]) -> Bubble:
    lines = [_text(card, "title"), _text(card, "description")]
    choices = []
    default = card.get("defaultAction")
    actions = _objects(card, "actions") + ([default] if isinstance(default, dict) else [])
    for action in actions:
        if url := _text(action, "url"):
            lines.append(f"{_text(action, 'text')}: {url}".removeprefix(": "))
        elif _text(action, "text"):
            choices.append(_choice(action))
    image = _text(card, "image")
    return Bubble(tuple(lines), tuple(choices), ("image", image, "") if image and not choices else None)


def _carousel(carousel: Any) -> list[Bubble]:
    return [_card(card) for card in _objects(carousel, "cards")] if isinstance(carousel, dict) else []


def _attachment(attachment: dict[str, Any]) -> Bubble:
    url, caption = _text(attachment, "url"), _text(attachment, "text")
    if not url:
        return Bubble((caption,))
    kind = FAMILIES.get(_text(attachment, "mediaType"))
    if kind is None:  # a link
        return Bubble((caption, url))
    return Bubble((caption,) if caption else (), (), (kind, url, _text(attachment, "filename")))


def _template(template: dict[str, Any]) -> Bubble:
    return Bubble(tuple(_sections(template)))


def _sections(template: dict[str, Any]) -> Iterator[str]:
    for name in ("header", "body", "footer"):
        if isinstance(section := template.get(name), dict):
            text = _text(section, "text")
            for parameter in _objects(section, "parameters"):
                text = text.replace(f"{{{{{_text(parameter, 'name')}}}}}", _text(parameter, "text"))
            yield text


def _choices(holder: dict[str, Any]) -> Iterator[Choice]:
    for action in _objects(holder, "actions"):
        yield _choice(action)
    for section in _objects(holder, "sections"):
        for item in _objects(section, "items") + _objects(section, "rows"):
            yield _choice(item)


def _choice(action: dict[str, Any]) -> Choice:
    title = _text(action, "text") or _text(action, "title")
    payload = _text(action, "payload") or _text(action, "id") or title
    return Choice(title, payload, _text(action, "description"))


_BUBBLES: Final[dict[str, Callable[[dict[str, Any]], Bubble]]] = {
    "quickReply": lambda reply: Bubble(choices=(_choice(reply),)),
    "quickReplyV2": _menu,
    "listPicker": _menu,
    "card": _card,
    "attachment": _attachment,
    "datePicker": _dates,
    "template": _template,
}


def _forms(bubble: Bubble) -> Iterator[dict[str, Any]]:
    if bubble.media is not None:
        yield _media_form(bubble)
        return
    usable = [choice for choice in bubble.choices if choice.title]
    if not usable:
        yield from (_text_form(piece) for piece in _pieces(bubble.text))
        return
    if len(bubble.text) > MAX_INTERACTIVE_TEXT or len(usable) > MAX_ROWS:
        titles = [choice.title for choice in usable] if len(usable) > MAX_ROWS else []
        yield from (_text_form(piece) for piece in _pieces("\n".join([bubble.text, *titles]).strip("\n")))
        if titles:
            return
        bubble = replace(bubble, lines=())
    yield _interactive_form(bubble.text, usable)


def _text_form(text: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def _media_form(bubble: Bubble) -> dict[str, Any]:
    kind, link, filename = bubble.media or ("document", "", "")
    media: dict[str, Any] = {"link": link}
    if bubble.text and kind != "audio":
        media["caption"] = bubble.text[:MAX_CAPTION]
    if filename and kind == "document":
        media["filename"] = filename
    return {"type": kind, kind: media}


def _interactive_form(text: str, choices: Sequence[Choice]) -> dict[str, Any]:
    body = {"text": text or LIST_BUTTON}
    ids = _unique_ids(choices)
    if len(choices) <= MAX_BUTTONS and all(len(choice.title) <= MAX_BUTTON_TITLE for choice in choices):
        buttons = [
            {"type": "reply", "reply": {"id": given, "title": choice.title}}
            for given, choice in zip(ids, choices, strict=True)
        ]
        return {"type": "interactive", "interactive": {"type": "button", "body": body, "action": {"buttons": buttons}}}
    rows = [_row(given, choice) for given, choice in zip(ids, choices, strict=True)]
    action = {"button": LIST_BUTTON, "sections": [{"title": LIST_BUTTON, "rows": rows}]}
    return {"type": "interactive", "interactive": {"type": "list", "body": body, "action": action}}


def _row(given: str, choice: Choice) -> dict[str, str]:
    row = {"id": given, "title": choice.title[:MAX_ROW_TITLE]}
    rest = choice.title[MAX_ROW_TITLE:] + (f" {choice.description}" if choice.description else "")
    return row | ({"description": rest.strip()[:MAX_ROW_DESCRIPTION]} if rest.strip() else {})


def _unique_ids(choices: Sequence[Choice]) -> list[str]:
    """WhatsApp wants ids that differ; the payload comes back with the reply."""
    ids: list[str] = []
    for number, choice in enumerate(choices):
        wanted = choice.payload[:MAX_PAYLOAD]
        ids.append(wanted if wanted and wanted not in ids else f"{wanted[: MAX_PAYLOAD - 4]}#{number}")
    return ids


def _pieces(text: str) -> Iterator[str]:
    """A long text in several messages, parted between lines or words where there are any."""
    while len(text) > MAX_TEXT:
        cut = max(text.rfind("\n", 1, MAX_TEXT), text.rfind(" ", 1, MAX_TEXT))
        cut = cut if cut > MAX_TEXT // 2 else MAX_TEXT
        yield text[:cut]
        text = text[cut:].lstrip()
    if text:
        yield text


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from _strings(item)
        case list():
            for item in value:
                yield from _strings(item)


def _text(holder: dict[str, Any], key: str) -> str:
    found = holder.get(key)
    return found if isinstance(found, str) else ""


def _objects(holder: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = holder.get(key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
