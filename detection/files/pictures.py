"""Pictures: their words by optical character recognition where that is installed, and their metadata removed."""

import io
import shutil
from typing import Final

from PIL import Image, ImageOps

from detection.files import kinds
from detection.files.reading import UnreadableFile

MAX_PIXELS: Final = 40_000_000
"""Larger pictures are not decoded: a small file can hold a very large one."""
OCR_SECONDS: Final = 15
JPEG_QUALITY: Final = 90
_FORMATS: Final = {kinds.JPEG: "JPEG", kinds.PNG: "PNG", kinds.WEBP: "WEBP", kinds.GIF: "GIF"}
Image.MAX_IMAGE_PIXELS = None  # Pillow warns first; ours is one limit


def can_read() -> bool:
    """Whether pictures can be read here: the extra ``ocr`` and the program tesseract."""
    try:
        import pytesseract  # noqa: F401, PLC0415  (an extra)
    except ImportError:
        return False
    return shutil.which("tesseract") is not None


def words(content: bytes) -> str:
    """What stands in a picture. Raises ``UnreadableFile``."""
    import pytesseract  # noqa: PLC0415  (an extra)

    with _opened(content) as picture:
        try:
            return str(pytesseract.image_to_string(picture.convert("RGB"), timeout=OCR_SECONDS))
        except (RuntimeError, pytesseract.TesseractError) as error:
            raise UnreadableFile("its words could not be recognised") from error


def stripped(content: bytes, kind: str) -> bytes:
    """The picture drawn anew: no place, camera, comment, thumbnail, nor anything behind its end.

    Raises ``UnreadableFile``.
    """
    with _opened(content) as picture:
        out = io.BytesIO()
        form = _FORMATS[kind]
        if getattr(picture, "n_frames", 1) > 1:
            picture.info = {key: picture.info[key] for key in ("duration", "loop") if key in picture.info}
            picture.save(out, form, save_all=True)
            return out.getvalue()
        upright = ImageOps.exif_transpose(picture)
        if kind == kinds.JPEG and upright.mode not in {"RGB", "L"}:
            upright = upright.convert("RGB")
        bare = Image.new(upright.mode, upright.size)
        bare.paste(upright)
        if upright.mode == "P":
            bare = upright.convert("RGBA")
            bare.info.clear()
        bare.save(out, form, **({"quality": JPEG_QUALITY} if kind == kinds.JPEG else {}))
        return out.getvalue()


def _opened(content: bytes) -> Image.Image:
    try:
        picture = Image.open(io.BytesIO(content), formats=list(_FORMATS.values()))
        if picture.width * picture.height > MAX_PIXELS:
            raise UnreadableFile("it has too many pixels")
        picture.load()
    except (OSError, ValueError, SyntaxError) as error:
        raise UnreadableFile("it is no whole picture") from error
    return picture
