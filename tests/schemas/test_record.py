"""The base of every contract: it reads tolerantly, coerces nothing, and shows nothing of itself."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import ValidationError

from schemas.record import MAX_ID_LENGTH, Identifier, Record, Timestamp, VersionedRecord, milliseconds, rfc3339

CARD = "4111 1111 1111 1111"
NOON = datetime(2026, 1, 31, 12, 0, 0, 123_999, tzinfo=UTC)


class Kept(VersionedRecord):
    name: Identifier
    count: int = 0
    at: Timestamp = NOON


def test_unknown_fields_are_dropped_and_never_go_on() -> None:
    kept = Kept.model_validate_json(f'{{"name": "a", "card": "{CARD}"}}')

    assert "card" not in kept.model_dump()
    assert CARD not in kept.model_dump_json()


@pytest.mark.parametrize("given", ['{"name": 7}', '{"name": "a", "count": "7"}', '{"name": ""}', '{"count": 1}'])
def test_nothing_is_coerced_or_made_up(given: str) -> None:
    with pytest.raises(ValidationError):
        Kept.model_validate_json(given)


def test_no_text_form_and_no_error_shows_what_a_record_holds() -> None:
    assert (repr(Kept(name=CARD)), str(Kept(name=CARD))) == ("<Kept>", "<Kept>")
    with pytest.raises(ValidationError) as refused:
        Kept.model_validate_json(f'{{"name": "a", "count": "{CARD}"}}')
    assert CARD not in str(refused.value)


def test_an_instance_cannot_be_changed() -> None:
    kept = Kept(name="a")
    with pytest.raises(ValidationError):
        kept.name = "b"


@pytest.mark.parametrize(("length", "fits"), [(MAX_ID_LENGTH, True), (MAX_ID_LENGTH + 1, False)])
def test_an_id_has_a_longest(length: int, *, fits: bool) -> None:
    try:
        Kept(name="x" * length)
    except ValidationError:
        assert not fits
    else:
        assert fits


@pytest.mark.parametrize(
    ("instant", "written"),
    [
        (NOON, "2026-01-31T12:00:00.123Z"),
        (NOON.replace(microsecond=0), "2026-01-31T12:00:00.000Z"),
        (NOON.replace(tzinfo=None), "2026-01-31T12:00:00.123Z"),
        (NOON.astimezone(timezone(timedelta(hours=-3))), "2026-01-31T12:00:00.123Z"),
    ],
)
def test_times_are_written_in_utc_with_milliseconds(instant: datetime, written: str) -> None:
    assert rfc3339(instant) == written


@given(some.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1), timezones=some.just(UTC)))  # noqa: DTZ001  (hypothesis adds the zone)
def test_the_words_and_the_number_of_an_instant_agree(instant: datetime) -> None:
    written = datetime.fromisoformat(rfc3339(instant))

    assert milliseconds(written) == milliseconds(instant)


def test_a_year_that_utc_does_not_have_is_refused() -> None:
    with pytest.raises(ValidationError, match="a year that UTC does not have"):
        Kept.model_validate_json('{"name": "a", "at": "0001-01-01T00:00:00+14:00"}')


def test_a_record_names_the_version_of_its_schema() -> None:
    assert Kept(name="a").schema_version == 1
    assert not hasattr(Record(), "schema_version")
