from pathlib import Path

from sandbox.demo.leaks import LeakSearch
from sandbox.demo.script import Planted, script

CARD = Planted("4539 1488 0343 6467")
DOCUMENT = Planted("DOC-2024-FIN-0042", may_rest_in=("messages.forward",), may_be_delivered=True)


def put(folder: Path, name: str, content: bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_a_value_in_a_topics_file_is_found_however_its_digits_are_grouped(tmp_path: Path) -> None:
    put(tmp_path, "messages.forward-3/0.log", b"\x00\x01card 4539148803436467\x00")
    put(tmp_path, "dlp.review-0/0.log", b"card 4539-1488-0343-6467")

    leaks = list(LeakSearch([CARD]).in_topic_files(tmp_path, ""))

    assert [leak.place for leak in leaks] == ["file of dlp.review", "file of messages.forward"]


def test_a_value_may_rest_where_policy_lets_it_pass_and_nowhere_else(tmp_path: Path) -> None:
    put(tmp_path, "demo.messages.forward-0/0.log", b"DOC-2024-FIN-0042")
    put(tmp_path, "demo.dlp.violations-0/0.log", b"DOC-2024-FIN-0042")

    leaks = list(LeakSearch([DOCUMENT]).in_topic_files(tmp_path, "demo."))

    assert [leak.place for leak in leaks] == ["file of dlp.violations"]


def test_a_value_in_a_log_is_found(tmp_path: Path) -> None:
    put(tmp_path, "worker.log", b"ERROR could not send '4539 1488 0343 6467'")

    assert list(LeakSearch([CARD]).in_logs(tmp_path))


def test_what_may_be_delivered_may_still_not_be_reported() -> None:
    search = LeakSearch([DOCUMENT])

    assert not list(search.in_delivery("genesys", b"DOC-2024-FIN-0042"))
    assert list(search.in_report("splunk", b"DOC-2024-FIN-0042"))


def test_every_line_that_must_be_redacted_plants_what_it_says() -> None:
    for line in script():
        for planted in line.planted:
            assert planted.value.encode() in (line.raw or line.text.encode())
