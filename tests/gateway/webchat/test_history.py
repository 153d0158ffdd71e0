"""The history, and the passes that open it."""

import httpx
import pytest

from sandbox.webmessaging_state import WebMessaging
from tests.gateway.webchat.chat_parts import CARD
from tests.gateway.webchat.guest_client import GuestClient

PATH = "/api/v2/webmessaging/messages"


async def ask(url: str, authorization: str | None, **query: object) -> httpx.Response:
    headers = {"Authorization": authorization} if authorization else {}
    async with httpx.AsyncClient() as http:
        return await http.get(f"{url}{PATH}", params=query, headers=headers)  # type: ignore[arg-type]  # any query


async def test_the_guest_s_pass_is_worth_nothing_at_genesys(gateway: str, genesys: WebMessaging) -> None:
    async with GuestClient.joined(gateway) as guest:
        await guest.heard("hello")
        jwt = await guest.jwt()
    assert (await ask(gateway, f"bearer {jwt}")).status_code == 200
    direct = httpx.AsyncClient(headers={"Authorization": f"bearer {jwt}", "Origin": "https://cordon.invalid"})
    async with direct as http:
        assert (await http.get(f"{genesys.url}{PATH}")).status_code == 401  # type: ignore[attr-defined]  # see its fixture


@pytest.mark.parametrize("authorization", [None, "bearer forged", "basic eDp5", "bearer", "bearer " + "A" * 200])
async def test_without_a_pass(gateway: str, authorization: str | None) -> None:
    answer = await ask(gateway, authorization)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("query", [{"pageSize": 0}, {"pageSize": 101}, {"pageNumber": 0}, {"pageSize": "x"}])
async def test_wrong_pages(gateway: str, query: dict[str, object]) -> None:
    assert (await ask(gateway, "bearer x", **query)).status_code == 422


async def test_pages_keep_genesys_s_layout_and_order(
    gateway: str, genesys: WebMessaging, control: httpx.AsyncClient
) -> None:
    async with GuestClient.joined(gateway) as guest:
        for number in range(3):
            await control.post("/agent-message", json={"text": f"{number}: {CARD}"})
            await guest.message()
        jwt = await guest.jwt()
    answer = (await ask(gateway, f"Bearer {jwt}", pageSize=2, pageNumber=1)).json()
    assert [entity["text"] for entity in answer["entities"]] == [f"{n}: [CREDIT CARD REDACTED]" for n in (2, 1)]
    assert {key: answer[key] for key in ("pageSize", "pageNumber", "total", "pageCount")} == {
        "pageSize": 2,
        "pageNumber": 1,
        "total": 3,
        "pageCount": 2,
    }


async def test_a_number_over_two_of_an_agent_s_messages(gateway: str, control: httpx.AsyncClient) -> None:
    async with GuestClient.joined(gateway) as guest:
        await control.post("/agent-message", json={"text": "the number is 4539 1488"})
        await control.post("/agent-message", json={"text": "0343 6467"})
        seen = [(await guest.message())["text"] for _ in range(2)]
        history = await guest.history(pageSize=1)
    assert "0343 6467" not in seen[1]
    assert history[0]["text"] == seen[1]


async def test_what_genesys_refuses_is_refused(gateway: str) -> None:
    async with GuestClient.joined(gateway) as guest:
        jwt = await guest.jwt()
    answers = [(await ask(gateway, f"bearer {jwt}")).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


@pytest.mark.parametrize("chat_settings", [{"API_URL": "http://127.0.0.1:9"}])
async def test_genesys_away(gateway: str) -> None:
    async with GuestClient.joined(gateway) as guest:
        jwt = await guest.jwt()
    assert (await ask(gateway, f"bearer {jwt}")).status_code == 502


async def test_another_page_may_read_it(gateway: str) -> None:
    async with httpx.AsyncClient(headers={"Origin": "https://www.bank.example"}) as http:
        asked = await http.options(f"{gateway}{PATH}")
        answer = await http.get(f"{gateway}{PATH}")
    assert asked.status_code == 204
    for one in (asked, answer):
        assert one.headers["access-control-allow-origin"] == "https://www.bank.example"
        assert "access-control-allow-credentials" not in one.headers
    assert "authorization" in asked.headers["access-control-allow-headers"]
