"""``/v1/tokens``: values in, tokens out, and back for those who may."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Response

from gateway.auth import Caller, require
from gateway.bodies import body_of, described
from gateway.vault_desk import VaultDesk, desk_of, vault_errors
from schemas.vault import (
    Approval,
    Detokenize,
    Detokenized,
    DetokenizedItem,
    TokenBatch,
    TokenBatchIssued,
    TokenCreate,
    TokenError,
    TokenIssued,
    TokenLookup,
    TokenMetadata,
)
from vault.errors import RefusedValue, TokenRefused
from vault.formats import TokenFormat
from vault.requests import Access, IssuedToken, Scope, TokenInfo, TokenRequest, View

router = APIRouter(prefix="/v1", tags=["vault"])

Desk = Annotated[VaultDesk, Depends(desk_of)]
Creator = Annotated[Caller, Depends(require("tokens:create"))]
Revealer = Annotated[Caller, Depends(require("tokens:reveal"))]
Reader = Annotated[Caller, Depends(require("tokens:create", "tokens:reveal", "admin"))]
Keeper = Annotated[Caller, Depends(require("admin"))]


@router.post("/tokens", status_code=201, openapi_extra=described(TokenCreate))
async def create(
    desk: Desk, caller: Creator, body: Annotated[TokenCreate, Depends(body_of(TokenCreate))]
) -> TokenIssued:
    """Keep a value and answer with its token."""
    with vault_errors():
        return _issued(await desk.vault.tokenize(_request(body), caller.access()))


@router.post("/tokens:batch", status_code=201, openapi_extra=described(TokenBatch))
async def create_batch(
    desk: Desk, caller: Creator, body: Annotated[TokenBatch, Depends(body_of(TokenBatch))]
) -> TokenBatchIssued:
    """Keep several values; a refused one does not stop the others."""
    access = caller.access()
    with vault_errors():
        outcomes = await asyncio.gather(*(_created(desk, item, access) for item in body.items))
    return TokenBatchIssued(items=list(outcomes))


@router.post("/tokens/detokenize", openapi_extra=described(Detokenize))
async def detokenize(
    desk: Desk, caller: Revealer, body: Annotated[Detokenize, Depends(body_of(Detokenize))]
) -> Detokenized:
    """Resolve tokens. A plain view needs a reason; every attempt is recorded before a value is decrypted."""
    access = caller.access(
        reason=desk.clean(body.reason) if body.reason else None,
        purpose=desk.clean(body.purpose) if body.purpose else None,
        conversation_id=body.conversation_id,
    )
    with vault_errors():
        outcomes = await asyncio.gather(*(_revealed(desk, item.token, View(item.view), access) for item in body.items))
    if not (body.reason or "").strip() and any(item.view == "plain" for item in body.items):
        raise HTTPException(422, "a plain view needs a reason")
    return Detokenized(items=list(outcomes))


@router.post("/tokens/lookup", openapi_extra=described(TokenLookup))
async def lookup(
    desk: Desk, caller: Creator, body: Annotated[TokenLookup, Depends(body_of(TokenLookup))]
) -> TokenMetadata:
    """The token that an equal value has already."""
    request = TokenRequest(entity=body.type, value=body.value, format=TokenFormat(body.format))
    with vault_errors():
        return _metadata(await desk.vault.lookup(request, caller.access()))


@router.post("/tokens/{token:path}:disable", status_code=204)
async def disable(token: str, desk: Desk, caller: Keeper) -> Response:
    """Stop a token for the time being."""
    with vault_errors():
        await desk.vault.disable(token, caller.access())
    return Response(status_code=204)


@router.post("/tokens/{token:path}:enable", status_code=204)
async def enable(token: str, desk: Desk, caller: Keeper) -> Response:
    """Let a stopped token work again."""
    with vault_errors():
        await desk.vault.enable(token, caller.access())
    return Response(status_code=204)


@router.get("/tokens/{token:path}")
async def describe(token: str, desk: Desk, caller: Reader) -> TokenMetadata:
    """What is known of a token, without its value."""
    with vault_errors():
        return _metadata(await desk.vault.describe(token, caller.access()))


@router.delete("/tokens/{token:path}", status_code=204)
async def erase(token: str, desk: Desk, caller: Keeper) -> Response:
    """Destroy a token's value for good."""
    with vault_errors():
        await desk.vault.erase(token, caller.access())
    return Response(status_code=204)


@router.post("/approvals/{approval_id}", status_code=204, openapi_extra=described(Approval))
async def approve(
    approval_id: str, desk: Desk, caller: Revealer, body: Annotated[Approval, Depends(body_of(Approval))]
) -> Response:
    """As the second person, let another's reveal pass once."""
    with vault_errors():
        access = caller.access(reason=desk.clean(body.reason))
        if not await desk.vault.approve(approval_id, access):
            raise HTTPException(404, "no such request, or your own")
    return Response(status_code=204)


async def _created(desk: VaultDesk, item: TokenCreate, access: Access) -> TokenIssued | TokenError:
    try:
        return _issued(await desk.vault.tokenize(_request(item), access))
    except RefusedValue:
        return TokenError(error="refused")


async def _revealed(desk: VaultDesk, token: str, view: View, access: Access) -> DetokenizedItem | TokenError:
    try:
        revealed = await desk.vault.reveal(token, view, access)
    except TokenRefused as error:
        return TokenError(token=token, error=str(error.refusal), approval_id=error.approval_id)
    return DetokenizedItem(token=token, value=revealed.value, type=revealed.entity)


def _request(body: TokenCreate) -> TokenRequest:
    return TokenRequest(
        entity=body.type,
        value=body.value,
        format=TokenFormat(body.format),
        ttl_seconds=body.ttl_seconds,
        scope=Scope.TENANT if body.deduplicate else Scope.NONE,
        conversation_id=body.conversation_id,
        subject=body.subject,
    )


def _issued(issued: IssuedToken) -> TokenIssued:
    return TokenIssued(
        token=issued.token,
        type=issued.entity,
        format=issued.format.value,
        mask=issued.mask,
        last4=issued.last4,
        fingerprint=issued.fingerprint,
        created_at=datetime.fromtimestamp(issued.created_at, UTC),
        expires_at=datetime.fromtimestamp(issued.expires_at, UTC),
        duplicate=issued.is_duplicate,
    )


def _metadata(info: TokenInfo) -> TokenMetadata:
    return TokenMetadata.model_validate(
        {
            "token": info.token,
            "type": info.entity,
            "format": info.format.value,
            "state": info.state,
            "mask": info.mask,
            "conversation_id": info.conversation_id,
            "created_at": datetime.fromtimestamp(info.created_at, UTC),
            "created_by": info.created_by,
            "expires_at": datetime.fromtimestamp(info.expires_at, UTC),
        }
    )
