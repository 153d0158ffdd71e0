import json
from pathlib import Path

from click.testing import CliRunner

from cli.main import main


def test_export_writes_a_document_for_each_record_and_one_for_the_topics(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["schema", "export", str(tmp_path)])

    assert result.exit_code == 0
    written = {path.name for path in tmp_path.iterdir()}
    assert {"MessageEvent.schema.json", "ForwardMessage.schema.json", "Violation.schema.json"} <= written
    assert json.loads((tmp_path / "asyncapi.json").read_text())["asyncapi"] == "3.0.0"
