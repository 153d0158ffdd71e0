"""The playground: every rule's opinion, and no trace."""

import httpx
import pytest

from detection.pack import shipped_packs
from tests.gateway.gateway_parts import Published

TEXT = "card 4539 1488 0343 6467, write to maria@example.com"


async def test_it_tells_findings_reasons_actions_and_time(client: httpx.AsyncClient, published: Published) -> None:
    found = (await client.post("/playground/api/scan", json={"text": TEXT})).json()
    card, address = found["findings"]
    assert (card["rule"], TEXT[card["start"] : card["end"]], card["blocks"]) == (
        "CreditCard",
        "4539 1488 0343 6467",
        True,
    )
    assert card["reasons"]
    assert card["pack"] == "payments"
    assert (address["rule"], address["blocks"]) == ("EmailAddress", False)
    assert "[CREDIT CARD REDACTED]" in found["redacted_text"]
    assert found["microseconds"] > 0
    assert published.records == []


@pytest.mark.parametrize(
    ("policy", "rules"),
    [("payments", ["CreditCard"]), ("contact", ["EmailAddress"]), ("as shipped", ["CreditCard", "EmailAddress"])],
)
async def test_a_text_is_tried_against_another_policy(client: httpx.AsyncClient, policy: str, rules: list[str]) -> None:
    found = (await client.post("/playground/api/scan", json={"text": TEXT, "policy": policy})).json()
    assert [one["rule"] for one in found["findings"]] == rules


async def test_every_pack_can_be_chosen_and_nothing_else(client: httpx.AsyncClient) -> None:
    offered = (await client.get("/playground/api/policies")).json()["policies"]
    assert offered == ["in force", "as shipped", *shipped_packs()]
    assert (await client.post("/playground/api/scan", json={"text": TEXT, "policy": "../x"})).status_code == 422


async def test_it_needs_somebody_who_is_known(anonymous: httpx.AsyncClient) -> None:
    assert (await anonymous.post("/playground/api/scan", json={"text": TEXT})).status_code == 401
