"""What an agent's desktop asks of the double of Genesys: a conversation's sides, what happens in it, and an end."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.sync.client import connect

from sandbox.genesys_notifications import HEARTBEAT
from sandbox.genesys_state import GenesysOptions
from sandbox.process import ChildProcess, cordon, free_port

OPTIONS = GenesysOptions()
HEARTBEAT_SECONDS = 0.3


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    options = ("--requests-per-minute", "0", "--heartbeat-seconds", str(HEARTBEAT_SECONDS))
    command = cordon("sandbox", "genesys", "--port", str(port), *options)
    with ChildProcess(command, environment={}, log=tmp_path_factory.mktemp("genesys") / "log") as child:
        child.wait_ready(f"http://127.0.0.1:{port}/_sandbox/health")
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def http(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url) as client:
        granted = client.post(
            "/oauth/token", data={"grant_type": "client_credentials"}, auth=(OPTIONS.client_id, OPTIONS.client_secret)
        )
        client.headers["Authorization"] = f"Bearer {granted.json()['access_token']}"
        yield client


def begun(http: httpx.Client, customer: str) -> str:
    """A conversation's id."""
    name: str = http.post("/_sandbox/agent-message", json={"to": customer, "text": "hello"}).json()["conversationId"]
    return name


def side(http: httpx.Client, conversation: str, purpose: str) -> dict[str, Any]:
    participants = http.get(f"/api/v2/conversations/{conversation}").json()["participants"]
    found: dict[str, Any] = next(one for one in participants if one["purpose"] == purpose)
    return found


def listening(http: httpx.Client, *topics: str) -> Any:
    channel = http.post("/api/v2/notifications/channels").json()
    named = [{"id": topic} for topic in topics]
    taken = http.put(f"/api/v2/notifications/channels/{channel['id']}/subscriptions", json=named)
    assert {one["id"] for one in taken.json()["entities"]} == set(topics)
    return connect(channel["connectUri"], proxy=None)


def heard(socket: Any) -> dict[str, Any]:
    """The next frame that is no sign of life."""
    while True:
        frame: dict[str, Any] = json.loads(socket.recv(timeout=5))
        if frame["topicName"] != HEARTBEAT["topicName"]:
            return frame


def test_an_agent_speaks_by_a_communication_that_is_not_the_participant(http: httpx.Client) -> None:
    conversation = begun(http, "a")
    agent = side(http, conversation, "agent")
    (communication,) = agent["messages"]
    path = f"/api/v2/conversations/messages/{conversation}/communications"
    sent = http.post(f"{path}/{communication['id']}/messages", json={"textBody": "good morning"})
    wrong = http.post(f"{path}/{agent['id']}/messages", json={"textBody": "good morning"})
    assert (sent.status_code, wrong.status_code) == (200, 404)
    assert [one["messageStatus"] for one in side(http, conversation, "agent")["messages"][0]["messages"]]


def test_both_views_name_the_agent_and_the_queue(http: httpx.Client) -> None:
    conversation = begun(http, "b")
    agent = side(http, conversation, "agent")
    assert (agent["userId"], agent["queueId"]) == (OPTIONS.user_id, OPTIONS.queue_id)
    flat = http.get(f"/api/v2/conversations/messages/{conversation}").json()["participants"]
    assert [one["purpose"] for one in flat] == ["customer", "acd", "agent"]
    assert (flat[2]["user"]["id"], flat[1]["queue"]["id"]) == (OPTIONS.user_id, OPTIONS.queue_id)
    assert flat[2]["messages"][0]["messageURI"].startswith(f"/api/v2/conversations/messages/{conversation}/messages/")


def test_who_listens_is_told_of_changed_attributes(http: httpx.Client) -> None:
    conversation, other = begun(http, "c"), begun(http, "other")
    customer = side(http, conversation, "customer")["id"]
    topic = f"v2.detail.events.conversation.{conversation}.attributes"
    with listening(http, topic) as socket:
        for name, attributes in (
            (other, {"dlp.count": "9"}),
            (conversation, {"dlp.count": "1"}),
            (conversation, {"dlp.categories": "payment_card"}),
        ):
            of = customer if name == conversation else side(http, other, "customer")["id"]
            path = f"/api/v2/conversations/{name}/participants/{of}/attributes"
            assert http.patch(path, json={"attributes": attributes}).status_code == 200
        first, second = heard(socket), heard(socket)
    assert (first["topicName"], second["topicName"]) == (topic, topic)
    assert first["eventBody"]["attributes"] == {"dlp.count": "1"}
    assert second["eventBody"]["attributes"] == {"dlp.count": "1", "dlp.categories": "payment_card"}
    assert (first["eventBody"]["conversationId"], first["eventBody"]["participantId"]) == (conversation, customer)
    assert isinstance(first["eventBody"]["eventTime"], int)
    assert first["eventBody"]["communications"][0]["mediaType"] == "MESSAGE"


def test_a_channel_shows_that_it_lives(http: httpx.Client) -> None:
    with listening(http) as socket:
        assert [json.loads(socket.recv(timeout=5)) for _ in range(2)] == [HEARTBEAT, HEARTBEAT]


def test_a_conversation_that_ended_is_followed_by_another(http: httpx.Client) -> None:
    conversation = begun(http, "d")
    with listening(http, f"v2.detail.events.conversation.{conversation}.user.end") as socket:
        http.post("/_sandbox/end", json={"conversation_id": conversation})
        assert heard(socket)["eventBody"]["participantId"] == side(http, conversation, "agent")["id"]
    assert begun(http, "d") != conversation


@pytest.mark.parametrize("topic", ["v2.nothing.of.the.kind", "v2.detail.events.conversation.*.attributes", ""])
def test_topics_that_there_are_not_are_refused(http: httpx.Client, topic: str) -> None:
    channel = http.post("/api/v2/notifications/channels").json()["id"]
    path = f"/api/v2/notifications/channels/{channel}/subscriptions"
    assert http.post(path, json=[{"id": topic}]).status_code == 400
    assert http.post("/api/v2/notifications/channels/none/subscriptions", json=[]).status_code == 404


def test_genesys_own_sdk_opens_a_channel_and_subscribes(url: str, http: httpx.Client) -> None:
    sdk = pytest.importorskip("PureCloudPlatformClientV2")
    client = sdk.api_client.ApiClient(host=url)
    client.access_token = http.headers["Authorization"].removeprefix("Bearer ")
    api = sdk.NotificationsApi(client)
    channel = api.post_notifications_channels()
    topic = sdk.ChannelTopic()
    topic.id = f"v2.detail.events.conversation.{begun(http, 'e')}.attributes"
    taken = api.post_notifications_channel_subscriptions(channel.id, [topic])
    assert [one.id for one in taken.entities] == [topic.id]
    assert {one.id for one in api.get_notifications_availabletopics().entities} >= {"v2.users.{id}.conversations"}
