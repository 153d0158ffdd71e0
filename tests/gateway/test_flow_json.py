"""The Flows in ``deploy/whatsapp`` by the rules of Meta's Flow JSON reference."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.main import main
from gateway.flow_json import FLOW_FIELDS, flow_json, screen_data
from vault.capture_states import LANGUAGES

FOLDER = Path(__file__).parents[2] / "deploy" / "whatsapp"
TYPES = {"string", "boolean", "number", "object", "array"}
INPUT_TYPES = {"text", "number", "email", "password", "passcode", "phone"}
MAX_LABEL, MAX_FOOTER, MAX_BODY, MAX_COMPONENTS = 20, 35, 4096, 50


def committed(language: str) -> dict[str, Any]:
    flow: dict[str, Any] = json.loads((FOLDER / f"secure-capture.{language}.flow.json").read_text(encoding="utf-8"))
    return flow


def components(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("children", ()):
        yield from components(child)


@pytest.fixture(params=LANGUAGES)
def flow(request: pytest.FixtureRequest) -> dict[str, Any]:
    return committed(request.param)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_files_are_what_the_command_prints(language: str) -> None:
    printed = CliRunner().invoke(main, ["whatsapp", "flow", "--language", language])

    assert json.loads(printed.stdout) == committed(language)


def test_screens_are_named_and_routed(flow: dict[str, Any]) -> None:
    assert set(flow) == {"version", "data_api_version", "routing_model", "screens"}
    assert float(flow["version"]) >= 5.1  # has ``sensitive``
    names = [screen["id"] for screen in flow["screens"]]
    assert set(flow["routing_model"]) == set(names)
    assert all(re.fullmatch("[A-Za-z_]+", name) and name != "SUCCESS" for name in names)
    assert any(screen["terminal"] for screen in flow["screens"])


def test_components_keep_to_their_limits(flow: dict[str, Any]) -> None:
    for screen in flow["screens"]:
        assert screen["layout"]["type"] == "SingleColumnLayout"
        found = [one for child in screen["layout"]["children"] for one in components(child)]
        assert len(found) <= MAX_COMPONENTS
        assert [one["type"] for one in found].count("Footer") == 1  # a terminal screen has to have one
        for one in found:
            match one["type"]:
                case "TextInput":
                    assert 0 < len(one["label"]) <= MAX_LABEL
                    assert one["input-type"] in INPUT_TYPES
                case "Footer":
                    assert 0 < len(one["label"]) <= MAX_FOOTER
                    assert one["on-click-action"]["name"] == "data_exchange"
                case "TextBody":
                    assert 0 < len(one["text"]) <= MAX_BODY
                case other:
                    assert other == "Form"


def test_everything_that_is_referred_to_is_declared_with_an_example(flow: dict[str, Any]) -> None:
    for screen in flow["screens"]:
        written = json.dumps(screen["layout"])
        inputs = [one["name"] for one in components(screen["layout"]) if one["type"] == "TextInput"]
        assert len(set(inputs)) == len(inputs)
        assert set(re.findall(r"\$\{data\.(\w+)\}", written)) == set(screen["data"])
        assert set(re.findall(r"\$\{form\.(\w+)\}", written)) == set(inputs)
        for declared in screen["data"].values():
            assert declared["type"] in TYPES
            assert "__example__" in declared


def test_every_input_is_hidden_from_the_summary_in_the_chat(flow: dict[str, Any]) -> None:
    for screen in flow["screens"]:
        assert set(screen["sensitive"]) == {
            one["name"] for one in components(screen["layout"]) if one["type"] == "TextInput"
        }


def test_the_endpoint_gives_the_screen_all_the_data_that_it_declares() -> None:
    declared = committed("en")["screens"][0]["data"]

    assert set(screen_data(("br_cpf",), "en")) == set(declared)
    types = {"boolean": bool, "string": str}
    for name, value in screen_data(("br_cpf",), "pt", frozenset({"br_cpf"})).items():
        assert isinstance(value, types[declared[name]["type"]])


def test_a_flow_of_ones_own_fields() -> None:
    own = flow_json("en", ("br_cpf", "policy_number"))

    assert own["screens"][0]["sensitive"] == ["br_cpf", "policy_number"]
    assert set(own["screens"][0]["sensitive"]) < set(FLOW_FIELDS)
