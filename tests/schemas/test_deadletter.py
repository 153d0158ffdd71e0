from schemas import DeadLetterHeaders, DeadLetterReason, Stage


def test_headers_name_the_origin_and_the_reason() -> None:
    headers = DeadLetterHeaders(
        topic="messages.inbound", partition=3, offset=42, stage=Stage.CRITICAL, reason=DeadLetterReason.TOO_LARGE
    )

    assert dict(headers.encode()) == {
        "cordon.topic": b"messages.inbound",
        "cordon.partition": b"3",
        "cordon.offset": b"42",
        "cordon.stage": b"critical",
        "cordon.reason": b"too_large",
    }
