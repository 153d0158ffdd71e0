"""What reading a file gives, and how it fails."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """The strings of a file, and the pictures in it."""

    strings: tuple[str, ...]
    pictures: tuple[bytes, ...] = ()

    def __repr__(self) -> str:
        return f"<Reading: {len(self.strings)} strings, {len(self.pictures)} pictures>"


class UnreadableFile(Exception):
    """The file cannot be read whole: what stands in it is not known. Says why, and quotes nothing."""
