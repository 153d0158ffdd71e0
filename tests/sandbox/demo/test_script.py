"""The demo's lines are judged as it says, each with its conversation in mind."""

from detection import ConversationMemory, Engine, load_policy
from sandbox.demo.script import Fate, script
from schemas import Tier

NOW = 0


def test_every_line_comes_to_what_it_says() -> None:
    engine, memory = Engine(load_policy(None)), ConversationMemory()
    for number, line in enumerate(script()):
        if line.fate is Fate.DEAD_LETTER:
            continue
        history = memory.conversation(line.customer).history(NOW)
        verdict = engine.scan(line.text, tier=Tier.BLOCKING, direction=line.direction, history=history)
        memory.conversation(line.customer).remember(str(number), line.direction, line.text, verdict, NOW)
        if line.fate is Fate.REDACTED:
            assert not any(planted.value in verdict.redacted_text for planted in line.planted), number
        else:
            assert verdict.redacted_text == line.text, number
