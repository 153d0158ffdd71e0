"""Numbers in what a command says: ``1 rule``, ``2 rules``."""


def count(number: int, noun: str) -> str:
    """The number with its noun, in the singular or with an s."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
