import hashlib
import json
import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gateway.pace import PagePace
from vault.capture_cipher import seal_form
from vault.capture_states import LANGUAGES
from vault.capture_words import flow_label

FORM = {"payment_card": "4111 1111 1111 1111", "br_cpf": "529.982.247-25"}


async def created(client: httpx.AsyncClient, **more: object) -> dict[str, str]:
    body = {"conversation_id": "c-1", "fields": list(FORM), **more}
    answer = await client.post("/v1/captures", json=body)
    assert answer.status_code == 201
    capture: dict[str, str] = answer.json()
    return capture


async def sealed(client: httpx.AsyncClient, capture: dict[str, str], fields: dict[str, str]) -> dict[str, str]:
    """What the page sends, made without a browser."""
    secret = capture["url"].partition("#")[2]
    opened = await client.post(f"/c/{capture['capture_id']}/open", json={"secret": secret})
    assert opened.status_code == 200
    salt = hashlib.sha256(secret.encode()).digest()
    form = seal_form(opened.json()["public_key"], fields, capture["capture_id"], salt)
    return {"secret": secret, "public_key": form.public_key, "nonce": form.nonce, "ciphertext": form.ciphertext}


async def test_a_capture_ends_submitted_with_tokens_and_verdicts(
    client: httpx.AsyncClient, anonymous: httpx.AsyncClient
) -> None:
    capture = await created(client)
    body = await sealed(anonymous, capture, FORM)

    answer = await anonymous.post(f"/c/{capture['capture_id']}/submit", json=body)

    assert answer.status_code == 204
    status = (await client.get(f"/v1/captures/{capture['capture_id']}")).json()
    assert status["state"] == "submitted"
    assert status["results"]["payment_card"]["last4"] == "1111"
    assert status["results"]["payment_card"]["is_valid"] is True
    assert status["results"]["br_cpf"]["last4"] is None


async def test_a_second_use_is_refused(client: httpx.AsyncClient, anonymous: httpx.AsyncClient) -> None:
    capture = await created(client)
    body = await sealed(anonymous, capture, FORM)
    path = f"/c/{capture['capture_id']}"
    assert (await anonymous.post(f"{path}/submit", json=body)).status_code == 204

    again = await anonymous.post(f"{path}/submit", json=body)
    reopened = await anonymous.post(f"{path}/open", json={"secret": body["secret"]})
    unknown = await anonymous.post("/c/nobody/open", json={"secret": body["secret"]})

    assert again.status_code == reopened.status_code == unknown.status_code == 410
    assert again.json() == reopened.json() == unknown.json()


async def test_looking_at_the_page_uses_nothing_up_and_tells_nothing(
    client: httpx.AsyncClient, anonymous: httpx.AsyncClient
) -> None:
    capture = await created(client)

    pages = [await anonymous.get(f"/c/{name}") for name in (capture["capture_id"], "nobody")]

    assert pages[0].text == pages[1].text
    assert (await client.get(f"/v1/captures/{capture['capture_id']}")).json()["state"] == "open"


async def test_the_page_and_its_files_carry_a_strict_policy(anonymous: httpx.AsyncClient) -> None:
    page = await anonymous.get("/c/any")
    files = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
    assert len(files) == 4
    for path in ("/c/any", *files):
        answer = await anonymous.get(path)
        assert answer.status_code == 200
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=|https?:", page.text)


async def test_the_agent_sees_fields_and_never_a_character(
    client: httpx.AsyncClient, anonymous: httpx.AsyncClient
) -> None:
    capture = await created(client)
    secret = capture["url"].partition("#")[2]
    path = f"/c/{capture['capture_id']}/progress"
    assert (await anonymous.post(path, json={"secret": secret, "field": "br_cpf", "state": "valid"})).status_code == 204
    typed = await anonymous.post(path, json={"secret": secret, "field": "br_cpf", "state": "529.982"})

    assert typed.status_code == 422
    status = (await client.get(f"/v1/captures/{capture['capture_id']}")).json()
    assert (status["state"], status["progress"]) == ("opened", {"br_cpf": "valid"})


async def test_a_link_and_an_address_can_be_tried_only_so_often(app: FastAPI, anonymous: httpx.AsyncClient) -> None:
    app.state.page_pace = PagePace(address=5, link=3)

    async def statuses(name: str, count: int) -> list[int]:
        return [(await anonymous.post(f"/c/{name}/open", json={"secret": "guess"})).status_code for _ in range(count)]

    assert await statuses("one", 4) == [410, 410, 410, 429]
    assert await statuses("two", 2) == [410, 429]
    refused = await anonymous.post("/c/two/open", json={"secret": "guess"})
    assert 0 < int(refused.headers["Retry-After"]) <= 60


async def test_a_cancelled_capture_is_closed(client: httpx.AsyncClient, anonymous: httpx.AsyncClient) -> None:
    capture = await created(client)
    assert (await client.delete(f"/v1/captures/{capture['capture_id']}")).status_code == 204

    secret = capture["url"].partition("#")[2]
    assert (await anonymous.post(f"/c/{capture['capture_id']}/open", json={"secret": secret})).status_code == 410
    assert (await client.get("/v1/captures/nobody")).status_code == 404


@pytest.mark.parametrize("fields", [[], ["card_pin"], ["card_security_code", "card_track"], ["iban", "iban"]])
async def test_wrong_fields_are_refused(client: httpx.AsyncClient, fields: list[str]) -> None:
    answer = await client.post("/v1/captures", json={"conversation_id": "c", "fields": fields})

    assert answer.status_code == 422


async def test_the_page_has_its_words_in_every_language(anonymous: httpx.AsyncClient) -> None:
    script = (await anonymous.get("/c/assets/capture.words.js")).text
    words = json.loads(script.removeprefix("window.CaptureWords = ").rstrip(";\n"))

    assert tuple(words) == LANGUAGES
    for language in LANGUAGES:
        assert keys_of(words[language]) == keys_of(words["en"])
        assert all(len(flow_label(language, entity)) <= 20 for entity in words["en"]["fields"])


def keys_of(words: dict[str, Any]) -> set[str]:
    below = {f"{name}.{key}" for name in ("fields", "flow") for key in words[name]}
    return set(words) | below
