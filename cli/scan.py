"""``cordon scan``: judge texts from a file or standard input, no broker needed."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click
import msgspec

from cli.failure import fail
from detection import ConversationMemory, Engine, Finding, Verdict, WrongPolicy, load_policy, redact
from schemas import Direction

_NOW = 0
"""Lines carry no time: those of a conversation count as said at once."""
_COLOURS = {"CRITICAL": "red", "HIGH": "magenta", "MEDIUM": "yellow", "LOW": "cyan"}


class UnreadableLine(ValueError):
    """A line that is no request. The text says which kind, never its content."""

    def __init__(self, reason: str, line_id: Any = None, *, has_id: bool = False) -> None:
        super().__init__(reason)
        self.answer = {"id": line_id, "error": reason} if has_id else {"error": reason}


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--jsonl", is_flag=True, help="Read a JSON object a line, write one a line.")
@click.option(
    "--direction", type=click.Choice(list(Direction)), default=Direction.INBOUND, help="Who wrote the messages."
)
@click.option("--channel", default="open", show_default=True, help="The channel, where policy tells channels apart.")
@click.option("--explain", is_flag=True, help="Say why each value was found, and what a worker does with it.")
@click.option(
    "--policy", envvar="CORDON_POLICY_FILE", type=click.Path(dir_okay=False, path_type=Path), help="Policy file."
)
def scan(
    file: BinaryIO, *, jsonl: bool, direction: Direction, channel: str, explain: bool, policy: Path | None
) -> None:
    """Judge every line of FILE (or standard input) and write it without what is sensitive."""
    try:
        engine = Engine(load_policy(policy))
    except WrongPolicy as error:
        fail(str(error))
    defaults = (Direction(direction), channel)
    sys.exit(
        _scan_jsonl(engine, file, defaults, explain=explain)
        if jsonl
        else _scan_text(engine, file, defaults, explain=explain)
    )


def _scan_jsonl(engine: Engine, file: BinaryIO, defaults: tuple[Direction, str], *, explain: bool) -> int:
    """One answer a line, in order, flushed. 1 when a line could not be read."""
    memory = ConversationMemory()
    write, flush = sys.stdout.buffer.write, sys.stdout.buffer.flush
    status = 0
    for number, line in enumerate(file):
        try:
            answer = _answer(engine, memory, _request(line), defaults, number, explain=explain)
        except UnreadableLine as unreadable:
            answer = unreadable.answer
            status = 1
        write(_written(answer))
        flush()
    return status


def _request(line: bytes) -> dict[str, Any]:
    try:
        request = _read(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        request = _read_leniently(line)
    if not isinstance(request, dict):
        raise UnreadableLine("not a JSON object")
    return request


_read = msgspec.json.Decoder().decode
_write = msgspec.json.Encoder().encode


def _written(answer: dict[str, Any]) -> bytes:
    """A line of JSON; a text with lone surrogates, which no UTF-8 can carry, is escaped."""
    try:
        return _write(answer) + b"\n"
    except UnicodeEncodeError:
        return json.dumps(answer).encode() + b"\n"


def _read_leniently(line: bytes) -> Any:
    """What the strict reader refuses and JSON allows, lone surrogates above all."""
    try:
        return json.loads(line)
    except UnicodeDecodeError:
        raise UnreadableLine("not UTF-8") from None
    except RecursionError:
        raise UnreadableLine("JSON is nested too deeply") from None
    except ValueError:
        raise UnreadableLine("not JSON") from None


def _answer(
    engine: Engine,
    memory: ConversationMemory,
    request: dict[str, Any],
    defaults: tuple[Direction, str],
    number: int,
    *,
    explain: bool,
) -> dict[str, Any]:
    text = _field(request, "text", None)
    conversation = _field(request, "conversation_id", "")
    channel = _field(request, "channel", defaults[1])
    direction = _DIRECTIONS.get(_field(request, "direction", defaults[0]))
    if direction is None:
        raise _wrong(request, "direction must be INBOUND or OUTBOUND")
    if not conversation:
        verdict = engine.scan(text, direction=direction, channel=channel)
    else:
        said = memory.conversation(conversation)
        verdict = engine.scan(text, direction=direction, channel=channel, history=said.history(_NOW))
        said.remember(str(number), direction, text, verdict, _NOW)
    return {
        "id": request.get("id"),
        "is_clean": verdict.is_clean,
        "redacted_text": verdict.redacted_text,
        "findings": [_as_json(finding, explain=explain) for finding in verdict.findings],
    }


def _field(request: dict[str, Any], name: str, default: str | None) -> str:
    """A string of the request; null and absent stand for the default."""
    value = request.get(name)
    if value is None:
        value = default
    if not isinstance(value, str):
        raise _wrong(request, f"{name} must be a string")
    return value


def _wrong(request: dict[str, Any], reason: str) -> UnreadableLine:
    return UnreadableLine(reason, request.get("id"), has_id="id" in request)


_DIRECTIONS = {str(direction): direction for direction in Direction}


def _as_json(finding: Finding, *, explain: bool) -> dict[str, Any]:
    line: dict[str, Any] = {
        "rule": finding.rule,
        "entity": finding.entity,
        "severity": finding.severity,
        "action": finding.action,
        "start": finding.start,
        "end": finding.end,
        "score": finding.score,
    }
    return line | {"reasons": finding.reasons} if explain else line


def _scan_text(engine: Engine, file: BinaryIO, defaults: tuple[Direction, str], *, explain: bool) -> int:
    """Every line is a message. Unreadable bytes are replaced, so that nothing after them goes unseen."""
    direction, channel = defaults
    for line in file:
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        verdict = engine.scan(text, direction=direction, channel=channel)
        click.echo("".join(_painted(text, verdict)))
        if explain:
            for finding in verdict.findings:
                click.echo(_explained(finding))
    return 0


def _painted(text: str, verdict: Verdict) -> Iterator[str]:
    """The redacted text with every find in the colour of its severity; colours only in a terminal."""
    done = 0
    for finding in verdict.findings:
        yield text[done : finding.start]
        # cut one by one: the same text that ``redact`` makes of all of them together
        shown = redact(text[: finding.end], [finding])[finding.start :]
        yield click.style(shown, fg=_COLOURS[finding.severity], bold=True)
        done = finding.end
    yield text[done:]


def _explained(finding: Finding) -> str:
    place = f"{finding.start}-{finding.end}"
    why = ", ".join(finding.reasons)
    what = f"{finding.rule}  {finding.entity}  {finding.severity}  {finding.action}"
    return f"    {place}  {what}  {finding.score:.2f}  {why}"
