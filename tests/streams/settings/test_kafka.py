import pytest

from streams.settings import KafkaSettings, WrongSettingError
from streams.settings.worker import TopicSettings


@pytest.mark.parametrize(
    ("servers", "parts"),
    [
        ("127.0.0.1:9092", ["127.0.0.1:9092"]),
        ("kafka-1:9092, kafka_2.internal:9093,", ["kafka-1:9092", "kafka_2.internal:9093"]),
        ("broker", ["broker"]),
        ("[::1]:9092", ["[::1]:9092"]),
    ],
)
def test_servers_are_hosts_and_ports(servers: str, parts: list[str]) -> None:
    assert KafkaSettings.load(bootstrap_servers=servers).servers == parts


@pytest.mark.parametrize("servers", [",,", "http://kafka:9092", "kafka:abc", "kafka:0", "kafka:99999", "a b:9092"])
def test_what_is_no_server_stops_the_start_with_one_line(servers: str) -> None:
    with pytest.raises(WrongSettingError, match=r"^CORDON_KAFKA_BOOTSTRAP_SERVERS: has to read host:port[^\n]*$"):
        KafkaSettings.load(bootstrap_servers=servers)


def test_a_prefix_has_letters_that_kafka_takes() -> None:
    assert TopicSettings.load(topic_prefix="acme-1_eu.").topic("dlp.audit") == "acme-1_eu.dlp.audit"
    with pytest.raises(WrongSettingError, match=r"^CORDON_TOPIC_PREFIX: has to be of letters"):
        TopicSettings.load(topic_prefix="a b/")
