"""Jars of third parties, resolved by Maven once and kept in the user's cache."""

import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from sandbox.kafka import cache_folder

needs_java = pytest.mark.skipif(
    shutil.which("java") is None or shutil.which("mvn") is None, reason="Java and Maven are not installed here"
)


def jars(name: str, pom: Path) -> Path:
    """The folder with the jars of a POM's dependencies."""
    folder = cache_folder() / name
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
        made = Path(unfinished) / "jars"
        goal = ["dependency:copy-dependencies", f"-DoutputDirectory={made}", f"-DbuildDirectory={unfinished}"]
        done = subprocess.run(["mvn", "-B", "-q", "-f", str(pom), *goal], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"Maven could not fetch {name}: {done.stdout[-200:]}")
        with suppress(OSError):  # another run was quicker
            made.rename(folder)
    return folder
