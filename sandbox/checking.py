"""Doubles of the two parties that data actions ask: a payment service provider and a credit bureau.

Both check their caller's key and the shape of a request, keep what they were asked, and can be told to fail. Their
answers carry more than Cordon may pass on, a card number and a name among it, so that a leak would show.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import click
from aiohttp import web

from sandbox.double import CONTROL, Faults, make_application, run
from vault.formats import canonical, is_cpf, luhn

DEFAULT_KEY: Final = "sandbox-key"
"""Opens a double only."""
STOLEN: Final = "4000000000000002"
"""A card with a right check digit that its issuer has closed."""
IRREGULAR: Final = "11144477735"
"""A CPF with right check digits that is not in order at the authority."""
Answering = Callable[[dict[str, Any]], dict[str, Any] | None]
"""From a request to its answer; None for a request of the wrong shape."""


@dataclass(slots=True)
class CheckingParty:
    """One outside party: what it was asked, in order."""

    key: str = DEFAULT_KEY
    asked: list[dict[str, Any]] = field(default_factory=list)

    def application(self, routes: dict[str, Answering]) -> web.Application:
        """Its server."""
        application = make_application(Faults(), _refuse)

        async def received(_: web.Request) -> web.Response:
            return web.json_response(self.asked)

        application.router.add_get(f"{CONTROL}/received", received)
        for path, answering in routes.items():
            application.router.add_post(path, self._door(answering))
        return application

    def _door(self, answering: Answering) -> Callable[[web.Request], Any]:
        async def answer(request: web.Request) -> web.Response:
            given = request.headers.get("Authorization", "").encode()
            if not hmac.compare_digest(given, f"Bearer {self.key}".encode()):
                return _refuse(401, None)
            body = await request.json()
            self.asked.append(body)
            answered = answering(body) if isinstance(body, dict) else None
            return _refuse(400, None) if answered is None else web.json_response(answered)

        return answer


def psp_application(party: CheckingParty) -> web.Application:
    """A payment service provider: is a card in use, and refund to it."""
    return party.application({"/v1/cards/check": _check_card, "/v1/refunds": _refund})


def bureau_application(party: CheckingParty) -> web.Application:
    """A bureau: is a person's document in order."""
    return party.application({"/v1/persons/check": _check_person})


def _check_card(body: dict[str, Any]) -> dict[str, Any] | None:
    number = canonical(str(body.get("number", "")))
    if not number.isdigit():
        return None
    return {"active": luhn(number) and number != STOLEN, "number": number, "holder": "ANA EXAMPLE"}


def _refund(body: dict[str, Any]) -> dict[str, Any] | None:
    number, amount = canonical(str(body.get("card", ""))), str(body.get("amount", ""))
    if not number.isdigit() or not luhn(number) or not amount.replace(".", "", 1).isdigit():
        return None
    return {"status": "accepted", "id": f"rf-{number[-4:]}", "note": f"to card {number}", "holder": "ANA EXAMPLE"}


def _check_person(body: dict[str, Any]) -> dict[str, Any] | None:
    document = canonical(str(body.get("document", "")))
    if not document:
        return None
    return {"regular": is_cpf(document) and document != IRREGULAR, "document": document, "name": "ANA EXAMPLE"}


def _refuse(status: int, retry_after: float | None) -> web.Response:
    headers = {"Retry-After": f"{retry_after:g}"} if retry_after is not None else {}
    return web.json_response({"error": status}, status=status, headers=headers)


@click.command()
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--key", default=DEFAULT_KEY, show_default=True, help="What callers give as Bearer.")
def serve_psp(*, port: int, key: str) -> None:
    """Run a double of a payment service provider until Ctrl-C."""
    run(psp_application(CheckingParty(key)), name="a payment service provider", port=port)


@click.command()
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--key", default=DEFAULT_KEY, show_default=True, help="What callers give as Bearer.")
def serve_bureau(*, port: int, key: str) -> None:
    """Run a double of a credit bureau until Ctrl-C."""
    run(bureau_application(CheckingParty(key)), name="a credit bureau", port=port)
