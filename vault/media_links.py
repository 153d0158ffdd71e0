"""Addresses of files: sealed, so that they tell nothing and cannot be guessed, and good for a time only."""

import base64
import binascii
import json
from dataclasses import asdict, dataclass
from typing import Final

from vault.envelope import Sealer, Unsealable

_CONTEXT: Final = b"media-link"


@dataclass(frozen=True, slots=True)
class MediaLink:
    """One file that policy let pass."""

    source: str
    """``whatsapp`` or ``url``."""
    name: str
    """WhatsApp's id of the file, or its address."""
    sha256: str
    """In hex, of the file as it was judged: another one is not served."""
    mime: str
    filename: str
    good_until: int
    """Epoch seconds."""

    def __repr__(self) -> str:
        return f"<MediaLink to a file of {self.source}>"

    def written(self, sealer: Sealer) -> str:
        """The link as part of an address."""
        sealed = sealer.seal(json.dumps(asdict(self)).encode(), context=_CONTEXT)
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    @classmethod
    def read(cls, text: str, sealer: Sealer) -> "MediaLink | None":
        """The same; None for anything that was not written here."""
        try:
            sealed = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
            return cls(**json.loads(sealer.open(sealed, context=_CONTEXT)))
        except (Unsealable, binascii.Error, ValueError, TypeError):
            return None
