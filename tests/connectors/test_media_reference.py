"""How a message names a file: in letters, so that no rule takes its id for a number of a person's."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from connectors.media_reference import media_id_of, reference_to
from detection import Engine, load_policy

ENGINE = Engine(load_policy())


@given(some.text(min_size=1, max_size=40))
def test_every_id_comes_back(media_id: str) -> None:
    assert media_id_of(reference_to(media_id)) == media_id


@pytest.mark.parametrize(
    ("said", "media_id"),
    [("my card is {}", "4539148803436467"), ("my SSN is {}", "536228817"), ("CPF {}", "52998224725")],
)
def test_no_rule_finds_anything_in_a_name(said: str, media_id: str) -> None:
    assert not ENGINE.scan(said.format(media_id)).is_clean
    assert ENGINE.scan(said.format(reference_to(media_id))).is_clean


@pytest.mark.parametrize("reference", ["", "media.", "media.abc", "media.zz", "media.ABCD", "media.é!", "other.abcd"])
def test_what_names_no_file_is_none(reference: str) -> None:
    assert media_id_of(reference) is None
