"""The manifest names settings, commands, ports and files that Cordon has, and gives no right that it does not need."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.settings.gateway import GatewaySettings
from streams.settings.unknown import unknown
from streams.settings.worker import MetricsSettings
from tests.deploy.command_lines import parse

ROOT = Path(__file__).parents[2]
MANIFEST = (ROOT / "deploy/kubernetes.yaml").read_text()
ITEMS: list[dict[str, Any]] = yaml.safe_load(MANIFEST)["items"]
SETTINGS: dict[str, str] = next(item["data"] for item in ITEMS if item["kind"] == "ConfigMap")
WORKLOADS = {item["metadata"]["name"]: item for item in ITEMS if item["kind"] in {"Job", "Deployment", "StatefulSet"}}
PODS = {name: item["spec"]["template"]["spec"] for name, item in WORKLOADS.items()}
LASTING = {name: pod for name, pod in PODS.items() if name != "cordon-topics"}


def test_every_setting_is_one() -> None:
    named_in_comments = [word.split("=")[-2] for word in MANIFEST.split() if word.startswith("--from-literal=CORDON_")]

    assert list(unknown([*SETTINGS, *named_in_comments])) == []


@pytest.mark.parametrize("pod", PODS.values(), ids=PODS)
def test_every_command_is_one(pod: dict[str, Any]) -> None:
    parse(pod["containers"][0]["args"])


@pytest.mark.parametrize("pod", PODS.values(), ids=PODS)
def test_no_pod_has_a_right_that_it_does_not_need(pod: dict[str, Any]) -> None:
    of_container = pod["containers"][0]["securityContext"]

    assert pod["securityContext"]["runAsNonRoot"]
    assert of_container["readOnlyRootFilesystem"]
    assert not of_container["allowPrivilegeEscalation"]
    assert of_container["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize("pod", PODS.values(), ids=PODS)
def test_no_service_sets_a_setting(pod: dict[str, Any]) -> None:
    """A Service ``cordon-gateway`` would put ``CORDON_GATEWAY_PORT=tcp://...`` into every pod, and none would start."""
    assert pod["enableServiceLinks"] is False


@pytest.mark.parametrize("pod", LASTING.values(), ids=LASTING)
def test_a_pod_has_the_time_to_stop_that_the_manual_asks_for(pod: dict[str, Any]) -> None:
    assert pod["terminationGracePeriodSeconds"] >= 30


@pytest.mark.parametrize("pod", LASTING.values(), ids=LASTING)
def test_probes_ask_where_the_process_answers(pod: dict[str, Any]) -> None:
    container = pod["containers"][0]
    settings = GatewaySettings if container["args"][0] == "gateway" else MetricsSettings
    field = settings.model_fields["gateway_port" if settings is GatewaySettings else "metrics_port"]

    assert container["ports"] == [{"name": "health", "containerPort": field.default}]
    assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "health"}
    assert container["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": "health"}


@pytest.mark.parametrize("workload", [WORKLOADS[name] for name in LASTING], ids=LASTING)
def test_what_is_mounted_is_there_and_holds_the_files_that_settings_name(workload: dict[str, Any]) -> None:
    pod = workload["spec"]["template"]["spec"]
    mounts = pod["containers"][0]["volumeMounts"]
    volumes = pod["volumes"] + [claim["metadata"] for claim in workload["spec"].get("volumeClaimTemplates", [])]
    folders = {mount["mountPath"] for mount in mounts}

    assert {mount["name"] for mount in mounts} == {volume["name"] for volume in volumes}
    for name in ("CORDON_KEYRING_FILE", "CORDON_API_KEYS_FILE", "CORDON_POLICY_FILE"):
        assert str(Path(SETTINGS[name]).parent) in folders


def test_a_service_finds_its_pods() -> None:
    service = next(item for item in ITEMS if item["kind"] == "Service")
    template = WORKLOADS["cordon-gateway"]["spec"]["template"]

    assert service["spec"]["selector"] == template["metadata"]["labels"]
    assert service["spec"]["ports"][0]["targetPort"] == template["spec"]["containers"][0]["ports"][0]["name"]
