"""How to reach Kafka: where it is, who we are there, and by which encryption."""

import ssl
from pathlib import Path
from typing import Any

import pytest

from streams.settings import KafkaSettings, WrongSettingError
from tests.streams.settings.refusals import refusal

KAFKA = {"bootstrap_servers": "kafka:9092"}
SASL = {**KAFKA, "security_protocol": "SASL_SSL", "sasl_username": "u", "sasl_password": "s3cret"}


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


def test_without_an_address_nothing_starts() -> None:
    assert refusal(KafkaSettings) == "CORDON_KAFKA_BOOTSTRAP_SERVERS: is not set"


def test_clients_are_given_what_they_need() -> None:
    options = KafkaSettings.load(**SASL).client_options()

    assert isinstance(options.pop("ssl_context"), ssl.SSLContext)
    assert options == {
        "bootstrap_servers": ["kafka:9092"],
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "u",
        "sasl_plain_password": "s3cret",
    }


def test_and_no_more_than_the_protocol_has() -> None:
    assert KafkaSettings.load(**KAFKA).client_options() == {
        "bootstrap_servers": ["kafka:9092"],
        "security_protocol": "PLAINTEXT",
        "ssl_context": None,
    }


@pytest.mark.parametrize("protocol", ["SSL", "SASL_SSL"])
def test_where_it_is_encrypted_the_brokers_name_is_checked(protocol: str) -> None:
    context = KafkaSettings.load(**{**SASL, "security_protocol": protocol}).ssl_context()

    assert context is not None
    assert context.check_hostname


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"sasl_username": None}, "CORDON_KAFKA_SASL_USERNAME and CORDON_KAFKA_SASL_PASSWORD have to be set"),
        ({"sasl_password": ""}, "CORDON_KAFKA_SASL_USERNAME and CORDON_KAFKA_SASL_PASSWORD have to be set"),
        (
            {"ssl_key_file": Path("key.pem")},
            "CORDON_KAFKA_SSL_CERTIFICATE_FILE has to be set beside CORDON_KAFKA_SSL_KEY_FILE",
        ),
    ],
)
def test_credentials_that_are_half_set_stop_the_start(given: dict[str, Any], reason: str) -> None:
    assert refusal(KafkaSettings, **{**SASL, **given}) == reason


@pytest.mark.parametrize("setting", ["ssl_ca_file", "ssl_certificate_file"])
def test_a_file_that_cannot_be_used_stops_the_start(tmp_path: Path, setting: str) -> None:
    with pytest.raises(WrongSettingError, match=r"^CORDON_KAFKA_SSL_...: a file cannot be used \(FileNotFoundError\)$"):
        KafkaSettings.load(**{**SASL, setting: tmp_path / "nothing.pem"}).client_options()
