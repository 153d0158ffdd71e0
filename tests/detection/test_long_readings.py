"""What is disguised in a long text is found there as in a short one, wherever it stands."""

import pytest

from detection import Engine, load_policy
from detection.prefilter import SHORT

DISGUISED = (
    ("my p4ssw0rd is hunter2x!", "hunter2x!"),
    ("p a s s w o r d : tr0ub4dor", "tr0ub4dor"),
    ("card 4539x1488x0343x6467", "4539x1488x0343x6467"),
    ("card 45391488O3436467", "45391488O3436467"),
    ("card <b>4539</b> <b>1488</b> <b>0343</b> <b>6467</b>", "4539</b> <b>1488</b> <b>0343</b> <b>6467"),
)
TALK = "Thanks, I will wait for the parcel then, and write again when it has come.\n"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(load_policy())


@pytest.mark.parametrize("lines", [0, 1, 20])
@pytest.mark.parametrize(("message", "value"), DISGUISED)
def test_a_disguise_in_a_long_text_is_read(engine: Engine, message: str, value: str, lines: int) -> None:
    text = TALK * lines + message + "\n" + TALK * (2 * SHORT // len(TALK))

    verdict = engine.scan(text)

    assert verdict.findings
    assert value not in verdict.redacted_text


def test_several_disguises_apart_are_all_read(engine: Engine) -> None:
    apart = TALK * 30
    text = apart.join(message + "\n" for message, _ in DISGUISED)

    redacted = engine.scan(text).redacted_text

    assert not [value for _, value in DISGUISED if value in redacted]


def test_a_disguised_value_that_goes_on_for_long_is_cut_to_its_end(engine: Engine) -> None:
    card = "4539x1488x0343x6467"
    text = TALK * 30 + " ".join([card] * 40) + "\n" + TALK * 30

    assert "4539" not in engine.scan(text).redacted_text


def test_a_long_text_without_values_stays_as_it_is(engine: Engine) -> None:
    text = TALK * 30 + "The l4bel, the pr1ce and a w0rd.\n" + TALK * 30

    assert engine.scan(text).redacted_text == text
