"""Files of rules and policies: what is wrong with one is told with its line, and nothing in it is passed over."""

from pathlib import Path

import pytest

from detection import WrongPolicy
from detection.yaml_fields import LINE, mapping, mappings, read_yaml, strings


def written(folder: Path, content: str | bytes) -> Path:
    file = folder / "ours.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def test_every_mapping_knows_its_line(tmp_path: Path) -> None:
    document = read_yaml(written(tmp_path, "a: 1\nlist:\n  - b: 2\n  - {c: 3}\n"))

    assert document == {"a": 1, "list": [{"b": 2, LINE: 3}, {"c": 3, LINE: 4}], LINE: 1}


def test_a_mapping_may_take_over_another_and_change_it(tmp_path: Path) -> None:
    document = read_yaml(written(tmp_path, "a: &one {b: 1, c: 2}\nd: {<<: *one, c: 3}\n"))

    assert document["d"] == {"b": 1, "c": 3, LINE: 2}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a: \xff\xfe", "ours.yaml: not UTF-8"),
        ("a: 1\nb: [1, 2\nc: 3\n", "ours.yaml:3: did not find expected ',' or ']'"),
        ("a: 1\n\n\tb: 2\n", "ours.yaml:3: found a tab character"),
        ("a: 1\nb: 2\na: 3\n", "ours.yaml:3: a stands there twice"),
        ("a: [{b: 1,\n  b: 2}]\n", "ours.yaml:2: b stands there twice"),
        ("a: !!python/object:os.system {}\n", "ours.yaml:1: could not determine a constructor"),
        ("- a\n", "ours.yaml:1: a mapping is expected"),
        ("", "ours.yaml:1: a mapping is expected"),
    ],
)
def test_what_is_no_mapping_of_yaml_is_refused_with_its_line(tmp_path: Path, content: str | bytes, reason: str) -> None:
    with pytest.raises(WrongPolicy) as caught:
        read_yaml(written(tmp_path, content))

    assert str(caught.value).startswith(reason)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongPolicy) as caught:
        read_yaml(tmp_path / "ours.yaml")

    assert str(caught.value) == f"{tmp_path}/ours.yaml cannot be read: No such file or directory"


@pytest.mark.parametrize("value", ["card", ["card", False], [["card"]], None, {"en": ["card"]}])
def test_a_list_of_words_is_nothing_else(value: object) -> None:
    with pytest.raises(WrongPolicy, match=r"^words must be a list of words$"):
        strings({"words": value}, "words")


def test_numbers_in_a_list_of_words_count_as_they_are_written() -> None:
    assert strings({"words": ["form", 1099]}, "words") == ("form", "1099")


@pytest.mark.parametrize("value", [None, "card", ["card"]])
def test_a_mapping_is_nothing_else(value: object) -> None:
    with pytest.raises(WrongPolicy, match=r"^set must be a mapping$"):
        mapping({"set": value}, "set")
    with pytest.raises(WrongPolicy, match=r"^rules must be a list of mappings$"):
        mappings({"rules": value}, "rules")
