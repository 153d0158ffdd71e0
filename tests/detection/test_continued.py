"""Messages read together with what their sender began."""

import pytest

from tests.detection.test_split import OURS, THEIRS, Conversation

Said = list[tuple[str, str]]


def found(*said: str) -> Said:
    """What is found in the last message. Messages of the other side begin with an arrow."""
    conversation = Conversation()
    findings: Said = []
    for line in said:
        text = line.removeprefix("> ")
        verdict = conversation.say(text, OURS if line.startswith("> ") else THEIRS)
        findings = [(finding.entity, text[finding.start : finding.end]) for finding in verdict.findings]
    return findings


@pytest.mark.parametrize(
    ("said", "value"),
    [
        (["my password is", "kl0pp!Anfield"], ("password", "kl0pp!Anfield")),
        (["the pin of my debit card is", "2958"], ("card_pin", "2958")),
        (["the verification code is:", "118593"], ("one_time_code", "118593")),
        (["mein Passwort lautet", "Blaubeere_77"], ("password", "Blaubeere_77")),
        (["my password is", "> go on", "kl0pp!Anfield"], ("password", "kl0pp!Anfield")),
        (["my password is", "one sec", "kl0pp!Anfield"], ("password", "kl0pp!Anfield")),
    ],
)
def test_what_was_left_open_is_ended_by_the_next_message(said: list[str], value: tuple[str, str]) -> None:
    assert found(*said) == [value]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        (["> Passport number, please?", "C4N8", "7K2P1"], ("passport", "7K2P1")),
        (["> What is your National Insurance number?", "HJ03", "4840D"], ("uk_nino", "4840D")),
        (["> Your date of birth?", "14th", "of feb", "1988"], ("date_of_birth", "1988")),
        (["> Which code did you get by SMS?", "204", "and then 886"], ("one_time_code", "886")),
        (["> Your social insurance number?", "228", "> ok", "743", "> yes", "688"], ("ca_sin", "688")),
        (["the verification code is", "118", "593"], ("one_time_code", "593")),
        (["routing 02100", "0021"], ("aba_routing", "0021")),
    ],
)
def test_a_value_in_pieces_is_one_where_it_was_named_or_asked_for(said: list[str], value: tuple[str, str]) -> None:
    assert found(*said) == [value]


def test_the_finding_names_the_messages_that_hold_the_rest() -> None:
    conversation = Conversation()
    conversation.say("And the passport number?", OURS)
    conversation.say("C4N8")

    (finding,) = conversation.say("7K2P1").findings

    assert finding.event_ids == ("m2",)
    assert finding.reasons[-1] == "read with what was begun"


@pytest.mark.parametrize(
    "said",
    [
        ["my order number is", "4482910"],
        ["my password is", "not working"],
        ["the pin is", "blocked after 3 tries"],
        ["> Your order number?", "44829", "10311"],
        ["> How many do you need?", "204", "886"],
        ["> Do you remember your password?", "8", "no"],
        ["> Do you remember your password?", "monday", "> Let me look", "room 882"],
        ["> What size are your tyres?", "205", "55", "R16"],
        ["> Which code did you get by SMS?", "none yet", "and I waited 20 minutes"],
        ["> the verification code is", "2958 of them"],
        ["my pin is", "well, to be honest I would rather not write it here in the chat, it is 2958 or so I think"],
    ],
    ids=[
        "order",
        "state",
        "state with a number",
        "pieces",
        "counts",
        "a refusal",
        "other talk",
        "sizes",
        "no code",
        "other side",
        "long",
    ],
)
def test_nothing_else_is_joined(said: list[str]) -> None:
    assert found(*said) == []
