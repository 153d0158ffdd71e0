"""The image and the compose files name what Cordon has, keep what must be kept, and run with few rights."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from agents.siem_targets import TARGETS
from gateway.auth import SCOPES
from sandbox.genesys_state import GenesysOptions
from sandbox.splunk import DEFAULT_TOKEN
from sandbox.whatsapp_state import WhatsAppOptions
from streams.settings.unknown import unknown
from tests.deploy.command_lines import parse

ROOT = Path(__file__).parents[2]
IMAGE = "cordon:latest"
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


class ComposeLoader(yaml.SafeLoader):
    """YAML with compose's ``!reset``, which takes back what an earlier file said."""


ComposeLoader.add_constructor("!reset", lambda *_: None)


def services_of(name: str) -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = yaml.load((ROOT / name).read_text(), ComposeLoader)["services"]
    return services


SERVICES = services_of("docker-compose.yml")
SANDBOX = services_of("deploy/compose.sandbox.yml")
EVERY = [*SERVICES.items(), *SANDBOX.items()]
OURS = {name: service for name, service in EVERY if service.get("image") == IMAGE}
ENVIRONMENTS = [service.get("environment", {}) for _, service in EVERY]


def test_every_variable_sets_something() -> None:
    names = {name for environment in ENVIRONMENTS for name in environment if name.startswith("CORDON_")}

    assert names
    assert list(unknown(names)) == []


@pytest.mark.parametrize("service", [service for service in OURS.values() if "command" in service])
def test_every_command_is_one(service: dict[str, Any]) -> None:
    parse(service["command"])


def test_scopes_of_the_first_key_are_those_of_the_gateway() -> None:
    scopes = set(re.findall(r"--scope (\S+)", SERVICES["gateway"]["entrypoint"][2]))

    assert scopes == set(SCOPES) - {"admin"}


@pytest.mark.parametrize("service", [service for _, service in EVERY])
def test_nothing_is_open_to_other_machines(service: dict[str, Any]) -> None:
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports") or [])


@pytest.mark.parametrize("service", OURS.values(), ids=OURS)
def test_our_containers_have_no_right_that_they_do_not_need(service: dict[str, Any]) -> None:
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", ["kafka", "worker", "gateway"])
def test_what_ends_comes_back(name: str) -> None:
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_one_service_builds_the_image_and_the_others_wait_for_it() -> None:
    assert [name for name, service in SERVICES.items() if "build" in service] == ["keys"]
    for name in set(OURS) - {"keys"}:
        waits_for = set(OURS[name]["depends_on"])
        assert waits_for & {"keys", "topics"}, name


def test_kafka_keeps_its_records_on_its_volume() -> None:
    kafka = SERVICES["kafka"]

    assert f"kafka:{kafka['environment']['KAFKA_LOG_DIRS']}" in kafka["volumes"]


def test_doubles_and_settings_agree() -> None:
    genesys, whatsapp = GenesysOptions(), WhatsAppOptions()
    environment = SANDBOX["worker"]["environment"]

    assert environment["CORDON_GENESYS_CLIENT_ID"] == genesys.client_id
    assert environment["CORDON_GENESYS_CLIENT_SECRET"] == genesys.client_secret
    assert environment["CORDON_GENESYS_INTEGRATION_ID"] == genesys.integration_id
    assert environment["CORDON_GENESYS_WEBHOOK_SECRET"] == genesys.webhook_secret
    assert environment["CORDON_WHATSAPP_PHONE_NUMBER_ID"] == whatsapp.phone_number_id
    assert environment["CORDON_WHATSAPP_ACCESS_TOKEN"] == whatsapp.access_token
    assert environment["CORDON_WHATSAPP_APP_SECRET"] == whatsapp.app_secret
    assert environment["CORDON_SPLUNK_TOKEN"] == DEFAULT_TOKEN
    for system, variable in (
        ("genesys", "GENESYS_API_URL"),
        ("whatsapp", "WHATSAPP_API_URL"),
        ("splunk", "SPLUNK_URL"),
    ):
        port = SANDBOX[system]["command"][3]
        assert f"http://127.0.0.1:{port}" in environment[f"CORDON_{variable}"]


def test_the_image_holds_what_every_siem_target_needs() -> None:
    match = re.search(r"^ARG EXTRAS=(\S+)$", DOCKERFILE, re.MULTILINE)
    assert match is not None
    extras = set(match[1].split(","))

    optional = set(PROJECT["project"]["optional-dependencies"])
    assert extras <= optional
    assert set(TARGETS) & set(optional) <= extras


def test_the_image_is_made_of_every_package() -> None:
    packages = {name.rstrip("*") for name in PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]}
    taken = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

    assert packages <= taken


def test_the_image_s_user_is_a_number_other_than_root() -> None:
    match = re.search(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)

    assert match is not None
    assert "0" not in match.groups()
