"""Others' words in what a command prints: none moves the cursor, begins a line or turns the text around."""


def plain(text: str) -> str:
    r"""The text with whatever is not printable written as an escape, such as ``\x1b`` or ``\n``."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
