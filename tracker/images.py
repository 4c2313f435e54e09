"""Pictures that people send: read by what they are, made anew, without a word of where and when they were taken."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST = 20_000_000  # pixels
SIDE = 1600  # pixels, of what is kept
QUALITY = 82


class NoPicture(Exception):
    """Not a picture that can be read, or too large a one."""


def made_anew(octets: bytes) -> bytes:
    """The picture as a JPEG of at most 1 600 pixels a side, upright, without EXIF. Raises NoPicture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(octets), formats=FORMATS) as picture:
                if picture.width * picture.height > LARGEST:
                    raise NoPicture
                return _jpeg(ImageOps.exif_transpose(picture))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning) as error:
        raise NoPicture from error
    except Image.DecompressionBombError as error:
        raise NoPicture from error


def _jpeg(picture: Image.Image) -> bytes:
    """Drawn on white and written by us: what the file carried beside its pixels is not copied."""
    plain = Image.new("RGB", picture.size, "white")
    whole = picture.convert("RGBA")
    plain.paste(whole, mask=whole.getchannel("A"))
    plain.thumbnail((SIDE, SIDE))
    made = io.BytesIO()
    plain.save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()
