"""``python -m detection.files read|strip TYPE``: a file on standard input, the answer on standard output.

``read`` answers ``{"kind", "strings", "pictures", "pictures_read"}`` or ``{"kind", "unreadable"}`` as JSON; ``strip``
the file without its metadata. Exit code 3 for a file that cannot be read.
"""

import json
import logging
import resource
import sys
from typing import Any, Final

from detection.files import documents, kinds, pictures
from detection.files.reading import Reading, UnreadableFile

MEMORY_BYTES: Final = 1536 * 1024 * 1024
CPU_SECONDS: Final = 25
UNREADABLE: Final = 3


def main(verb: str, claimed: str) -> int:
    """Read or strip; the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    logging.disable(logging.CRITICAL)  # parsers quote what they stumble over
    content = sys.stdin.buffer.read()
    kind = kinds.kind_of(content, claimed)
    try:
        if verb == "strip":
            sys.stdout.buffer.write(_stripped(content, kind))
            return 0
        answer = _answer(content, kind)
    except UnreadableFile as unreadable:
        answer = {"unreadable": str(unreadable)}
    except Exception as error:  # noqa: BLE001  (a parser's surprise: the file is not known, and that is the answer)
        answer = {"unreadable": f"its reader failed ({type(error).__name__})"}
    if verb != "strip":
        sys.stdout.write(json.dumps({"kind": kind, **answer}))
    return UNREADABLE if "unreadable" in answer else 0


def _stripped(content: bytes, kind: str | None) -> bytes:
    if kind in kinds.PICTURES:
        return pictures.stripped(content, kind)
    return documents.stripped(content) if kind == kinds.DOCX else content


def _answer(content: bytes, kind: str | None) -> dict[str, Any]:
    if kind is None:
        raise UnreadableFile("it is of a kind that is not known")
    if kind in kinds.PICTURES:
        reading = Reading((), (content,))
    elif kind in kinds.DOCUMENTS:
        reading = documents.read(content, kind)
    else:  # a recording: nobody reads it
        return {"strings": [], "pictures": 0, "pictures_read": False}
    reads = pictures.can_read()
    seen = [pictures.words(picture) for picture in reading.pictures] if reads else []
    return {"strings": [*reading.strings, *seen], "pictures": len(reading.pictures), "pictures_read": reads}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
