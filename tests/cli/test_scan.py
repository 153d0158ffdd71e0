"""``cordon scan``: one answer a line, in order, whatever the line."""

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.scan import scan

SECOND = 1.0
"""What no line may take."""


def run(data: bytes, *options: str) -> Result:
    return CliRunner().invoke(scan, list(options), input=data, catch_exceptions=False)


def answers(data: bytes, *options: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(data, "--jsonl", *options).stdout.splitlines()]


def line(text: str, **fields: str) -> bytes:
    return json.dumps({"id": "m", "text": text, **fields}).encode() + b"\n"


def test_each_line_is_answered_with_what_was_found_and_the_text_without_it() -> None:
    (answer,) = answers(line("my card is 4111 1111 1111 1111"))
    assert answer["id"] == "m"
    assert answer["is_clean"] is False
    assert answer["redacted_text"] == "my card is [CREDIT CARD REDACTED]"
    (finding,) = answer["findings"]
    assert set(finding) == {"rule", "entity", "severity", "action", "start", "end", "score"}
    assert (finding["start"], finding["end"]) == (11, 30)


def test_explain_says_why() -> None:
    (answer,) = answers(line("my card is 4111 1111 1111 1111"), "--explain")
    assert answer["findings"][0]["reasons"] == ["pattern", "checksum payment_card", "context"]


def test_explain_names_the_action_where_the_text_shows_a_replacement(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("overrides: [{rules: [CreditCard], set: {action: tokenize}}]\n")

    text, why = run(b"my card is 4111 1111 1111 1111\n", "--explain", "--policy", str(policy)).stdout.splitlines()

    assert text == "my card is [CREDIT CARD REDACTED]"
    assert "CRITICAL  tokenize  " in why


def test_lines_of_one_conversation_are_judged_together() -> None:
    first, second = answers(
        line("my card is 4111 1111", conversation_id="c") + line("1111 1111", conversation_id="c"),
    )
    assert first["is_clean"]
    assert second["redacted_text"] == "[CREDIT CARD REDACTED]"


@pytest.mark.parametrize(
    ("wrong", "answer"),
    [
        (b"{", {"error": "not JSON"}),
        (b"[1]", {"error": "not a JSON object"}),
        (b'{"text": "\xff"}', {"error": "not UTF-8"}),
        (b"[" * 100_000, {"error": "JSON is nested too deeply"}),
        (b'{"id": 7, "text": 5}', {"id": 7, "error": "text must be a string"}),
        (b'{"id": "a"}', {"id": "a", "error": "text must be a string"}),
        (
            b'{"id": "a", "text": "x", "direction": "UP"}',
            {"id": "a", "error": "direction must be INBOUND or OUTBOUND"},
        ),
    ],
)
def test_a_line_that_cant_be_read_is_answered_and_the_run_goes_on(wrong: bytes, answer: dict[str, Any]) -> None:
    result = run(wrong + b"\n" + line("hello"), "--jsonl")
    first, second = (json.loads(text) for text in result.stdout.splitlines())
    assert first == answer
    assert second["is_clean"]
    assert result.exit_code == 1


def hostile() -> list[bytes]:
    rnd = random.Random(3)
    texts = [
        "4" * 100_000,
        "a" * 1_000_000,
        "é" * 300_000,
        "4111111111111111 " * 20_000,
        "4\u200b" * 50_000,
        "\u202e4111 " * 20_000,
        "\x00" * 5_000 + "4111 1111 1111 1111",
        "\ud800" * 5_000 + " 4111 1111 1111 1111",
        "(" * 50_000,
        "a@" * 30_000,
        "password is " * 10_000,
        "one " * 50_000,
        "%34" * 30_000,
        "http://a.b/" * 20_000,
        "DE89 3704 0044 0532 0130 00 " * 5_000,
        "api_key=" * 10_000,
    ]
    lines = [line(text) for text in texts]
    signs = ["\u202e", "\u200b", "\ud83d", "4", "٤", "\x00", "password ", "é", "@", "one ", "1111 "]
    while len(lines) < 2_000:
        size = rnd.randint(1, 200)
        match rnd.randrange(4):
            case 0:
                lines.append(bytes(rnd.choice(range(11, 256)) for _ in range(size)).replace(b"\n", b" ") + b"\n")
            case 1:
                lines.append(line("".join(chr(rnd.randrange(0x110000)) for _ in range(size))))
            case 2:
                lines.append(line("".join(rnd.choice(signs) for _ in range(size))))
            case _:
                lines.append(b'{"id": "m", "text": "' + b"\xc3" * size + b'"}\n')
    return lines


def test_two_thousand_hostile_lines_get_one_answer_each_in_order() -> None:
    lines = [data.replace(b'"id": "m"', b'"id": %d' % number) for number, data in enumerate(hostile())]
    found = [json.loads(text) for text in run(b"".join(lines), "--jsonl").stdout.splitlines()]
    assert len(found) == len(lines)
    assert all(answer.get("id", number) == number for number, answer in enumerate(found))
    assert sum("id" in answer for answer in found) > len(lines) / 3
    assert all(answer["findings"] for answer in found[6:8])


@pytest.mark.parametrize("data", hostile()[:16], ids=lambda data: repr(data[21:33]))
def test_no_hostile_line_takes_a_second(data: bytes) -> None:
    started = time.process_time()
    assert len(answers(data)) == 1
    assert time.process_time() - started < SECOND


def test_plain_text_is_written_without_what_is_sensitive() -> None:
    result = run(b"my ssn is 536-22-8714\nhello \xff\n", "--explain")
    first, why, second = result.stdout.splitlines()
    assert first == "my ssn is [SSN REDACTED]"
    assert "context" in why
    assert second == "hello \ufffd"


def test_a_policy_that_cant_be_read_is_one_line(tmp_path: Any) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("packs: [nothing]\n")
    result = CliRunner().invoke(scan, ["--policy", str(policy)], input=b"x")
    assert result.exit_code == 1
    assert "policy.yaml:1: no pack is named 'nothing'" in result.output
