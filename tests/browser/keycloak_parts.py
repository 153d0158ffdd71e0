"""A real Keycloak for the tests of signing in: fetched once by Maven into the user's cache, run on loopback."""

import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sandbox.kafka import cache_folder
from sandbox.process import ChildProcess, free_port

VERSION: Final = "26.4.0"
ARTIFACT: Final = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
REALM: Final = "bank"
SECRET: Final = "a-secret-of-the-test"


@contextmanager
def keycloak(folder: Path, *, redirect: str) -> Iterator[str]:
    """Run one with the realm of a bank; the issuer's address."""
    home = folder / "keycloak"
    shutil.copytree(_distribution(), home, symlinks=True)
    (home / "data" / "import").mkdir(parents=True, exist_ok=True)
    (home / "data" / "import" / "realm.json").write_text(json.dumps(_realm(redirect)))
    port = free_port()
    options = ["--http-host", "127.0.0.1", "--http-port", str(port), "--import-realm"]
    environment = {
        "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m",
        "KC_BOOTSTRAP_ADMIN_USERNAME": "admin",
        "KC_BOOTSTRAP_ADMIN_PASSWORD": "admin-of-the-test",
    }
    issuer = f"http://127.0.0.1:{port}/realms/{REALM}"
    command = [str(home / "bin" / "kc.sh"), "start-dev", *options]
    with ChildProcess(command, environment=environment, log=folder / "keycloak.log") as child:
        try:
            child.wait_ready(f"{issuer}/.well-known/openid-configuration", seconds=220)
            yield issuer
        finally:
            _end_children(child.pid)


def _distribution() -> Path:
    folder = cache_folder() / f"keycloak-{VERSION}"
    home = folder / f"keycloak-{VERSION}"
    if not (home / "bin" / "kc.sh").exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = ["mvn", "-q", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={folder}"]
        subprocess.run(command, check=True, capture_output=True, timeout=300, cwd=folder)
        (archive,) = folder.glob("*.zip")
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
        archive.unlink()
    (home / "bin" / "kc.sh").chmod(0o755)
    return home


def _end_children(pid: int) -> None:
    """The start script waits for a Java of its own: end that one, and the script ends too."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    for child in listed.read_text().split() if listed.exists() else []:
        os.kill(int(child), 15)


def _realm(redirect: str) -> dict[str, Any]:
    mapper = {
        "name": "roles",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-usermodel-realm-role-mapper",
        "config": {"claim.name": "roles", "multivalued": "true", "id.token.claim": "true", "jsonType.label": "String"},
    }
    client = {
        "clientId": "cordon",
        "secret": SECRET,
        "redirectUris": [redirect],
        "standardFlowEnabled": True,
        "directAccessGrantsEnabled": False,
        "attributes": {"pkce.code.challenge.method": "S256"},
        "protocolMappers": [mapper],
    }
    return {
        "realm": REALM,
        "enabled": True,
        "sslRequired": "none",
        "roles": {"realm": [{"name": "dlp-officers"}, {"name": "staff"}]},
        "clients": [client],
        "users": [_user("rita", "Rita", "Moreno", ["dlp-officers"]), _user("gus", "Gus", "Guest", ["staff"])],
    }


def _user(name: str, first: str, last: str, roles: list[str]) -> dict[str, Any]:
    return {
        "username": name,
        "enabled": True,
        "firstName": first,
        "lastName": last,
        "email": f"{name}@bank.example",
        "emailVerified": True,
        "credentials": [{"type": "password", "value": f"{name}-password", "temporary": False}],
        "realmRoles": roles,
    }
