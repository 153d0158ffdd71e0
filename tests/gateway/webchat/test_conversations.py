"""What is known of conversations is bounded, and goes by disuse; a page that is open keeps its own."""

from gateway.webchat.conversations import MAX_NOTED, MAX_OFFERED, Cleaned, Conversation, Conversations


async def _send(frame: str) -> None:
    """A page that is open, whatever it is told."""


def test_the_one_that_was_idle_for_longest_goes_first() -> None:
    conversations = Conversations(max_conversations=2)
    first, second = conversations.of("first"), conversations.of("second")
    assert conversations.of("first") is first

    conversations.of("third")

    assert len(conversations) == 2
    assert conversations.of("first") is first
    assert conversations.of("second") is not second


def test_one_with_a_socket_stays_also_where_all_have_one() -> None:
    conversations = Conversations(max_conversations=2)
    opened = []
    for name in ("first", "second", "third"):
        opened.append(conversations.of(name))
        opened[-1].sockets.add(_send)
    assert [conversations.of(one.id) for one in opened] == opened

    for one in opened:
        one.sockets.clear()
    assert conversations.of("third") is opened[2]
    assert len(conversations) == 2
    assert conversations.of("first") is not opened[0]


def test_a_conversation_remembers_so_much_and_the_newest() -> None:
    conversation = Conversation("c")
    conversation.offer(str(number) for number in range(MAX_OFFERED + 1))
    for number in range(MAX_NOTED + 1):
        conversation.mark(f"t{number}", Cleaned((str(number),)))
        conversation.note_judged(f"e{number}", b"digest", None)

    assert not conversation.is_offered("0")
    assert conversation.is_offered("1")
    assert conversation.marked("t0") is None
    assert conversation.marked("t1") == Cleaned(("1",))
    assert conversation.judged("e0", b"digest") == (False, None)
    assert conversation.judged("e1", b"digest") == (True, None)


def test_a_judgement_is_of_these_words_only() -> None:
    conversation = Conversation("c")
    conversation.note_judged("event", b"one text", None)
    assert conversation.judged("event", b"another text") == (False, None)


async def test_every_open_page_is_told_and_one_that_closes_meanwhile_spoils_nothing() -> None:
    conversation, told = Conversation("c"), list[str]()

    async def leaves(frame: str) -> None:
        told.append(frame)
        conversation.sockets.clear()

    async def stays(frame: str) -> None:
        told.append(frame)

    conversation.sockets |= {leaves, stays}
    await conversation.tell("frame")
    assert told == ["frame", "frame"]


def test_no_repr_holds_a_text() -> None:
    assert "4111" not in repr(Cleaned(("4111 1111 1111 1111",))) + repr(Conversation("c"))
