import os
from pathlib import Path

import pytest

from streams.settings import ProcessSettings, WrongSettingError


def test_the_data_folder_is_made(tmp_path: Path) -> None:
    settings = ProcessSettings.load(keyring_file=tmp_path / "k", data_dir=tmp_path / "a" / "b")

    settings.make_data_dir()
    settings.make_data_dir()

    assert settings.data_dir.is_dir()


def test_one_in_which_nothing_can_be_written_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # a disk that is mounted for reading; root may write elsewhere

    with pytest.raises(WrongSettingError, match=r"^CORDON_DATA_DIR: nothing can be written there$"):
        ProcessSettings.load(keyring_file=tmp_path / "k", data_dir=tmp_path).make_data_dir()
