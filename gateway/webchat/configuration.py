"""``config.json`` of a deployment, as Genesys's own guest clients read it before they connect.

Only what is named here is passed on: any address, and whatever else stands in a configuration, could lead past Cordon.

Source: Genesys's mobile guest SDK, which reads these fields.
"""

from typing import Annotated, Any, Final
from urllib.parse import urlsplit, urlunsplit

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import JSONResponse

from gateway.webchat.doors import Chat, asked_of_genesys, preflight
from gateway.webchat.files import FilePolicy
from gateway.webchat.frames import object_in, objects_in

router = APIRouter(tags=["web chat"])

PATH: Final = "/webdeployments/v1/deployments/{deployment_id}/config.json"
MAX_AGE: Final = 60
"""Seconds that a browser may keep it."""
_SWITCH: Final = {"enabled": None}
_PASSED_ON: Final[dict[str, Any]] = {
    "version": None,
    "languages": None,
    "defaultLanguage": None,
    "status": None,
    "auth": {"enabled": None, "allowSessionUpgrade": None},
    "headlessMode": _SWITCH,
    "messenger": {
        "enabled": None,
        "apps": {
            "conversations": {
                "enabled": None,
                "showAgentTypingIndicator": None,
                "showUserTypingIndicator": None,
                "autoStart": _SWITCH,
                "conversationDisconnect": {"enabled": None, "type": None},
                "conversationClear": _SWITCH,
            }
        },
        "styles": {"primaryColor": None},
        "launcherButton": {"visibility": None},
    },
}
"""Objects go on with these keys only. None stands for a plain value, or a list of such."""

router.options(PATH, include_in_schema=False)(preflight)


@router.get(PATH)
async def configuration(
    request: Request, chat: Chat, deployment_id: Annotated[str, Path(max_length=128)]
) -> JSONResponse:
    """The deployment's configuration, with the gateway wherever Genesys stands in it."""
    headers = chat.origins.headers(request)
    if not chat.knows(deployment_id):
        raise HTTPException(404, "no such deployment", headers=headers)
    path = PATH.format(deployment_id=chat.settings.deployment_id)
    found = await asked_of_genesys(chat, "GET", path, headers, base_url=cdn_of(chat.settings.api_url or ""))
    made = as_guests_know_it(found or {}, deployment_id, chat.origins.base_url(request), chat.room.files)
    return JSONResponse(made, headers={"Cache-Control": f"public, max-age={MAX_AGE}", **headers})


def cdn_of(api_url: str) -> str:
    """Where Genesys keeps configurations: on ``api-cdn`` beside ``api``."""
    parts = urlsplit(api_url)
    host = parts.netloc.replace("api.", "api-cdn.", 1) if parts.netloc.startswith("api.") else parts.netloc
    return urlunsplit(parts._replace(netloc=host))


def as_guests_know_it(found: dict[str, Any], deployment_id: str, base_url: str, files: FilePolicy) -> dict[str, Any]:
    """A configuration of Genesys's with the gateway's addresses, and what the policy on files leaves of uploads."""
    made: dict[str, Any] = _picked(found, _PASSED_ON)
    messenger = made.setdefault("messenger", {})
    conversations = messenger.setdefault("apps", {}).setdefault("conversations", {})
    conversations["messagingEndpoint"] = base_url.replace("http", "ws", 1)
    upload = object_in(found, "messenger", "fileUpload")
    modes = files.upload_modes(objects_in(upload, "modes"))
    messenger["fileUpload"] = {"enableAttachments": bool(upload.get("enableAttachments") and modes), "modes": modes}
    # journeys are told to Genesys directly, past Cordon
    return {**made, "id": deployment_id, "apiEndpoint": base_url, "journeyEvents": {"enabled": False}}


def _picked(found: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    picked: dict[str, Any] = {}
    for key, shape in wanted.items():
        value = found.get(key)
        if shape is not None:
            if isinstance(value, dict):
                picked[key] = _picked(value, shape)
        elif isinstance(value, str | int | bool) or (
            isinstance(value, list) and all(isinstance(one, str) for one in value)
        ):
            picked[key] = value
    return picked
