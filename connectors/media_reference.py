"""How a message names a file of its channel's, until the forwarder has looked into it.

The name is a part's ``ref``. Ids of files are long numbers, and parts are scanned: written in letters, none is taken
for a card number.
"""

from typing import Final

KIND: Final = "media"
"""Of the part; its text says what kind of file it is: ``image``, ``document`` ..."""
_PREFIX: Final = f"{KIND}."
_FIRST: Final = ord("a")


def reference_to(media_id: str) -> str:
    """The name of a file, by its id."""
    return _PREFIX + "".join(chr(_FIRST + half) for byte in media_id.encode() for half in divmod(byte, 16))


def media_id_of(reference: str) -> str | None:
    """The id again; None for what names no file."""
    letters = reference.removeprefix(_PREFIX)
    halves = [ord(letter) - _FIRST for letter in letters]
    if letters == reference or not halves or len(halves) % 2 or not all(0 <= half < 16 for half in halves):  # noqa: PLR2004  (half a byte)
        return None
    return bytes(16 * high + low for high, low in zip(halves[::2], halves[1::2], strict=True)).decode(errors="replace")
