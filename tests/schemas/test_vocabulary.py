from schemas import Action, Severity


def test_severities_are_ordered() -> None:
    assert sorted(Severity, key=lambda severity: severity.rank) == [
        Severity.LOW,
        Severity.MEDIUM,
        Severity.HIGH,
        Severity.CRITICAL,
    ]


def test_only_alert_and_allow_leave_a_value_in_the_text() -> None:
    assert {action for action in Action if not action.removes} == {Action.ALERT, Action.ALLOW}
