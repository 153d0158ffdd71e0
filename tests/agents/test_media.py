"""Files of messages: what passes becomes an address, what does not a notice, and what is found is reported."""

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from agents import media as media_module
from agents.media import Judged, MediaDesk
from connectors.file_reader import FileContent
from connectors.file_words import OVERLAP, WINDOW
from connectors.genesys_messages import inbound_message
from connectors.media_reference import media_id_of, reference_to
from connectors.media_sources import MediaSources
from connectors.whatsapp_messages import bodies_of
from detection import Engine, load_policy
from detection.files import kinds, pictures
from detection.reporting import Reporter
from schemas import Direction, ForwardMessage, MessagePart, Stage
from streams.settings.media import MediaPolicy, MediaSettings
from tests.connectors.connector_parts import forwarded
from tests.detection.files.file_parts import pdf, picture, word
from vault.envelope import Sealer
from vault.keyring import Keyring
from vault.media_links import MediaLink

CARD = "4539 1488 0343 6467"
GRAPH = "https://graph.test/v23.0"
GATEWAY = "https://cordon.test"
MakeDesk = Callable[..., MediaDesk]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(load_policy(None))


@pytest.fixture
def sealer(tmp_path: Path) -> Sealer:
    return Sealer(Keyring.create(tmp_path / "keyring.json"))


@pytest.fixture
def desk(engine: Engine, sealer: Sealer, monkeypatch: pytest.MonkeyPatch) -> MakeDesk:
    """Makes a desk whose outside world holds one file."""
    monkeypatch.setattr(media_module, "PAUSES", (0.0,))

    def make(content: bytes = b"", mime: str = "text/plain", *, status: int = 200, **settings: Any) -> MediaDesk:
        def answer(request: httpx.Request) -> httpx.Response:
            if status != 200:
                return httpx.Response(status)
            if request.url.path == "/v23.0/123456789012347":
                digest = hashlib.sha256(content).hexdigest()
                url = "https://files.test/1"
                return httpx.Response(200, json={"url": url, "mime_type": mime, "sha256": digest, "file_size": 9})
            return httpx.Response(200, content=content, headers={"Content-Type": mime})

        sources = MediaSources(
            graph_url=GRAPH,
            access_token="token",
            max_bytes=100_000,
            url_hosts=("mypurecloud.test",),
            http=httpx.AsyncClient(transport=httpx.MockTransport(answer)),
        )
        given = {"base_url": GATEWAY, "image": MediaPolicy.PASS, "audio": MediaPolicy.PASS} | settings
        reporter = Reporter(Stage.FORWARDER, engine.policy_version, b"k" * 32)
        return MediaDesk(MediaSettings(**given), sources, engine=engine, reporter=reporter, sealer=sealer)

    return make


def from_customer(kind: str, filename: str = "", text: str = "") -> ForwardMessage:
    reference = reference_to("123456789012347")
    name = (MessagePart(kind="filename", text=filename, ref=reference),) if filename else ()
    parts = (*name, MessagePart(kind="media", text=kind, ref=reference))
    return forwarded(text, *parts, direction=Direction.INBOUND, sender="16505551234", recipient=None)


def from_agent(url: str, text: str = "", media_type: str = "File") -> ForwardMessage:
    stem = "content.0.attachment"
    return forwarded(
        text,
        MessagePart(kind="mediaType", text=media_type, ref=f"{stem}.mediaType"),
        MessagePart(kind="url", text=url, ref=f"{stem}.url"),
        MessagePart(kind="filename", text="terms.txt", ref=f"{stem}.filename"),
    )


def shown_to_agent(judged: Judged) -> str:
    return str(inbound_message(judged.message).get("text", ""))


def test_the_name_of_a_file_holds_no_digit_and_comes_back() -> None:
    reference = reference_to("123456789012347")

    assert not any(letter.isdigit() for letter in reference)
    assert media_id_of(reference) == "123456789012347"
    assert media_id_of("media.0") is None


async def test_a_document_that_says_nothing_protected_passes_by_its_address(desk: MakeDesk, sealer: Sealer) -> None:
    content = pdf("the terms of your contract")

    judged = await desk(content, "application/pdf").judged(from_customer("document", "terms.pdf", "here it is"))

    body = inbound_message(judged.message)
    ((attachment,),) = [content.values() for content in body["content"]]
    link = MediaLink.read(attachment["url"].removeprefix(f"{GATEWAY}/v1/media/"), sealer)
    assert link is not None
    assert (link.name, link.sha256) == ("123456789012347", hashlib.sha256(content).hexdigest())
    assert (attachment["mediaType"], attachment["mime"], attachment["filename"]) == (
        "File",
        "application/pdf",
        "terms.pdf",
    )
    assert body["text"] == "here it is"
    assert not judged.violations


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (f"name,card\nMaria,{CARD}\n".encode(), "text/csv"),
        (word("my card", cell=CARD), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (pdf("my card is", CARD), "application/pdf"),
        (pdf("nothing here", title=f"card {CARD}"), "application/pdf"),
    ],
    ids=["csv", "docx", "pdf", "pdf's title"],
)
async def test_a_document_with_a_protected_value_is_withheld_and_reported(
    desk: MakeDesk, content: bytes, mime: str
) -> None:
    judged = await desk(content, mime).judged(from_customer("document"))

    assert shown_to_agent(judged).splitlines() == [
        "[Document withheld: 1 sensitive data pattern(s) found]",
        "[DLP ALERT] 1 sensitive data pattern(s) automatically redacted from customer message.",
    ]
    (violation,) = judged.violations
    assert (violation.rule, violation.stage) == ("CreditCard", Stage.FORWARDER)
    assert CARD not in judged.message.model_dump_json() + violation.to_json().decode()
    assert judged.message.entities == ("payment_card",)


async def test_only_so_many_files_are_in_memory_at_a_time(desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    made, held, most = desk(), 0, 0

    async def fetch(*_: object) -> tuple[bytes, str]:
        nonlocal held, most
        held += 1
        most = max(most, held)
        await asyncio.sleep(0.01)
        return b"hello", "text/plain"

    async def read(*_: object) -> FileContent:
        nonlocal held
        await asyncio.sleep(0.02)  # as one that waits for its process
        held -= 1
        return FileContent(kinds.TEXT, ("hello",))

    monkeypatch.setattr(made._sources, "fetch", fetch)
    monkeypatch.setattr(made._reader, "read", read)
    await asyncio.gather(*(made.judged(from_customer("document")) for _ in range(20)))
    assert most == media_module.AT_A_TIME


@pytest.mark.parametrize("place", [7_990, WINDOW - OVERLAP - 10, WINDOW - OVERLAP + 10, WINDOW - 10])
async def test_a_value_on_the_border_of_two_windows_is_seen_once(desk: MakeDesk, place: int) -> None:
    content = "x " * (place // 2) + f"card {CARD} " + "x " * WINDOW

    judged = await desk(content.encode()).judged(from_customer("document"))

    assert shown_to_agent(judged).startswith("[Document withheld: 1 sensitive data pattern(s) found]")


@pytest.mark.skipif(not pictures.can_read(), reason="the extra ocr or the program tesseract is not installed")
async def test_a_card_in_a_picture_is_read(desk: MakeDesk) -> None:
    with_card = await desk(picture(f"card {CARD}"), "image/jpeg").judged(from_customer("image"))
    without = await desk(picture("order 48211"), "image/jpeg").judged(from_customer("image"))

    assert shown_to_agent(with_card).startswith("[Image withheld: 1 ")
    assert inbound_message(without.message)["content"]


@pytest.mark.parametrize(
    ("kind", "settings", "notice"),
    [
        ("image", {"image": MediaPolicy.HOLD}, "[Image held by policy]"),
        ("image", {"image": MediaPolicy.DENY}, "[Image refused by policy]"),
        ("document", {"base_url": None}, "[Document held by policy]"),
        ("hologram", {}, "[Hologram held by policy]"),
    ],
)
async def test_policy_says_what_becomes_of_a_kind(
    desk: MakeDesk, kind: str, settings: dict[str, Any], notice: str
) -> None:
    judged = await desk(b"hello", **settings).judged(from_customer(kind))

    assert (shown_to_agent(judged), judged.is_empty) == (notice, True)


@pytest.mark.parametrize(
    ("kind", "content", "mime", "notice"),
    [
        ("image", b"hello", "image/jpeg", "[Image withheld: it is not of a kind that is passed on]"),
        ("document", b"MZ\x90", "application/pdf", "[Document withheld: it could not be read whole]"),
        ("document", pdf("x", password="p"), "application/pdf", "[Document withheld: it could not be read whole]"),
        ("document", b"x" * 100_001, "text/plain", "[Document withheld: it is too large]"),
        ("audio", b"OggS\0", "audio/ogg; codecs=opus", ""),
    ],
    ids=["another kind", "a program", "encrypted", "too large", "a voice note that policy passes"],
)
async def test_a_file_has_to_be_what_it_came_as(
    desk: MakeDesk, kind: str, content: bytes, mime: str, notice: str
) -> None:
    assert shown_to_agent(await desk(content, mime).judged(from_customer(kind))) == notice


@pytest.mark.parametrize("status", [404, 503])
async def test_a_file_that_cannot_be_had_holds_nobody_up(desk: MakeDesk, status: int) -> None:
    judged = await desk(status=status).judged(from_customer("image", text="look"))

    assert shown_to_agent(judged) == "look\n[Image could not be fetched]"


async def test_an_agents_file_is_looked_into_as_well(desk: MakeDesk) -> None:
    url = "https://api-downloads.mypurecloud.test/api/v2/downloads/1"

    passed = await desk(b"the terms").judged(from_agent(url))
    withheld = await desk(f"card {CARD}".encode()).judged(from_agent(url, "see the file"))

    (sent,) = bodies_of(passed.message)
    assert sent["document"]["link"].startswith(f"{GATEWAY}/v1/media/")
    assert sent["document"]["filename"] == "terms.txt"
    (text,) = bodies_of(withheld.message)
    assert text["text"]["body"] == "see the file\n[Document withheld: 1 sensitive data pattern(s) found]"


@pytest.mark.parametrize(
    "url",
    ["https://evil.test/x", "http://api.mypurecloud.test/x", "https://mypurecloud.test.evil.test/", "file:///etc"],
)
async def test_no_address_outside_genesys_is_called(desk: MakeDesk, url: str) -> None:
    judged = await desk(b"hello").judged(from_agent(url))

    assert judged.is_empty
    assert bodies_of(judged.message)[0]["text"]["body"] == "[Document could not be fetched]"
