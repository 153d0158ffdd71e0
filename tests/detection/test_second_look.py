"""What a second pass saw, made into findings: it adds to the first pass, and lowers or renames nothing of it."""

import pytest

from detection.finding import Finding, Verdict
from detection.inspection import Inspection, Piece
from detection.second_look import rule_of, with_sightings
from schemas import Action, Severity
from schemas.second_pass import Sighting

TEXT = "Jane Doe, card [CREDIT CARD REDACTED], lives in Porto"
JANE, PORTO = (0, 8), (48, 53)
NOTHING = Inspection((), TEXT, (), {})


def sighting(start: int, end: int, entity: str = "person_name") -> Sighting:
    return Sighting(entity=entity, start=start, end=end, score=0.85)


def first_pass(start: int, end: int) -> Inspection:
    finding = Finding("SSN", "us_ssn", Severity.CRITICAL, Action.REDACT, start, end, 0.99, "[SSN REDACTED]")
    return Inspection((Piece("text", TEXT, Verdict((finding,), "redacted")),), TEXT, (), {})


def seen(before: Inspection, *sightings: Sighting, part: str = "text") -> Inspection:
    return with_sightings(before, {"text": TEXT, "parts.0": TEXT}, {part: sightings}, "presidio")


def spans(inspection: Inspection) -> list[tuple[int, int]]:
    return [(finding.start, finding.end) for finding in inspection.findings]


def test_what_was_seen_is_told_to_the_supervisor_and_taken_out_of_nothing() -> None:
    (finding,) = seen(NOTHING, sighting(*JANE)).findings

    assert (finding.rule, finding.entity, finding.score) == ("PersonName", "person_name", 0.85)
    assert (finding.severity, finding.action, finding.replacement) == (Severity.MEDIUM, Action.ALERT, "")
    assert finding.reasons == ("second pass presidio",)


def test_it_stands_beside_what_the_first_pass_found_in_order_of_place() -> None:
    inspection = seen(first_pass(10, 14), sighting(*PORTO, "place"), sighting(*JANE))

    assert spans(inspection) == [JANE, (10, 14), PORTO]
    assert inspection.pieces[0].verdict.redacted_text == "redacted"


@pytest.mark.parametrize("span", [(0, 8), (3, 5), (0, 3), (6, 20)])
def test_what_touches_a_finding_of_the_first_pass_says_nothing_new(span: tuple[int, int]) -> None:
    before = first_pass(2, 7)

    assert seen(before, sighting(*span)).findings == before.findings


@pytest.mark.parametrize("span", [(15, 37), (16, 22), (10, 17)])
def test_what_touches_a_replacement_says_nothing(span: tuple[int, int]) -> None:
    assert seen(NOTHING, sighting(*span)).is_clean


def test_of_sightings_that_overlap_the_first_and_longest_counts() -> None:
    assert spans(seen(NOTHING, sighting(5, 8), sighting(0, 4), sighting(*JANE))) == [JANE]


def test_a_sighting_of_nothing_is_none() -> None:
    assert seen(NOTHING, sighting(4, 4)).is_clean


def test_a_string_in_which_nothing_was_found_before_gets_a_piece_of_its_own() -> None:
    inspection = seen(first_pass(10, 14), sighting(*JANE), part="parts.0")

    assert [piece.part for piece in inspection.pieces] == ["text", "parts.0"]
    assert inspection.pieces[1].verdict.redacted_text == TEXT


def test_a_rule_is_named_after_the_entity() -> None:
    assert rule_of("person_name") == "PersonName"
