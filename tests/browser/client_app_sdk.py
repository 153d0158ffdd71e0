"""Genesys's client-app SDK as it is published: fetched once by npm into the user's cache."""

import subprocess
import tarfile
from pathlib import Path
from typing import Final

from sandbox.kafka import cache_folder

VERSION: Final = "2.6.10"
PACKAGE: Final = "purecloud-client-app-sdk"


def client_app_sdk() -> Path:
    """The script for browsers."""
    folder = cache_folder() / f"{PACKAGE}-{VERSION}"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        command = ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"]
        subprocess.run(command, check=True, capture_output=True, timeout=120, cwd=folder.parent)
        archive = folder.parent / f"{PACKAGE}-{VERSION}.tgz"
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        archive.unlink()
    (script,) = (folder / "package" / "dist").glob("*.min.js")
    return script
