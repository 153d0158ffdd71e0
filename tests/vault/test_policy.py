"""What is kept and for how long, and who may see it again."""

import pytest

from vault.errors import Refusal, RefusedValue
from vault.policy import DAY, HOUR, MAX_VALUE_CHARACTERS, NEVER_KEPT, SHORT_LIVED, Retention, RevealPolicy
from vault.requests import View


class TestWhatIsKept:
    @pytest.mark.parametrize("entity", sorted(NEVER_KEPT))
    def test_authentication_data_of_a_card_never(self, entity: str) -> None:
        with pytest.raises(RefusedValue, match=f"{entity} is never kept"):
            Retention().admit(entity, "123")

    @pytest.mark.parametrize("value", ["", "  \n"])
    def test_nothing_at_all_neither(self, value: str) -> None:
        with pytest.raises(RefusedValue, match="the value is empty"):
            Retention().admit("iban", value)

    def test_a_value_up_to_a_length(self) -> None:
        Retention().admit("secret", "x" * MAX_VALUE_CHARACTERS)
        with pytest.raises(RefusedValue, match=f"longer than {MAX_VALUE_CHARACTERS} characters"):
            Retention().admit("secret", "x" * (MAX_VALUE_CHARACTERS + 1))


class TestForHowLong:
    @pytest.mark.parametrize(
        ("entity", "asked", "seconds"),
        [
            ("iban", None, 30 * DAY),
            ("iban", HOUR, HOUR),
            ("iban", 31 * DAY, 30 * DAY),
            ("password", None, SHORT_LIVED["password"]),
            ("password", DAY, SHORT_LIVED["password"]),
            ("password", 60.0, 60.0),
        ],
    )
    def test_as_asked_within_what_the_entity_is_allowed(self, entity: str, asked: float | None, seconds: float) -> None:
        assert Retention().seconds(entity, asked) == seconds

    def test_never_longer_than_everything_else(self) -> None:
        assert Retention(HOUR, {"iban": DAY}).seconds("iban", None) == HOUR


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class TestWhoMaySee:
    @pytest.mark.parametrize("view", [view for view in View if view is not View.PLAIN])
    def test_a_view_that_shows_no_value_needs_no_reason_and_has_no_limit(self, view: View) -> None:
        policy = RevealPolicy(plain_per_hour=0)

        assert policy.refusal("jane", None, view) is None

    @pytest.mark.parametrize("reason", [None, "", "  "])
    def test_a_plain_one_needs_a_reason(self, reason: str | None) -> None:
        assert RevealPolicy().refusal("jane", reason, View.PLAIN) is Refusal.DENIED
        assert RevealPolicy().refusal("jane", "a dispute", View.PLAIN) is None

    def test_only_so_many_within_any_hour_and_of_each_caller(self) -> None:
        clock = Clock()
        policy = RevealPolicy(plain_per_hour=2, clock=clock)

        def refusal(actor: str) -> Refusal | None:
            return policy.refusal(actor, "a dispute", View.PLAIN)

        assert refusal("jane") is None
        clock.now += HOUR / 2
        assert refusal("jane") is None
        assert refusal("jane") is Refusal.RATE_LIMITED
        assert refusal("john") is None

        clock.now += HOUR / 2
        assert refusal("jane") is None
        assert refusal("jane") is Refusal.RATE_LIMITED

    def test_what_is_denied_does_not_count(self) -> None:
        policy = RevealPolicy(plain_per_hour=1)
        policy.refusal("jane", None, View.PLAIN)

        assert policy.refusal("jane", "a dispute", View.PLAIN) is None

    def test_some_entities_need_a_second_person_for_a_plain_view(self) -> None:
        policy = RevealPolicy(four_eyes=frozenset({"iban"}))

        assert policy.needs_approval("iban", View.PLAIN)
        assert not policy.needs_approval("iban", View.MASKED)
        assert not policy.needs_approval("us_ssn", View.PLAIN)
