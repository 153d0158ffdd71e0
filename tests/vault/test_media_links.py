"""Addresses of files: they open where they were made, and nowhere else."""

from pathlib import Path

import pytest

from vault.envelope import Sealer
from vault.keyring import Keyring
from vault.media_links import MediaLink

LINK = MediaLink("whatsapp", "1234567890", "ab" * 32, "image/jpeg", "invoice.jpg", 2_000_000_000)


@pytest.fixture
def sealer(tmp_path: Path) -> Sealer:
    return Sealer(Keyring.create(tmp_path / "keyring.json"))


def test_a_link_says_nothing_and_comes_back_whole(sealer: Sealer) -> None:
    written = LINK.written(sealer)

    assert "1234567890" not in written
    assert written.replace("-", "").replace("_", "").isalnum()
    assert MediaLink.read(written, sealer) == LINK


def test_what_was_changed_is_no_link(sealer: Sealer) -> None:
    written = LINK.written(sealer)

    for changed in (f"{written[:-4]}AAAA", written[:40], "ü", ""):
        assert MediaLink.read(changed, sealer) is None


def test_a_link_of_another_keyring_is_none_here(sealer: Sealer, tmp_path: Path) -> None:
    assert MediaLink.read(LINK.written(Sealer(Keyring.create(tmp_path / "other.json"))), sealer) is None
