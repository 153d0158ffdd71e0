"""``cordon sandbox genesys``: a double of Genesys Cloud's Open Messaging for tests and the demo.

It checks what Genesys checks (credentials, tokens, bodies, pace), keeps conversations, sends agents' messages by signed
webhook with Genesys's retries, and fails on demand. ``/_sandbox/...`` steers and reads it.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

import click
from aiohttp import web

from sandbox.chat_view import AGENT, add_view
from sandbox.double import CONTROL, Faults, close_at_end, make_application, run
from sandbox.genesys_bodies import BODIES, Body, Event, Message, Receipt, StructuredResponse, error_body, parsed
from sandbox.genesys_desktop import add_desktop
from sandbox.genesys_notifications import Notifications
from sandbox.genesys_reads import flat, whole
from sandbox.genesys_state import Conversation, Entry, Genesys, GenesysOptions, answer_of

API: Final = "/api/v2/conversations"
DEFAULTS: Final = GenesysOptions()
_WRITTEN: Final = frozenset({"type", "text", "content", "events"})


def application_of(genesys: Genesys) -> web.Application:
    """The double as an application."""
    application = make_application(Faults(), _refuse)
    doors = _Doors(genesys)
    add_view(application, AGENT)
    add_desktop(application, genesys.options.widget_url)
    doors.notifications.add_to(application)
    application.router.add_post("/oauth/token", doors.token)
    application.router.add_post(f"{API}/messages/{{integration}}/inbound/open/{{kind:.+}}", doors.inbound)
    application.router.add_get(f"{API}/{{conversation}}", doors.read_whole)
    application.router.add_get(f"{API}/messages/{{conversation}}", doors.read_flat)
    application.router.add_get(f"{API}/messages/{{conversation}}/messages/{{message}}", doors.read_message)
    application.router.add_post(
        f"{API}/messages/{{conversation}}/communications/{{communication}}/messages", doors.agent_send
    )
    application.router.add_post(
        f"{API}/messages/{{conversation}}/communications/{{communication}}/typing", doors.agent_types
    )
    application.router.add_post(f"{API}/messages/agentless", doors.agentless)
    for path in (f"{API}/messages/{{conversation}}", f"{API}/{{conversation}}"):
        application.router.add_patch(f"{path}/participants/{{participant}}/attributes", doors.set_attributes)
    application.router.add_get(f"{CONTROL}/received", doors.received)
    application.router.add_get(f"{CONTROL}/conversations", doors.conversations)
    application.router.add_post(f"{CONTROL}/agent-message", doors.agent_message)
    application.router.add_post(f"{CONTROL}/end", doors.end)
    application.router.add_put(f"{CONTROL}/webhook", doors.set_webhook)
    application.router.add_post(f"{CONTROL}/withdraw-tokens", doors.withdraw_tokens)
    close_at_end(application, genesys.close)
    return application


@click.command("genesys")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--client-id", default=DEFAULTS.client_id, show_default=True)
@click.option("--client-secret", default=DEFAULTS.client_secret, show_default=True)
@click.option("--integration-id", default=DEFAULTS.integration_id, show_default=True)
@click.option("--webhook-url", help="Where agents' messages go; can be set later by PUT /_sandbox/webhook.")
@click.option("--webhook-secret", default=DEFAULTS.webhook_secret, show_default=True)
@click.option("--requests-per-minute", default=300, show_default=True, help="For each token; 0 for no limit.")
@click.option("--token-seconds", default=3600.0, show_default=True, help="How long a token is good.")
@click.option("--retry-seconds", default=5.0, show_default=True, help="Between two tries of a webhook.")
@click.option("--rejects-unknown-receipts", is_flag=True, help="Answer 400 to a receipt of an unknown message.")
@click.option("--accepted-status", default=202, type=click.IntRange(200, 202), help="Of a message that was taken.")
@click.option("--drops-duplicates", is_flag=True, help="Show a second message with the same messageId to nobody.")
@click.option("--takes-late-failures/--refuses-late-failures", default=True, show_default=True)
@click.option("--names-conversations/--omits-conversations", default=True, help="In agents' messages.")
@click.option("--nickname-key", default="nickname", type=click.Choice(["nickname", "nickName"]), show_default=True)
@click.option("--user-id", default=DEFAULTS.user_id, show_default=True, help="The agent of every conversation.")
@click.option("--queue-id", default=DEFAULTS.queue_id, show_default=True, help="Where every conversation comes from.")
@click.option("--heartbeat-seconds", default=30.0, show_default=True, help="Of notification channels.")
@click.option("--widget-url", help="Of an interaction widget on the page /desktop, as Genesys's integration has it.")
@click.option("--webhook-header", "webhook_headers", multiple=True, help="Name: value; may be given several times.")
def serve(*, port: int, **given: Any) -> None:
    """Run a double of Genesys Cloud's Open Messaging until Ctrl-C."""
    run(application_of(Genesys(GenesysOptions(**given))), name="Genesys Cloud", port=port)


class _Doors:
    """The handlers."""

    def __init__(self, genesys: Genesys) -> None:
        self._genesys = genesys
        self.notifications = Notifications(genesys.options.heartbeat_seconds, self._refused)

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        tokens = self._genesys.tokens
        granted = tokens.grant(request.headers.get("Authorization", ""), str(form.get("grant_type", "")))
        if granted is None:
            return web.json_response(
                {"error": "invalid_client", "error_description": "authentication failed"}, status=401
            )
        life = int(tokens.options.token_seconds)
        return web.json_response({"access_token": granted, "token_type": "bearer", "expires_in": life})

    async def inbound(self, request: web.Request) -> web.Response:
        if (refused := self._refused(request)) is not None:
            return refused
        kind = request.match_info["kind"]
        if request.match_info["integration"] != self._genesys.options.integration_id or kind not in BODIES:
            return _not_found()
        body = parsed(kind, await request.read())
        names_conversation = request.query.get("prefetchConversationId") == "true"
        return web.json_response(body, status=400) if isinstance(body, dict) else self._take(body, names_conversation)

    def _take(self, body: Body, names_conversation: bool) -> web.Response:  # noqa: FBT001  (as the query says)
        match body:
            case Message():
                return self._took(body, body.text or "", "Text", names_conversation)
            case StructuredResponse():
                return self._took(body, body.buttonResponse.text, "Structured", names_conversation)
            case Receipt():
                if not self._genesys.take_receipt(body) and self._genesys.options.rejects_unknown_receipts:
                    return _error(400, "bad.request", "The message is unknown.")
                return web.json_response({"id": body.id, "type": "Receipt", "status": body.status})
            case _:
                assert isinstance(body, Event)  # noqa: S101  (for the type checker)
                return web.json_response({"conversationId": self._genesys.take_event(body).conversation_id})

    async def read_whole(self, request: web.Request) -> web.Response:
        return self._read(request, whole)

    async def read_flat(self, request: web.Request) -> web.Response:
        return self._read(request, flat)

    def _read(self, request: web.Request, view: Callable[[Conversation], dict[str, Any]]) -> web.Response:
        if (refused := self._refused(request)) is not None:
            return refused
        found = self._genesys.by_id(request.match_info["conversation"])
        return _not_found() if found is None else web.json_response(view(found))

    async def read_message(self, request: web.Request) -> web.Response:
        if (refused := self._refused(request)) is not None:
            return refused
        found = self._genesys.by_id(request.match_info["conversation"])
        entries = found.entries if found is not None else []
        for entry in entries:
            if entry.message_id == request.match_info["message"]:
                return web.json_response(
                    {
                        "id": entry.message_id,
                        "conversationId": request.match_info["conversation"],
                        "direction": entry.direction.lower(),
                        "messengerType": "open",
                        "status": entry.status,
                        "normalizedMessage": {"id": entry.message_id, "type": "Text", "text": entry.text},
                        "normalizedReceipts": entry.receipts,
                    }
                )
        return _not_found()

    async def agent_send(self, request: web.Request) -> web.Response:
        if (refused := self._refused(request)) is not None:
            return refused
        found = self._genesys.by_id(request.match_info["conversation"])
        given = await _object(request)
        text = given.get("textBody")
        if found is None or found.agent.communication_id != request.match_info["communication"]:
            return _not_found()
        if not isinstance(text, str) or set(given) != {"textBody"}:
            return _error(400, "bad.request", "textBody is needed.")
        return web.json_response(_sent(found, self._genesys.agent_writes(found, {"text": text})))

    async def agent_types(self, request: web.Request) -> web.Response:
        if (refused := self._refused(request)) is not None:
            return refused
        found = self._genesys.by_id(request.match_info["conversation"])
        if found is None or found.agent.communication_id != request.match_info["communication"]:
            return _not_found()
        typing = {"eventType": "Typing", "typing": {"type": "On", "duration": 5000}}
        self._genesys.agent_writes(found, {"type": "Event", "events": [typing]})
        return web.Response(status=204)

    async def agentless(self, request: web.Request) -> web.Response:
        """A message without an agent; it joins the customer's running conversation."""
        if (refused := self._refused(request)) is not None:
            return refused
        given = await _object(request)
        text, to = given.get("textBody"), self._addressed({"to": given.get("toAddress")})
        is_ours = given.get("fromAddress") == self._genesys.options.integration_id
        if to is None or not isinstance(text, str) or not is_ours or given.get("toAddressMessengerType") != "open":
            return _error(400, "bad.request", "fromAddress, toAddress, toAddressMessengerType and textBody are needed.")
        entry = self._genesys.agent_writes(to, {"text": text, "originatingEntity": "Bot"})
        return web.json_response({**_sent(to, entry), "fromAddress": given["fromAddress"]}, status=202)

    async def set_attributes(self, request: web.Request) -> web.Response:
        """Merge into the participant's data, strings only, and tell who listens."""
        if (refused := self._refused(request)) is not None:
            return refused
        found, given = self._genesys.by_id(request.match_info["conversation"]), await _object(request)
        attributes = given.get("attributes")
        named = request.match_info["participant"]
        participant = next((one for one in found.participants if one.id == named), None) if found is not None else None
        if found is None or participant is None:
            return _not_found()
        if not isinstance(attributes, dict) or not all(isinstance(value, str) for value in attributes.values()):
            return _error(400, "bad.request", "attributes have to be strings.")
        participant.attributes |= attributes
        await self.notifications.tell_attributes(found, participant)
        return web.json_response({"attributes": participant.attributes})

    async def end(self, request: web.Request) -> web.Response:
        """``{"conversation_id", "by"?}``: the agent, or ``customer``, leaves; the conversation is over."""
        given = await _object(request)
        found = self._genesys.by_id(str(given.get("conversation_id")))
        if found is None:
            return _not_found()
        self._genesys.end(found)
        await self.notifications.tell_end(found, found.side if given.get("by") == "customer" else found.agent)
        return web.json_response({"ended": True})

    async def received(self, _: web.Request) -> web.Response:
        return web.json_response(self._genesys.received)

    async def conversations(self, _: web.Request) -> web.Response:
        return web.json_response([_as_view(one) for one in self._genesys.conversations.values()])

    async def agent_message(self, request: web.Request) -> web.Response:
        """``{"to" | "conversation_id", "text", "type"?, "content"?, "events"?}``: the agent writes."""
        given = await _object(request)
        conversation = self._addressed(given)
        if conversation is None:
            return _error(404, "not.found", "Name the customer by to, or the conversation by conversation_id.")
        payload = {name: value for name, value in given.items() if name in _WRITTEN}
        return web.json_response(_sent(conversation, self._genesys.agent_writes(conversation, payload)))

    async def set_webhook(self, request: web.Request) -> web.Response:
        """``{"url"}``: where agents' messages go."""
        self._genesys.webhook_url = (await _object(request)).get("url")
        return web.json_response({"url": self._genesys.webhook_url})

    async def withdraw_tokens(self, _: web.Request) -> web.Response:
        self._genesys.tokens.withdraw()
        return web.json_response({"withdrawn": True})

    def _refused(self, request: web.Request) -> web.Response | None:
        authorization = request.headers.get("Authorization", "")
        if not self._genesys.tokens.is_valid(authorization):
            return _error(401, "bad.credentials", "Invalid login credentials.")
        if (seconds := self._genesys.tokens.wait(authorization)) > 0:
            return _refuse(429, float(int(seconds) + 1))
        return None

    def _took(
        self,
        body: Message | StructuredResponse,
        text: str,
        kind: str,
        names_conversation: bool,  # noqa: FBT001  (as above)
    ) -> web.Response:
        conversation, message_id = self._genesys.take_message(body, text)
        answer = answer_of(message_id, body.channel, text, kind)
        if names_conversation:
            answer["conversationId"] = conversation.conversation_id
        return web.json_response(answer, status=self._genesys.options.accepted_status)

    def _addressed(self, given: dict[str, Any]) -> Conversation | None:
        if isinstance(wanted := given.get("conversation_id"), str):
            return self._genesys.by_id(wanted)
        customer = given.get("to")
        if not isinstance(customer, str) or not customer:
            return None
        return self._genesys.conversation_with(customer)


def _refuse(status: int, retry_after: float | None) -> web.Response:
    code = "too.many.requests" if status == web.HTTPTooManyRequests.status_code else "service.unavailable"
    answer = _error(status, code, "Try again later.")
    if retry_after is not None:
        answer.headers["Retry-After"] = f"{retry_after:g}"
    return answer


def _not_found() -> web.Response:
    return _error(404, "not.found", "The requested resource was not found.")


def _error(status: int, code: str, message: str) -> web.Response:
    return web.json_response(error_body(status, code, message), status=status)


async def _object(request: web.Request) -> dict[str, Any]:
    try:
        given = await request.json()
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


def _sent(conversation: Conversation, entry: Entry) -> dict[str, Any]:
    return {"id": entry.message_id, "conversationId": conversation.conversation_id, "status": entry.status}


def _as_view(conversation: Conversation) -> dict[str, Any]:
    return {
        "conversation_id": conversation.conversation_id,
        "communication_id": conversation.agent.communication_id,
        "customer": conversation.customer,
        "nickname": conversation.nickname,
        "attributes": conversation.side.attributes,
        "has_failed": conversation.has_failed,
        "messages": [asdict(entry) for entry in conversation.entries],
    }
