import pytest
from jsonschema import Draft202012Validator

from schemas.catalogue import CHANNELS, asyncapi, json_schemas


@pytest.mark.parametrize(("name", "document"), json_schemas().items())
def test_each_document_is_valid_json_schema(name: str, document: dict[str, object]) -> None:
    Draft202012Validator.check_schema(document)

    assert document["title"] == name


def test_every_field_is_documented() -> None:
    undocumented = [
        f"{channel.record.__name__}.{name}"
        for channel in CHANNELS
        for name, field in channel.record.model_fields.items()
        if not field.description
    ]

    assert undocumented == []


def test_the_simplest_event_is_valid_for_programs_that_only_know_the_document() -> None:
    event = {"conversation_id": "c-1", "direction": "INBOUND", "text": "hello"}

    Draft202012Validator(json_schemas()["MessageEvent"]).validate(event)


def test_asyncapi_names_every_topic_and_resolves_its_references() -> None:
    document = asyncapi()

    for topic, channel in document["channels"].items():
        for name, reference in channel["messages"].items():
            assert reference["$ref"] == f"#/components/messages/{name}"
            assert name in document["components"]["messages"]
        assert channel["address"] == topic


def test_outsiders_may_publish_raw_messages_and_consume_only_what_is_clean() -> None:
    received = {channel.topic for channel in CHANNELS if channel.outside == "receive"}

    assert received.isdisjoint({"messages.inbound", "messages.outbound", "dlp.review"})
