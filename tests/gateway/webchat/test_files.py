"""Files of a chat: none passes unseen, and no address of the storage reaches a guest."""

import asyncio
import json

import httpx
import pytest
from fastapi import FastAPI

from gateway.webchat import storage
from sandbox.webmessaging_state import WebMessaging
from tests.detection.files.file_parts import pdf, word
from tests.gateway.gateway_parts import Published
from tests.gateway.webchat.chat_parts import CARD, SSN, everything, violations
from tests.gateway.webchat.guest_client import GuestClient


async def get(url: str) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.get(url)


class TestFromGuest:
    async def test_a_clean_file_arrives_and_is_shown(self, gateway: str, genesys: WebMessaging) -> None:
        async with GuestClient.joined(gateway) as guest:
            attachment_id, stored = await guest.upload("note.txt", b"all is well")
            assert stored is not None
            assert stored.status_code == 200
            done = await guest.next(lambda frame: frame["class"] == "UploadSuccessEvent")
            assert (await get(done["body"]["downloadUrl"])).content == b"all is well"
            content = [{"contentType": "Attachment", "attachment": {"id": attachment_id}}]
            await guest.heard("see", content=content)
            again = await guest.answer(await guest.send("getAttachment", attachmentId=attachment_id))
            assert again["body"]["fileName"] == "note.txt"
            assert (await get(again["body"]["url"])).content == b"all is well"
        assert genesys.files[attachment_id][1] == b"all is well"
        assert "/uploads/" not in json.dumps([frame["body"] for frame in guest.frames]).replace("/webchat/uploads/", "")

    @pytest.mark.parametrize(
        "content",
        [
            f"my ssn is {SSN}".encode(),
            f"my ssn is {SSN}".encode("utf-16"),
            b"\n" * 20_000 + f"my card is {CARD}".encode(),
            b"x " * 8_180 + f"card {CARD}".encode(),
            pdf("nothing here", f"my ssn is {SSN}"),
            word("nothing here", cell=f"my ssn is {SSN}"),
        ],
        ids=["plain", "utf-16", "far down", "on the border of two windows", "PDF", "Word"],
    )
    async def test_a_file_with_a_number_does_not_arrive(
        self, gateway: str, genesys: WebMessaging, published: Published, content: bytes
    ) -> None:
        async with GuestClient.joined(gateway) as guest:
            attachment_id, stored = await guest.upload("note.txt", content)
            assert stored is not None
            assert stored.status_code == 403
            failed = await guest.next(lambda frame: frame["class"] == "UploadFailureEvent")
        assert failed["body"]["attachmentId"] == attachment_id
        assert failed["body"]["errorCode"] == 4003
        assert not genesys.files
        assert violations(published)

    @pytest.mark.parametrize(
        "content", [b"\x89PNG\r\n\x1a\n\x00", b"\xff\xd8\xff\xe0", b"%PDF-1.7\n\x00", b"\x00" * 10]
    )
    async def test_what_cannot_be_read_does_not_arrive(
        self, gateway: str, genesys: WebMessaging, content: bytes
    ) -> None:
        async with GuestClient.joined(gateway) as guest:
            _, stored = await guest.upload("really.txt", content)
        assert stored is not None
        assert stored.status_code == 403
        assert not genesys.files

    async def test_a_type_that_cannot_be_read_is_refused_at_once(self, gateway: str, genesys: WebMessaging) -> None:
        async with GuestClient.joined(gateway) as guest:
            arrived = len(genesys.received)
            _, stored = await guest.upload("me.mp4", b"x", "video/mp4")
            assert stored is None
            assert guest.frames[-1]["body"]["errorCode"] == 4001
            assert len(genesys.received) == arrived

    async def test_a_number_in_a_file_s_name(self, gateway: str, genesys: WebMessaging) -> None:
        async with GuestClient.joined(gateway) as guest:
            _, stored = await guest.upload(f"ssn {SSN}.txt", b"all is well")
            assert stored is not None
            assert stored.status_code == 200
        assert SSN not in everything(genesys)
        assert "ssn SSN REDACTED.txt" in {one["name"] for one in genesys.uploads.values()}

    @pytest.mark.parametrize(
        ("name", "size", "code"),
        [("a.txt", 0, 4102), ("a.txt", 10 * 1024 * 1024 + 1, 4002), ("é" * 512 + ".txt", 1, 4005), (" ", 1, 4004)],
    )
    async def test_limits(self, gateway: str, name: str, size: int, code: int) -> None:
        async with GuestClient.joined(gateway) as guest:
            answer = await guest.answer(
                await guest.send("onAttachment", attachmentId="a1", fileName=name, fileType="text/plain", fileSize=size)
            )
        assert (answer["class"], answer["code"]) == ("string", code)

    async def test_what_may_be_sent_is_told(self, gateway: str) -> None:
        async with GuestClient.connected(gateway) as guest:
            media = (await guest.configure())["body"]["allowedMedia"]["inbound"]
        assert {"type": "text/plain"} in media["fileTypes"]
        assert {"type": "*/*"} not in media["fileTypes"]

    async def test_only_so_many_are_in_memory_at_a_time(
        self, app: FastAPI, gateway: str, genesys: WebMessaging, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(storage, "PATIENCE_SECONDS", 0.1)
        room = app.state.web_chat.file_room = asyncio.Semaphore(1)
        async with GuestClient.joined(gateway) as guest:
            await room.acquire()
            _, stored = await guest.upload("note.txt", b"all is well")
            assert stored is not None
            assert (stored.status_code, stored.headers["Retry-After"]) == (503, "5")
            assert not genesys.files
            room.release()
            for _ in range(2):  # each gives its place back
                _, stored = await guest.upload("note.txt", b"all is well")
                assert stored is not None
                assert stored.status_code == 200

    @pytest.mark.parametrize("address", ["forged", "", "AAAA" * 50])
    async def test_nobody_makes_an_address(self, gateway: str, address: str) -> None:
        async with httpx.AsyncClient() as http:
            assert (await http.put(f"{gateway}/webchat/uploads/{address}", content=b"x")).status_code in {403, 404}
            assert (await http.get(f"{gateway}/webchat/files/{address}")).status_code in {403, 404}

    async def test_an_address_is_good_for_one_thing(self, gateway: str, control: httpx.AsyncClient) -> None:
        async with GuestClient.joined(gateway) as guest:
            await control.post("/agent-file", json={"name": "a.txt", "mime": "text/plain", "content": "hello"})
            url = (await guest.message())["content"][0]["attachment"]["url"]
            jwt = await guest.jwt()
        sealed = url.rpartition("/")[2]
        async with httpx.AsyncClient() as http:
            assert (await http.put(f"{gateway}/webchat/uploads/{sealed}", content=b"x")).status_code == 403
            assert (await http.get(f"{gateway}/webchat/files/{jwt}")).status_code == 403


class TestFromAgent:
    async def test_a_clean_file(self, gateway: str, genesys: WebMessaging, control: httpx.AsyncClient) -> None:
        async with GuestClient.joined(gateway) as guest:
            await control.post("/agent-file", json={"name": "a.txt", "mime": "text/plain", "content": "hello"})
            attachment = (await guest.message())["content"][0]["attachment"]
            answer = await get(attachment["url"])
        assert genesys.url not in json.dumps(guest.frames)  # type: ignore[attr-defined]  # see its fixture
        assert answer.content == b"hello"
        assert answer.headers["content-disposition"] == "attachment"
        assert "sandbox" in answer.headers["content-security-policy"]

    async def test_a_file_with_a_number(self, gateway: str, control: httpx.AsyncClient, published: Published) -> None:
        async with GuestClient.joined(gateway) as guest:
            given = {"name": f"{CARD}.txt", "mime": "text/plain", "content": f"card {CARD}"}
            await control.post("/agent-file", json=given)
            attachment = (await guest.message())["content"][0]["attachment"]
            assert CARD not in attachment["filename"]
            answer = await get(attachment["url"])
            history = await guest.history()
        assert answer.status_code == 403
        assert CARD not in answer.text
        assert "/webchat/files/" in history[0]["content"][0]["attachment"]["url"]
        assert {one["direction"] for one in violations(published)} == {"OUTBOUND"}


@pytest.mark.parametrize("chat_settings", [{"ATTACHMENTS": "block"}])
class TestBlocked:
    async def test_both_ways(self, gateway: str, control: httpx.AsyncClient) -> None:
        async with GuestClient.connected(gateway) as guest:
            assert (await guest.configure())["body"]["allowedMedia"]["inbound"]["fileTypes"] == []
            _, stored = await guest.upload("note.txt", b"all is well")
            assert stored is None
            assert guest.frames[-1]["body"]["errorCode"] == 4000
            given = {"name": "a.txt", "mime": "text/plain", "content": "hello", "text": "see"}
            await control.post("/agent-file", json=given)
            body = await guest.message()
        assert body["text"] == "see\n[File withheld by policy]"
        assert body["content"] == []


@pytest.mark.parametrize("chat_settings", [{"ATTACHMENTS": "pass"}])
async def test_passed_by_policy(gateway: str, genesys: WebMessaging) -> None:
    async with GuestClient.joined(gateway) as guest:
        attachment_id, stored = await guest.upload("me.png", b"\x89PNG\x00", "image/png")
        assert stored is not None
        assert stored.status_code == 200
    assert genesys.files[attachment_id][1] == b"\x89PNG\x00"
