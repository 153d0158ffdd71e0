"""Verifiers that ask outside parties, against a double of each, as processes of their own."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gateway.data_actions_calls import CallFailed, CallRefused, Upstreams
from sandbox.checking import IRREGULAR, STOLEN
from sandbox.process import ChildProcess, cordon, free_port

EXAMPLE = Path(__file__).parents[2] / "deploy" / "data-actions.example.yaml"
CARD, CPF = "4111 1111 1111 1111", "529.982.247-25"


@pytest.fixture(scope="module")
def parties(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    folder = tmp_path_factory.mktemp("parties")
    urls = {name: f"http://127.0.0.1:{free_port()}" for name in ("psp", "bureau")}
    commands = {name: cordon("sandbox", name, "--port", url.rpartition(":")[2]) for name, url in urls.items()}
    with (
        ChildProcess(commands["psp"], environment={}, log=folder / "psp.log") as psp,
        ChildProcess(commands["bureau"], environment={}, log=folder / "bureau.log") as bureau,
    ):
        psp.wait_ready(f"{urls['psp']}/_sandbox/health")
        bureau.wait_ready(f"{urls['bureau']}/_sandbox/health")
        yield urls


@pytest.fixture
def upstreams(parties: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Upstreams:
    """The example file, with the doubles in place of the parties that it names."""
    monkeypatch.setenv("PSP_KEY", "sandbox-key")
    monkeypatch.setenv("BUREAU_KEY", "sandbox-key")
    text = EXAMPLE.read_text(encoding="utf-8").replace("private_hosts: []", "private_hosts: [127.0.0.1]")
    for name, url in parties.items():
        text = text.replace(f"https://{name}.example.com", url)
    file = tmp_path / "data-actions.yaml"
    file.write_text(text)
    return Upstreams.load(file)


@pytest.mark.parametrize(("entity", "right", "wrong"), [("payment_card", CARD, STOLEN), ("br_cpf", CPF, IRREGULAR)])
async def test_a_party_says_what_no_check_digit_can(upstreams: Upstreams, entity: str, right: str, wrong: str) -> None:
    verifier = upstreams.verifier(entity)

    assert verifier is not None
    assert await verifier.verify(right) is True
    assert await verifier.verify(wrong) is False


async def test_a_call_hands_over_the_value_and_brings_back_what_is_allowed(
    upstreams: Upstreams, parties: dict[str, str]
) -> None:
    async def resolve(token: str) -> str:
        assert token == "tok_card"
        return CARD

    call = upstreams.call("refund")
    assert call is not None
    answer = await call.run({"card": "tok_card", "amount": "12.50"}, resolve, lambda text: text)

    assert answer == {"status": "accepted", "id": "rf-1111"}
    async with httpx.AsyncClient() as watcher:
        asked = (await watcher.get(f"{parties['psp']}/_sandbox/received")).json()
    assert asked[-1] == {"card": CARD, "amount": "12.50"}
    with pytest.raises(CallRefused, match="amount"):
        await call.run({"card": "tok_card"}, resolve, lambda text: text)


async def test_a_party_that_fails_gives_no_verdict(upstreams: Upstreams, parties: dict[str, str]) -> None:
    verifier = upstreams.verifier("br_cpf")
    assert verifier is not None
    async with httpx.AsyncClient() as saboteur:
        await saboteur.post(f"{parties['bureau']}/_sandbox/faults", json={"kind": "reset", "count": 1})

    with pytest.raises(CallFailed):
        await verifier.verify(CPF)
    assert await verifier.verify(CPF) is True
