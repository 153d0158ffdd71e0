"""Who gets which alert."""

import pytest

from gateway.alerts.position import decode, encode
from gateway.alerts.view import View
from schemas import Audience, Severity
from tests.gateway.alerts.alert_parts import alert


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        (View(), True),
        (View(audience=Audience.SUPERVISOR, agent_id="ana", conversation_id="c1", queue_id="cards"), True),
        (View(audience=Audience.AGENT), False),
        (View(agent_id="ben"), False),
        (View(conversation_id="c2"), False),
        (View(queue_id="loans"), False),
        (View(severity=Severity.CRITICAL), True),
        (View(only_queues=frozenset({"cards", "loans"})), True),
        (View(only_queues=frozenset({"loans"})), False),
        (View(only_queues=frozenset({"loans"}), queue_id="cards"), False),
    ],
)
def test_a_supervisor_gets_what_was_asked_for_within_the_queues(view: View, *, shown: bool) -> None:
    assert view.shows(alert()) is shown


def test_what_is_less_bad_than_wanted_is_left_out() -> None:
    assert not View(severity=Severity.HIGH).shows(alert(severity=Severity.MEDIUM))


def test_an_agent_gets_what_is_meant_for_them_and_nothing_of_others() -> None:
    ana = View(only_agent="ana")
    assert ana.shows(alert(audience=Audience.AGENT))
    assert not ana.shows(alert(audience=Audience.SUPERVISOR))
    assert not View(only_agent="ben").shows(alert(audience=Audience.AGENT))


def test_an_agent_gets_a_customers_side_of_the_conversation_that_is_open() -> None:
    inbound = alert(audience=Audience.AGENT, agent_id=None)
    assert View(only_agent="ana", conversation_id="c1").shows(inbound)
    assert not View(only_agent="ana").shows(inbound)
    assert not View(only_agent="ana", conversation_id="c2").shows(inbound)


def test_a_place_comes_back_as_it_was() -> None:
    assert decode(encode({3: 45, 0: 12})) == {0: 12, 3: 45}


@pytest.mark.parametrize("text", ["", "12", "0-", "0-1.", "a-1", "0-1;DROP", "0-1\n", "0-9999999999999999999"])
def test_what_is_no_place_of_ours_is_not_believed(text: str) -> None:
    assert decode(text) is None
