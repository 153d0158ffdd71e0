"""What stands in a file: every string, or the word that it cannot be read. Metadata goes."""

import io
import zipfile

import pytest
from PIL import Image

from detection.files import documents, pictures
from detection.files.kinds import CSV, DOCX, GIF, JPEG, PDF, PNG, TEXT, WEBP, kind_of
from detection.files.reading import UnreadableFile
from tests.detection.files.file_parts import pdf, picture, word

CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    ("content", "claimed", "kind"),
    [
        (b"hello", "text/plain", TEXT),
        (b"a,b\n1,2\n", "text/csv; charset=utf-8", CSV),
        ("Grüße".encode("utf-16"), "text/plain", TEXT),
        (word("hello"), "application/octet-stream", DOCX),
        (pdf("hello"), "image/jpeg", PDF),
        (picture(), "application/pdf", JPEG),
        (picture(form="PNG"), "", PNG),
        (picture(form="WEBP"), "", WEBP),
        (picture(form="GIF"), "", GIF),
        (b"OggS\0\2", "audio/ogg; codecs=opus", "audio/ogg"),
        (b"\0\0\0\x18ftypmp42", "video/mp4", "video/mp4"),
        (b"MZ\x90", "text/plain", None),
        (b"hello\0world", "text/plain", None),
        (b"<html><script>", "text/plain", None),
        (b"{\\rtf1 hello}", "text/plain", None),
        (b"PK\x03\x04rest", DOCX, None),
        (b"", "image/jpeg", TEXT),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, claimed: str, kind: str | None) -> None:
    assert kind_of(content, claimed) == kind


def test_a_word_file_with_macros_is_not_known() -> None:
    out = io.BytesIO(word("hello"))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")

    assert kind_of(out.getvalue(), DOCX) is None


def test_every_string_of_a_word_file_is_read() -> None:
    content = word("my card", CARD, header="from the bank", author="Maria", cell="in a table")

    strings = documents.read(content, DOCX).strings

    assert {"my card", CARD, "from the bank", "Maria", "in a table"} <= set(strings)


def test_a_word_files_pictures_are_told() -> None:
    assert len(documents.read(word("hello", picture=picture(form="PNG")), DOCX).pictures) == 1
    assert not documents.read(word("hello"), DOCX).pictures


def test_a_word_files_thumbnail_is_removed() -> None:
    content = word("hello")  # its writer's template has one

    bare = documents.stripped(content)

    assert (b"thumbnail" in content, b"thumbnail" in bare) == (True, False)
    assert "hello" in documents.read(bare, DOCX).strings


def test_every_string_of_a_pdf_is_read() -> None:
    reading = documents.read(pdf("my card", CARD, title="for the bank"), PDF)

    assert CARD in "\n".join(reading.strings)
    assert "for the bank" in reading.strings


@pytest.mark.parametrize("content", ["Grüße".encode(name) for name in ("utf-8-sig", "utf-16", "cp1252")])
def test_plain_text_is_read_in_the_encodings_that_people_use(content: bytes) -> None:
    assert documents.read(content, TEXT).strings == ("Grüße",)


def test_an_encrypted_pdf_cannot_be_read() -> None:
    with pytest.raises(UnreadableFile):
        documents.read(pdf(CARD, password="secret"), PDF)


def test_a_word_file_that_unpacks_to_too_much_cannot_be_read() -> None:
    out = io.BytesIO(word("hello"))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/large.xml", b" " * (documents.MAX_UNPACKED + 1))

    with pytest.raises(UnreadableFile):
        documents.read(out.getvalue(), DOCX)


@pytest.mark.parametrize(("form", "kind"), [("JPEG", JPEG), ("PNG", PNG), ("WEBP", WEBP)])
def test_a_picture_is_drawn_anew_without_its_metadata(form: str, kind: str) -> None:
    content = picture("hello", form=form, comment=CARD)
    assert CARD.encode() in content  # else the next line proves nothing

    bare = pictures.stripped(content + CARD.encode(), kind)

    assert CARD.encode() not in bare
    with Image.open(io.BytesIO(bare)) as drawn:
        assert drawn.size == (160, 640)  # turned as its camera said
        assert not drawn.getexif()


def test_a_picture_of_too_many_pixels_is_not_decoded() -> None:
    with pytest.raises(UnreadableFile):
        pictures.stripped(picture(form="PNG", size=(8000, 6000)), PNG)


@pytest.mark.skipif(not pictures.can_read(), reason="the extra ocr or the program tesseract is not installed")
def test_the_words_of_a_picture_are_read() -> None:
    assert "4539 1488 0343 6467" in pictures.words(picture("4539 1488 0343 6467"))
