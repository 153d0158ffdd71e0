from pathlib import Path
from typing import Any

import pytest

from sandbox import kafka as module
from sandbox.kafka import KafkaBroker


class NoProcess:
    """Stands where the broker's process would."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass


@pytest.fixture
def formatted(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Folders that were formatted, by a tool that leaves what Kafka's leaves."""
    done: list[Path] = []

    def format_folder(broker: KafkaBroker, *_: Any) -> None:
        broker.data_folder.mkdir()
        (broker.data_folder / "meta.properties").touch()
        done.append(broker.folder)

    monkeypatch.setattr(module, "missing_parts", lambda: None)
    monkeypatch.setattr(module, "fetch_jars", lambda **_: "jars")
    monkeypatch.setattr(module, "ChildProcess", NoProcess)
    monkeypatch.setattr(KafkaBroker, "_format", format_folder)
    return done


def test_a_folder_of_an_earlier_run_is_taken_up_at_new_ports(tmp_path: Path, formatted: list[Path]) -> None:
    KafkaBroker(tmp_path).launch()

    later = KafkaBroker(tmp_path)
    later.launch()

    assert formatted == [tmp_path]
    assert f"advertised.listeners=PLAINTEXT://{later.bootstrap_servers}\n" in (
        tmp_path / "server.properties"
    ).read_text(encoding="utf-8")
