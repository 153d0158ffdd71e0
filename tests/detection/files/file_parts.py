"""Small files of every kind, made by the well-kept writers of each."""

import io
from typing import Any

from docx import Document
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from detection.files.kinds import DOCX, JPEG, PDF


def word(*paragraphs: str, header: str = "", author: str = "", picture: bytes = b"", cell: str = "") -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.sections[0].header.paragraphs[0].text = header
    document.core_properties.author = author
    if cell:
        document.add_table(1, 1).cell(0, 0).text = cell
    if picture:
        document.add_picture(io.BytesIO(picture))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf(*lines: str, title: str = "", password: str = "") -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    stream = DecodedStreamObject()
    shown = "".join(f"BT /F1 12 Tf 20 {250 - 20 * number} Td ({line}) Tj ET\n" for number, line in enumerate(lines))
    stream.set_data(shown.encode())
    page[NameObject("/Contents")] = writer._add_object(stream)
    if title:
        writer.add_metadata({"/Title": title})
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(text: str = "", *, form: str = "JPEG", comment: str = "", size: tuple[int, int] = (640, 160)) -> bytes:
    """White, with black words; ``comment`` goes into its EXIF data."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text((20, 60), text, "black", ImageFont.load_default(36))
    options: dict[str, Any] = {}
    if comment:
        exif = Image.Exif()
        exif[0x010E] = comment
        exif[0x0112] = 6  # to be turned by a quarter
        options["exif"] = exif
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


__all__ = ["DOCX", "JPEG", "PDF", "pdf", "picture", "word"]
