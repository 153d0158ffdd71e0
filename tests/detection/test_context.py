"""Words near a value: how far each is from it, and which of them count at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detection.context import _TOKEN, _TOKEN_OF_ASCII, ANOTHER_CLAUSE, Tokens, WordFinder, gate_expression, outside
from detection.fold import fold
from detection.prefilter import Prefilter
from detection.rule import Words

VALUE = "4539148803436467"
BEFORE, AFTER = 40, 20


def finder(*words: str, before: int = BEFORE, after: int = AFTER, against: bool = False) -> WordFinder:
    return WordFinder(Words(words, before, after), ends_at_numbers=against)


def distance(words: WordFinder, text: str) -> int | None:
    """Characters between the value in a text and the nearest of the words."""
    tokens = Tokens(text)
    start = text.index(VALUE)
    return words.nearest(tokens, words.places(tokens), start, start + len(VALUE))


def stands(words: WordFinder, text: str) -> list[str]:
    return [text[start:end] for start, end in words.places(Tokens(text))]


class TestDistance:
    @pytest.mark.parametrize(
        ("text", "characters"),
        [
            (f"card {VALUE}", 1),
            (f"card number {VALUE}", 8),
            (f"{VALUE} card", 1),
            (f"card: {VALUE} card", 1),
            (f"card card {VALUE}", 1),
            (f"CARD {VALUE}", 1),
        ],
    )
    def test_is_counted_to_the_nearest_word_on_either_side(self, text: str, characters: int) -> None:
        assert distance(finder("card"), text) == characters

    @pytest.mark.parametrize(
        ("gap", "is_near"),
        [(BEFORE - len("card"), True), (BEFORE - len("card") + 1, False)],
    )
    def test_a_word_before_the_value_has_to_begin_within_reach(self, gap: int, *, is_near: bool) -> None:
        assert (distance(finder("card"), "card" + " " * gap + VALUE) is not None) is is_near

    @pytest.mark.parametrize(("gap", "is_near"), [(AFTER - 1, True), (AFTER, False)])
    def test_so_has_one_after_it(self, gap: int, *, is_near: bool) -> None:
        assert (distance(finder("card"), VALUE + " " * gap + "card") is not None) is is_near

    def test_none_after_it_counts_where_the_rule_looks_only_before(self) -> None:
        assert distance(finder("card", after=0), f"{VALUE} card") is None

    def test_a_word_that_names_the_value_could_not_be_nearer(self) -> None:
        assert distance(finder("card"), f"{VALUE} is my card") == 0
        assert distance(finder("card"), f"{VALUE} in my card") == len(" in my ")

    @pytest.mark.parametrize("end", [". ", "! ", "? ", "; ", "\n"])
    def test_a_word_of_another_clause_is_further_away_than_it_is(self, end: str) -> None:
        assert distance(finder("card"), f"my card{end}{VALUE}") == len(end) + ANOTHER_CLAUSE

    @pytest.mark.parametrize("end", [", ", " and ", " und ", ": ", " - ", "</td><td>"])
    def test_after_the_value_less_ends_what_is_said_of_it(self, end: str) -> None:
        assert distance(finder("card"), f"{VALUE}{end}card") == len(end) + ANOTHER_CLAUSE

    @pytest.mark.parametrize("gap", [", ", " and ", ": ", "-", ".5 "])
    def test_before_the_value_that_ends_no_clause(self, gap: str) -> None:
        assert distance(finder("card"), f"card{gap}{VALUE}") == len(gap)


class TestWordsAgainst:
    @pytest.mark.parametrize(
        "text",
        [
            f"order 12345. {VALUE}",
            f"order 12345 with card {VALUE}",
            f"{VALUE}, order",
            f"{VALUE} for order 4482910",
            f"{VALUE} for order no. 4482910",
            f"{VALUE} order (448) 2910",
            f"{VALUE} order: A-17",
            f"{VALUE} order_id=4482910",
            f"{VALUE}&order",
        ],
        ids=[
            *("its sentence", "its number", "the next thing", "behind it", "its sign", "in brackets", "a colon"),
            *("a name of programs", "the next of a query"),
        ],
    )
    def test_say_nothing_where_they_have_a_number_or_a_thing_of_their_own(self, text: str) -> None:
        assert distance(finder("order", against=True), text) is None

    @pytest.mark.parametrize(
        "text", [f"order {VALUE}", f"order number. {VALUE}", f"{VALUE} is my order", f"{VALUE} order"]
    )
    def test_speak_of_the_value_otherwise(self, text: str) -> None:
        assert distance(finder("order", against=True), text) is not None

    @pytest.mark.parametrize("gap", [" to ", " at "])
    def test_are_further_away_from_what_something_goes_to(self, gap: str) -> None:
        assert distance(finder("order", against=True), f"order{gap}{VALUE}") == len(gap) + ANOTHER_CLAUSE
        assert distance(finder("card"), f"card{gap}{VALUE}") == len(gap)

    def test_words_for_a_value_go_on_after_a_number(self) -> None:
        assert distance(finder("card"), f"card 12345. {VALUE}") is not None


class TestPhrases:
    @pytest.mark.parametrize("text", ["credit card", "credit_card", "Credit-Card", "credit - card", "creditCard"])
    def test_stand_with_little_between_their_words(self, text: str) -> None:
        assert stands(finder("credit card"), text) == [text]

    @pytest.mark.parametrize(
        "text",
        ["credit my card", "credit    card", "card credit", "credit", "credits card", "credit><card", "credit, card"],
    )
    def test_do_not_stand_with_more_or_less(self, text: str) -> None:
        assert stands(finder("credit card"), text) == []

    def test_may_hold_a_number(self) -> None:
        assert stands(finder("form 1099"), "my form 1099 is") == ["form 1099"]
        assert stands(finder("form 1099"), "my form 1098 is") == []

    def test_are_found_wherever_they_stand_in_order_of_place(self) -> None:
        assert stands(finder("card", "credit card"), "card, credit card") == ["card", "credit card", "card"]

    def test_a_word_within_a_longer_phrase_may_be_left_out(self) -> None:
        tokens = Tokens("loyalty card, card")
        words, phrases = finder("card").places(tokens), finder("loyalty card").places(tokens)

        assert outside(words, phrases) == [(14, 18)]
        assert outside(words, []) == words
        assert outside(phrases, phrases) == phrases


class TestStems:
    @pytest.mark.parametrize("text", ["verif", "verified", "Verifying"])
    def test_stand_for_any_ending(self, text: str) -> None:
        assert stands(finder("verif*"), text) == [text]

    @pytest.mark.parametrize("text", ["veri", "unverified"])
    def test_but_not_for_another_beginning(self, text: str) -> None:
        assert stands(finder("verif*"), text) == []

    def test_may_end_a_phrase(self) -> None:
        assert stands(finder("date of birth*"), "my date of birthday") == ["date of birthday"]


class TestWords:
    @pytest.mark.parametrize("text", ["zap 5", "zap5", "5zap", "5 zap5", "a5 zap"])
    def test_may_touch_a_number_on_one_side(self, text: str) -> None:
        assert stands(finder("zap"), text) == ["zap"]

    @pytest.mark.parametrize("text", ["0zap5", "EP0ZAP5 ok"])
    def test_amid_digits_are_pieces_of_an_identifier(self, text: str) -> None:
        assert stands(finder("zap"), text) == []

    @pytest.mark.parametrize("text", ["cards", "discard", "acarda"])
    def test_are_whole(self, text: str) -> None:
        assert stands(finder("card"), text) == []

    @pytest.mark.parametrize("text", ["card4539", "4539card", "card_no", "cardNumber", "myCard"])
    def test_end_at_digits_at_signs_and_at_humps(self, text: str) -> None:
        assert [word.lower() for word in stands(finder("card"), text)] == ["card"]

    def test_are_folded_as_texts_are(self) -> None:
        assert stands(finder("cartão"), fold("meu cartão é").text) == ["cartao"]

    def test_stand_somewhere_or_nowhere(self) -> None:
        assert finder("card").anywhere(Tokens("my card"))
        assert not finder("card").anywhere(Tokens("my cards"))
        assert not WordFinder(None).anywhere(Tokens("my card"))

    def test_of_four_letters_or_more_may_be_part_of_one_that_runs_into_the_value(self) -> None:
        assert finder("card").is_part_of("mycardis")
        assert not finder("pan").is_part_of("company")
        assert not finder("credit card").is_part_of("mycreditis")

    def test_reach_as_far_as_any_of_them_may_stand(self) -> None:
        words = finder("card", "credit card", before=30, after=50)

        assert words.reach >= 50 + len("credit card")


class TestScriptsWithoutSpaces:
    CARD = "信用卡"

    @pytest.mark.parametrize(
        ("text", "characters"),
        [
            (f"我的信用卡号是{VALUE}", 2),
            (f"{VALUE}是我的信用卡", 3),
            (f"信用卡信用卡{VALUE}", 0),
            (f"我的订单号是{VALUE}", None),
        ],
    )
    def test_words_stand_anywhere_among_others(self, text: str, characters: int | None) -> None:
        assert distance(finder(self.CARD), text) == characters

    def test_within_the_same_reach(self) -> None:
        near, far = BEFORE - len(self.CARD), BEFORE - len(self.CARD) + 1

        assert distance(finder(self.CARD), self.CARD + " " * near + VALUE) == near
        assert distance(finder(self.CARD), self.CARD + " " * far + VALUE) is None
        assert distance(finder(self.CARD), VALUE + " " * AFTER + self.CARD) is None

    def test_the_nearer_of_both_kinds_of_words_counts(self) -> None:
        assert distance(finder(self.CARD, "card"), f"card 信用卡是{VALUE}") == 1
        assert distance(finder(self.CARD, "card"), f"信用卡 card {VALUE}") == 1

    def test_stand_somewhere_or_nowhere(self) -> None:
        assert finder(self.CARD).anywhere(Tokens("我的信用卡号"))
        assert not finder(self.CARD).anywhere(Tokens("我的订单号"))


class TestWhatIsLookedAt:
    def test_only_pieces_of_a_long_text(self) -> None:
        text = "card one card two card"

        assert [text[s:e] for s, e in finder("card").places(Tokens(text, [(0, 8), (18, 22)]))] == ["card", "card"]

    def test_numbers_without_a_letter_near_them_only_where_a_word_may_be_one(self) -> None:
        text = "1099 " * 20 + "form"

        assert len(Tokens(text).words) == 21
        assert len(Tokens(text, has_numbers=False).words) < 10
        assert finder("1099 2020 1098").has_numbers
        assert not finder("form 1099").has_numbers


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("card", "my card"),
        ("credit card", "my creditCard"),
        ("credit card", "my credit - card"),
        ("verif*", "verified"),
        ("form 1099", "FORM 1099"),
        ("信用卡", "我的信用卡号是"),
        ("cartão", "cartao"),
    ],
)
def test_the_gate_of_words_opens_wherever_one_of_them_stands(word: str, text: str) -> None:
    gate = Prefilter([gate_expression((word, "another")), "x"])

    assert finder(word).anywhere(Tokens(text))
    assert 0 in (gate.match(text) or ())
    assert 0 not in (gate.match("hello there") or ())


@given(st.text(st.characters(max_codepoint=127)))
def test_the_quick_expression_finds_the_words_of_ascii_that_the_other_finds(text: str) -> None:
    quick, other = ([match.span() for match in one.finditer(text)] for one in (_TOKEN_OF_ASCII, _TOKEN))

    assert quick == other
