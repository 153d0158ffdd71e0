"""Whatever text reaches a checksum, it answers: a rule's pattern may let through more than its checksum knows."""

import pkgutil
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import detection.checksums
from detection.checksums import checksum
from tests.detection.checksums.published import PUBLISHED

NAMES = sorted(module.name for module in pkgutil.iter_modules(detection.checksums.__path__))
NEAR_MISSES = [value for values in PUBLISHED.values() for value in values]
TEXTS = st.one_of(
    st.sampled_from(["", "G" + "é" * 55, "r", "1", "bc1", "0x"]),
    st.text(string.digits + string.ascii_uppercase, max_size=40),
    st.text(string.digits + " -./", max_size=40),
    st.text(max_size=30),
    st.sampled_from(NEAR_MISSES).flatmap(lambda value: st.integers(0, len(value)).map(lambda cut: value[:cut])),
    st.sampled_from(NEAR_MISSES).flatmap(lambda value: st.sampled_from([value + "0", value.lower(), value[::-1]])),
)


@pytest.mark.parametrize("name", NAMES)
@given(text=TEXTS)
@settings(deadline=None, max_examples=15)
def test_it_says_yes_or_no_and_how_much_of_the_text_it_means(name: str, text: str) -> None:
    check = checksum(name)

    assert check.is_valid(text) in {True, False}
    if check.trim is not None:
        assert 0 <= check.trim(text) <= len(text)


@pytest.mark.parametrize("name", [name for name in NAMES if checksum(name).lengths])
@given(digits=st.text(string.digits, min_size=1, max_size=60), data=st.data())
@settings(deadline=None, max_examples=40)
def test_the_lengths_that_it_gives_for_a_place_leave_out_no_value_there(
    name: str, digits: str, data: st.DataObject
) -> None:
    check = checksum(name)
    assert check.lengths is not None
    start = data.draw(st.integers(0, len(digits) - 1))

    given_lengths = dict(check.lengths(digits, [start])).get(start, ())

    valid = {end - start for end in range(start + 8, len(digits) + 1) if check.is_valid(digits[start:end])}
    assert valid <= set(given_lengths)
    assert list(given_lengths) == sorted(given_lengths, reverse=True)
