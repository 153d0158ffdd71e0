"""A look at the numbering plans says no only where ``phonenumbers`` would."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detection.finders.numbering import TRUNK_REGIONS, VALID, international, is_national

codes = st.sampled_from([str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE])
prefixes = st.sampled_from(["", "0", "00", "01", "8", "1", "06", "15"])


def digits(least: int, most: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=least, max_size=most)


@given(st.tuples(codes, prefixes, digits(3, 13)).map("".join) | digits(1, 17))
def test_international_numbers_are_judged_as_phonenumbers_judges_them(number: str) -> None:
    try:
        parsed = phonenumbers.parse("+" + number, None)
    except phonenumbers.NumberParseException:
        assert international(number) == 0
    else:
        is_valid = phonenumbers.is_valid_number(parsed)
        assert international(number) == (VALID if is_valid else int(phonenumbers.is_possible_number(parsed)))


@pytest.mark.parametrize("region", TRUNK_REGIONS)
@given(digits(7, 10))
def test_no_national_number_is_missed(region: str, rest: str) -> None:
    number = "0" + rest
    try:
        is_valid = phonenumbers.is_valid_number_for_region(phonenumbers.parse(number, region), region)
    except phonenumbers.NumberParseException:
        is_valid = False

    assert is_national(number) or not is_valid


@pytest.mark.parametrize("number", ["02079460018", "0116312345", "0612345678"])
def test_national_numbers_are_known(number: str) -> None:
    assert is_national(number)


@pytest.mark.parametrize("number", ["0", "01", "099999999999999"])
def test_other_digits_are_none(number: str) -> None:
    assert not is_national(number)


@pytest.mark.parametrize("region", TRUNK_REGIONS)
def test_the_example_of_every_plan_is_a_number(region: str) -> None:
    example = phonenumbers.example_number(region)

    assert example is not None
    assert international(f"{example.country_code}{phonenumbers.national_significant_number(example)}") == VALID
