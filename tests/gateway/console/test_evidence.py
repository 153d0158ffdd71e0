"""The evidence report: what it says, and that it is signed."""

import asyncio
import io
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from fastapi import FastAPI
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from gateway.console.evidence.controls import CONTROLS
from gateway.console.evidence.layout import DISCLAIMER
from gateway.console.evidence.signing import Signer
from gateway.roles import Role
from gateway.vault_desk import relay_once
from sandbox.history import Told, week
from streams.metrics import Metrics
from streams.settings import WrongSettingError
from streams.settings.console import ConsoleSettings
from streams.topics import Topic
from tests.gateway.console.console_parts import tell
from tests.gateway.console.test_console import signed_in
from tests.gateway.gateway_parts import Published
from vault.keyring import Keyring

NOW = datetime.now(UTC)


@pytest.fixture
async def report(app: FastAPI, client: httpx.AsyncClient, published: Published) -> bytes:
    kept = await client.post("/v1/tokens", json={"type": "us_ssn", "value": "536-22-8817"})
    token = {"token": kept.json()["token"]}
    plain, masked = ({"items": [{**token, "view": view}], "reason": "identity check"} for view in ("plain", "masked"))
    assert (await client.post("/v1/tokens/detokenize", json=plain)).status_code == 200
    assert (await client.post("/v1/tokens/detokenize", json=masked)).status_code == 200
    assert (await client.post("/v1/tokens/detokenize", json={**plain, "reason": None})).status_code == 422
    while await relay_once(app.state.vault_desk.vault, published.publish, Metrics()):
        pass
    audited = [Told(Topic.AUDIT, "vault", record, datetime.now(UTC)) for record in published.to(Topic.AUDIT)]
    await tell(app, [*week(NOW), *audited])
    async with await signed_in(app, Role.COMPLIANCE) as officer:
        since = round((NOW - timedelta(days=8)).timestamp() * 1000)
        answer = await officer.get("/console/api/evidence.pdf", params={"since": since})
    assert answer.status_code == 200
    return answer.content


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


async def test_it_maps_live_facts_to_controls_and_certifies_nothing(report: bytes) -> None:
    text = text_of(report)
    for control in CONTROLS:
        assert control.reference in text
    assert DISCLAIMER in text
    assert "all 3 records are intact" in text or "records are intact and its end is sealed" in text
    assert "536-22-8817" not in text
    assert "8817" not in text


async def test_it_counts_what_was_revealed_and_what_was_denied(report: bytes) -> None:
    text = text_of(report)
    assert "Values revealed 2" in text
    assert "Reveals denied 1" in text
    assert "2 values were revealed and 1 attempts denied" in text


async def test_its_signature_holds_and_a_changed_byte_shows(report: bytes, app: FastAPI) -> None:
    trusted = ValidationContext(trust_roots=[app.state.evidence_signer.asn1_certificate])
    signature = PdfFileReader(io.BytesIO(report)).embedded_signatures[0]
    status = await async_validate_pdf_signature(signature, trusted)
    assert status.intact
    assert status.valid
    assert status.coverage.name == "ENTIRE_FILE"
    place = report.index(b"Evidence report")
    changed = report[:place] + b"Evidence rapport"[:15] + report[place + 15 :]
    broken = PdfFileReader(io.BytesIO(changed)).embedded_signatures[0]
    assert not (await async_validate_pdf_signature(broken, trusted)).intact


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="no pdfsig (Debian: apt-get install poppler-utils)")
async def test_a_program_that_is_not_ours_finds_it_valid(report: bytes, tmp_path: Path) -> None:
    file = tmp_path / "evidence.pdf"
    file.write_bytes(report)
    told = await asyncio.to_thread(
        lambda: subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False).stdout
    )
    assert "Signature is Valid" in told
    assert "Total document signed" in told


def test_every_gateway_of_a_keyring_signs_as_the_same(tmp_path: Path) -> None:
    keyring = Keyring.create(tmp_path / "keyring.json")
    one, other = (Signer.load(ConsoleSettings(), keyring) for _ in range(2))
    stranger = Signer.load(ConsoleSettings(), Keyring.create(tmp_path / "other.json"))
    assert one.fingerprint == other.fingerprint != stranger.fingerprint


def test_an_organisations_own_key_is_used(tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Bank compliance")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    key_file, certificate_file = tmp_path / "key.pem", tmp_path / "certificate.pem"
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    certificate_file.write_bytes(certificate.public_bytes(Encoding.PEM))
    settings = ConsoleSettings(signing_key_file=key_file, signing_certificate_file=certificate_file)
    keyring = Keyring.create(tmp_path / "keyring.json")
    assert Signer.load(settings, keyring).certificate == certificate
    key_file.write_bytes(b"nothing")
    with pytest.raises(WrongSettingError, match="CORDON_CONSOLE_SIGNING"):
        Signer.load(settings, keyring)
