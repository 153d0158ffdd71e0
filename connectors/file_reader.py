"""Reads files in a process of its own: bounded in time and memory, without a secret in its environment."""

import asyncio
import contextlib
import json
import logging
import os
import re
import sys
from dataclasses import dataclass
from typing import Final

SECONDS: Final = 40.0
AT_A_TIME: Final = 2
"""Processes: files must not take the machine from the messages."""
MAX_ANSWER: Final = 16 * 1024 * 1024
_PASSED_ON: Final = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")
_CLAIM: Final = re.compile(r"[ -~]{0,200}")
"""What can be handed to a process as a type; anything else is none."""
_COMMAND: Final = (sys.executable, "-m", "detection.files")


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FileContent:
    """What stands in a file."""

    kind: str | None
    """Its media type by its bytes; None for one that is not known."""
    strings: tuple[str, ...] = ()
    pictures: int = 0
    pictures_read: bool = False
    """Whether the words in its pictures are among the strings."""
    unreadable: str = ""
    """Why it could not be read whole; empty where it was."""

    def __repr__(self) -> str:
        return f"<FileContent of {self.kind}: {len(self.strings)} strings>"


class FileReader:
    """Shared by everything in one process that reads files."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_A_TIME)

    async def read(self, content: bytes, claimed: str) -> FileContent:
        """Every string of a file. Never raises for a file, whatever is in it."""
        code, out = await self._run("read", content, claimed)
        try:
            answer = json.loads(out)
            if "unreadable" in answer:
                return FileContent(answer["kind"], unreadable=str(answer["unreadable"]))
            return FileContent(
                answer["kind"], tuple(answer["strings"]), int(answer["pictures"]), bool(answer["pictures_read"])
            )
        except (ValueError, KeyError, TypeError):
            return FileContent(None, unreadable=f"its reader ended with {code}")

    async def stripped(self, content: bytes, claimed: str) -> bytes | None:
        """The file without its metadata; None where it cannot be read."""
        code, out = await self._run("strip", content, claimed)
        return out if code == 0 and out else None

    async def _run(self, verb: str, content: bytes, claimed: str) -> tuple[int | None, bytes]:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        pipe = asyncio.subprocess.PIPE
        async with self._room:
            try:
                process = await asyncio.create_subprocess_exec(
                    *_COMMAND,
                    verb,
                    claimed if _CLAIM.fullmatch(claimed) else "",
                    stdin=pipe,
                    stdout=pipe,
                    stderr=asyncio.subprocess.DEVNULL,
                    env=environment,
                )
            except OSError as error:  # such as no memory for one more
                log.warning("a file cannot be read: no process begins (%s)", type(error).__name__)
                return None, b""
            try:
                out, _ = await asyncio.wait_for(process.communicate(content), SECONDS)
            except TimeoutError:
                return None, b""
            finally:
                if process.returncode is None:
                    with contextlib.suppress(ProcessLookupError):
                        process.kill()
                    await process.wait()
        return process.returncode, out if len(out) <= MAX_ANSWER else b""
