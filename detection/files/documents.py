"""Every string of a document: plain text, CSV, Word and PDF.

Nothing that stands in the file is passed over: headers, notes, comments, form fields, properties. What cannot be read
whole raises ``UnreadableFile``.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from detection.files import kinds
from detection.files.reading import Reading, UnreadableFile

MAX_UNPACKED: Final = 64 * 1024 * 1024
"""Bytes of a Word file's parts: a small archive can unpack to a very large one."""
MAX_PAGES: Final = 500
_UTF_8, _UTF_16 = "utf-8-sig", "utf-16"
_ENCODINGS: Final = ((b"\xff\xfe", _UTF_16), (b"\xfe\xff", _UTF_16), (b"", _UTF_8))
_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg")


def read(content: bytes, kind: str) -> Reading:
    """The strings and pictures of a document. Raises ``UnreadableFile``."""
    match kind:
        case kinds.DOCX:
            return _word(content)
        case kinds.PDF:
            return _pdf(content)
        case _:
            return Reading((_decoded(content),))


def _decoded(content: bytes) -> str:
    """Text by its byte order mark, else UTF-8, else Windows' western European, in which every byte is a letter."""
    for mark, encoding in _ENCODINGS:
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    return content.decode("cp1252", "replace")


def _word(content: bytes) -> Reading:
    from docx import Document  # noqa: PLC0415  (large, and only needed for this kind)
    from lxml import etree  # noqa: PLC0415  (as above)

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
            raise UnreadableFile("it unpacks to too much")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    strings: list[str] = []
    pictures: list[bytes] = []
    for part in _package(Document(io.BytesIO(content))).iter_parts():
        name = str(part.partname).lower()
        if name.endswith((".xml", ".rels")):
            strings += _paragraphs(etree.fromstring(part.blob, parser))
        elif name.endswith(_PICTURES):
            pictures.append(part.blob)
        else:
            raise UnreadableFile("something of another kind is embedded in it")
        strings += [rel.target_ref for rel in part.rels.values() if rel.is_external]
    return Reading(tuple(strings), tuple(pictures))


def stripped(content: bytes) -> bytes:
    """A Word file without the picture of its first page that some programs keep in it."""
    from docx import Document  # noqa: PLC0415  (as above)

    document, out = Document(io.BytesIO(content)), io.BytesIO()
    _package(document)
    document.save(out)
    return out.getvalue()


def _package(document: Any) -> Any:
    """Everything that a Word file consists of, but for its thumbnail."""
    package = document.part.package
    for name in [name for name, rel in package.rels.items() if rel.reltype.endswith("/thumbnail")]:
        del package.rels[name]
    return package


def _paragraphs(root: Any) -> Iterator[str]:
    """The text of each paragraph, whose runs may part a word anywhere; elsewhere that of each element."""
    paragraphs = list(root.iter(f"{_WORD}p"))
    for paragraph in paragraphs:
        yield "".join(_pieces(paragraph))
    if not paragraphs:
        yield from (element.text for element in root.iter() if isinstance(element.tag, str) and element.text)


def _pieces(paragraph: Any) -> Iterator[str]:
    for element in paragraph.iter():
        match str(element.tag).removeprefix(_WORD):
            case "t" | "delText" | "instrText":
                yield element.text or ""
            case "tab" | "br" | "cr" | "tc":
                yield " "


def _pdf(content: bytes) -> Reading:
    from pypdf import PdfReader  # noqa: PLC0415  (large, and only needed for this kind)

    document = PdfReader(io.BytesIO(content), strict=False)
    if document.is_encrypted and not document.decrypt(""):
        raise UnreadableFile("it is encrypted")
    if len(document.pages) > MAX_PAGES:
        raise UnreadableFile("it has too many pages")
    if document.attachments:
        raise UnreadableFile("files are embedded in it")
    strings = [str(value) for value in (document.metadata or {}).values()]
    strings += [str(field.get("/V", "")) for field in (document.get_fields() or {}).values()]
    pictures: list[bytes] = []
    for page in document.pages:
        strings.append(page.extract_text())
        strings += [str(note.get_object().get("/Contents", "")) for note in page.get("/Annots") or ()]
        pictures += [image.data for image in page.images]
    return Reading(tuple(filter(None, strings)), tuple(pictures))
