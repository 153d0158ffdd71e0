"""What looks like a value and is none, kind by kind: where it stands, and what only looks like one of the kind."""

from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detection import Engine, load_policy, lookalikes
from detection.fold import fold
from schemas.token import checksum

NUMBER = "4539148803436467"
BODY = "0123456789abcdefghjkmnpqrs"
TOKEN = f"tok_payment_card_{BODY}{checksum('payment_card', BODY)}"

STANDING = {
    "token": [
        (f"card {TOKEN} ok", TOKEN),
        ("card [CREDIT CARD REDACTED] ok", "[CREDIT CARD REDACTED]"),
        ("it is [CARD-KQWX]", "[CARD-KQWX]"),
    ],
    "uuid": [("ref 4539a488-0343-4467-8111-111111111111 ok", "4539a488-0343-4467-8111-111111111111")],
    "hash": [("commit 4539148803436467a1b2c3d4e5f60718 ok", "4539148803436467a1b2c3d4e5f60718")],
    "url_path": [
        (f"see https://example.com/items/{NUMBER}/x ok", f"/items/{NUMBER}/x"),
        (f"see http://localhost/{NUMBER}", f"/{NUMBER}"),
        (f"https://example.com/p?order_id={NUMBER}&x=1", NUMBER),
        (f"go to /p?ts={NUMBER}", NUMBER),
        (f"attached IMG_{NUMBER}.jpg", f"IMG_{NUMBER}.jpg"),
        ("doi:10.1016/j.cell.2021.81.061 ok", "10.1016/j.cell.2021.81.061"),
    ],
    "named_id": [
        (f"user_id: {NUMBER}", NUMBER),
        (f"userId={NUMBER}", NUMBER),
        (f"request id {NUMBER}", NUMBER),
        (f"the order id is {NUMBER}", NUMBER),
        (f'{{"session_id": "{NUMBER}"}}', NUMBER),
        (f"user_id{NUMBER}", NUMBER),
        (f'"id_str": "{NUMBER}"', NUMBER),
        (f"fbid={NUMBER}", NUMBER),
        (f"<userId>{NUMBER}</userId>", NUMBER),
        (f'"offset": {NUMBER}', NUMBER),
        (f"start_seq={NUMBER}", NUMBER),
        (f"createdAt: '{NUMBER}'", NUMBER),
    ],
    "decimal": [
        ("at 4539148803.436467 s", "4539148803.436467"),
        ("it was $4,539,148,803,436,467", "$4,539,148,803,436,467"),
        ("it was €4539", "€4539"),
        ("4193 4222 4251 \n  4281 4311 4341 4371 4401 4431", "4193 4222 4251 \n  4281 4311 4341 4371 4401 4431"),
        ("FA5B ; [.4181.0033.0002.8005] #", ".4181.0033.0002.8005"),
        ("5B 6248 6249 793B 7940 7946 7949", "6248 6249 793B 7940 7946 7949"),
    ],
    "tracking": [
        ("parcel 1Z999AA10123456784 ok", "1Z999AA10123456784"),
        ("parcel 1Z 999 AA1 01 2345 678 4 ok", "1Z 999 AA1 01 2345 678 4"),
        ("parcel 1ZTB P2VW 0205 0001 50 ok", "1ZTB P2VW 0205 0001 50"),
        ("parcel 9400 1112 0108 0805 4830 16 ok", "9400 1112 0108 0805 4830 16"),
        ("by UPS (9400 1112 0108 0805 4830 16)", "(9400 1112 0108 0805 4830 16"),
        ("letter 0307 1790 0005 2348 3741", "0307 1790 0005 2348 3741"),
        ("letter RR 473 124 829 GB", "RR 473 124 829 GB"),
        ("letter RG 0340 3115 7 NL", "RG 0340 3115 7 NL"),
        ("letter rr473124829gb", "rr473124829gb"),
        ("order 123-4567890-1234567", "123-4567890-1234567"),
        ("ticket 220-4567890123", "220-4567890123"),
        ("file 2024-482910", "2024-482910"),
    ],
    "moment": [
        ("record from 2020-10-01 on", "2020-10-01"),
        ("it is 01/10/2020.", "01/10/2020"),
        ("since 1.10.2020, 9:05 o'clock", "1.10.2020, 9:05"),
        ("at 2020-10-01T09:05:30.123Z", "2020-10-01T09:05:30.123Z"),
        ("at 23:59:59.999 sharp", "23:59:59.999"),
    ],
}  # fmt: skip
ABSENT = {
    "token": [f"card {TOKEN[:-1]}! ok", "see [card 4539]", "4539] [ok"],
    "uuid": ["ref 4539a488-0343-4467-8111-1111111111112 ok", "4539-1488-0343-6467"],
    "hash": ["4539148803436467453914880343", "abcdefabcdefabcdefabcdefab", "4539148803436467a1b2c3d"],
    "url_path": [
        "https://example.com ok",
        f"https://example.com?card={NUMBER}",
        f"my card {NUMBER}.",
        f"{NUMBER}.pdf",
        f"card_{NUMBER}.txt",
        f"it was 10.5000/{NUMBER}",
    ],
    "named_id": [
        f"card id {NUMBER}",
        f"my id {NUMBER}",
        f"the visa id {NUMBER}",
        f"he did {NUMBER}",
        f"paid: {NUMBER}",
        f"seq {NUMBER}",
        f"discount: {NUMBER}",
        "user id 4539",
    ],
    "decimal": [
        "1.2.3.4",
        "4539.1488.0343.6467",
        "pay..4539.1488.0343.6467",
        "4539 1488",
        "4539 1488 0343 6467 5555 5555 5555 4444 1227",
        "$ and 4539",
    ],
    "tracking": [
        "parcel 1Z999AA10123456785",
        "letter RR473124828GB",
        "parcel 9400 1112 0108 0805 4830 17",
        "4539 1488 0343 6467 1227 12",
        "call me at 473 124 829 or later",
        "1234-4567890-1234567",
    ],
    "moment": [
        "20-18-15",
        "2020-13-01",
        "12020-10-01",
        "4539-2020-10-01",
        "v1.10.2020-1",
        "01/10/2020/4",
        "8:15:30:45",
        "12:34",
    ],
}
KINDS = sorted(lookalikes.names())


def standing(kind: str, text: str) -> list[str]:
    return [text[start:end] for start, end in lookalikes.spans(kind, text)]


def test_every_kind_is_specified_here() -> None:
    assert set(STANDING) == set(ABSENT) == lookalikes.names()


@pytest.mark.parametrize(("kind", "text", "value"), [(k, t, v) for k, cases in STANDING.items() for t, v in cases])
def test_a_look_alike_is_told_with_its_place(kind: str, text: str, value: str) -> None:
    assert value in standing(kind, text)
    assert kind in lookalikes.possible(text)


@pytest.mark.parametrize(("kind", "text"), [(k, text) for k, texts in ABSENT.items() for text in texts])
def test_what_only_resembles_one_of_the_kind_is_none(kind: str, text: str) -> None:
    assert standing(kind, text) == []


PIECES = st.one_of(
    st.sampled_from([text for cases in STANDING.values() for text, _ in cases]),
    st.sampled_from([text for texts in ABSENT.values() for text in texts]),
    st.sampled_from([*(f"{NUMBER} .-_/?&=:#[]$€'\""), "id", "Id", "is", "1z", "RR", "http://", "tok_", ".pdf", "12.5"]),
    st.text(max_size=6),
)


@given(st.lists(PIECES, max_size=6).map("".join))
@example("page?id=1")
@example("a://b/")
@example(f"user idis {NUMBER}")
@settings(deadline=None, max_examples=150)
def test_no_kind_is_missed_by_what_says_which_are_possible(text: str) -> None:
    folded = fold(text).text
    possible = lookalikes.possible(folded)

    assert possible >= {kind for kind in KINDS if lookalikes.spans(kind, folded)}


@pytest.mark.parametrize("text", ["hello there", "I paid 20 for it", "please call me back"])
def test_ordinary_talk_is_looked_at_no_further(text: str) -> None:
    assert lookalikes.possible(text) == frozenset()


def test_a_replacement_is_no_word_and_leaves_the_places_of_all_others() -> None:
    text = "my [CREDIT CARD REDACTED] and [this]"

    assert lookalikes.without_replacements(text) == f"my {chr(0) * 22} and [this]"


@cache
def engine() -> Engine:
    return Engine(load_policy())


@pytest.mark.parametrize(
    "text", ["4539148803436467.pdf", "here is 4539148803436467.jpg", "card-4539148803436467.pdf", "536-22-8726.txt"]
)
def test_a_value_that_names_a_file_is_found(text: str) -> None:
    redacted = engine().scan(text).redacted_text

    assert "REDACTED]." in redacted
    assert not any(character.isdigit() for character in redacted)


@pytest.mark.parametrize(
    "text", ["IMG_4539148803436467.jpg", "WA0001-4539148803436467.mp4", "export4539148803436467.csv"]
)
def test_a_name_that_a_program_gave_is_left(text: str) -> None:
    assert engine().scan(text).is_clean
