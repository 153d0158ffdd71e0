"""What every process needs beside Kafka."""

import os
from pathlib import Path

import pytest

from streams.settings import ProcessSettings, WrongSettingError
from streams.settings.worker import TopicSettings


def test_the_data_folder_is_made(tmp_path: Path) -> None:
    settings = ProcessSettings.load(keyring_file=tmp_path / "k", data_dir=tmp_path / "a" / "b")

    settings.make_data_dir()
    settings.make_data_dir()

    assert settings.data_dir.is_dir()


def test_one_in_which_nothing_can_be_written_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # a disk that is mounted for reading; root may write elsewhere

    with pytest.raises(WrongSettingError, match=r"^CORDON_DATA_DIR: nothing can be written there$"):
        ProcessSettings.load(keyring_file=tmp_path / "k", data_dir=tmp_path).make_data_dir()


def test_a_prefix_has_letters_that_kafka_takes() -> None:
    assert TopicSettings.load(topic_prefix="acme-1_eu.").topic("dlp.audit") == "acme-1_eu.dlp.audit"
    with pytest.raises(WrongSettingError, match=r"^CORDON_TOPIC_PREFIX: has to be of letters"):
        TopicSettings.load(topic_prefix="a b/")
