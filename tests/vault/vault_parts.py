"""What the vault's tests share."""

from vault.requests import Access

READER = Access(actor="key-reader", reason="refund 4711", purpose="support")
WRITER = Access(actor="key-writer")


class Clock:
    """A time that moves only when told to."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0  # in September 2026

    def __call__(self) -> float:
        return self.now
