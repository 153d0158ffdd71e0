"""``cordon whatsapp``: what WhatsApp Flows need once, before they work."""

import json
import os
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from cli.failure import fail
from gateway.flow_json import FLOW_FIELDS, flow_json
from vault.capture_states import LANGUAGES

RSA_BITS = 2048
"""What Meta accepts."""


@click.group()
def whatsapp() -> None:
    """Set up WhatsApp."""


@whatsapp.command("flows-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def flows_key(file: Path) -> None:
    """Write the private key of the Flows endpoint to FILE and print its public half.

    Register the public half at Meta: POST /{phone-number-id}/whatsapp_business_encryption with the form field
    business_public_key. Point CORDON_WHATSAPP_FLOWS_PRIVATE_KEY_FILE at FILE.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        fail(f"{file} exists already: a new key would close every Flow until it is registered")
    except OSError as error:
        fail(f"{file} cannot be written: {error.strerror}")
    with os.fdopen(descriptor, "wb") as out:
        out.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    click.echo(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(), nl=False)


@whatsapp.command("flow")
@click.option("--language", default="en", show_default=True, type=click.Choice(LANGUAGES))
@click.option("--field", "fields", multiple=True, metavar="ENTITY", help="May be repeated; without it, all of ours.")
def flow(language: str, fields: tuple[str, ...]) -> None:
    """Print the Flow JSON to publish at Meta, with the gateway's /whatsapp/flows as its endpoint."""
    click.echo(json.dumps(flow_json(language, fields or FLOW_FIELDS), indent=2, ensure_ascii=False))
