"""Reads the QR codes in a picture: a program of its own, picture in, JSON out, which can hurt nobody but itself.

Its size is known from a picture's first bytes, before anything of it is unpacked; no more formats are tried than
cameras and screens make. `pictures` runs it.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
import zlib
from io import BytesIO

import numpy as np
import zxingcpp
from PIL import Image

FORMATS = ("PNG", "JPEG")
LARGEST_PIXELS = 25_000_000
"""What a telephone takes today; unpacked about 100 MB."""
_ENOUGH_PIXELS = 8_000_000
"""A larger picture is halved before it is searched: a code that fills a tenth of a page is still found."""
_MOST_CODES = 8
_SECONDS, _BYTES = 4, 1 << 30
"""What the program may take: a picture of nothing but corners of codes is searched for half a minute otherwise."""


class Damaged(Exception):
    """It cannot be read as a picture."""


class TooLarge(Exception):
    """It says of itself that it has more than `LARGEST_PIXELS`."""


def codes(content: bytes) -> list[str]:
    """The texts of the QR codes in a picture.

    :raises Damaged: it is no picture of these formats, or broken.
    :raises TooLarge: it is not looked at.
    """
    try:
        grey = _grey(content)
    except Image.DecompressionBombError:
        raise TooLarge from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error) as error:
        raise Damaged from error
    found = zxingcpp.read_barcodes(np.asarray(grey), formats=zxingcpp.BarcodeFormat.QRCode)
    return [one.text for one in found[:_MOST_CODES] if one.valid]


def _grey(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content), formats=FORMATS) as picture:
        pixels = picture.width * picture.height
        if pixels > LARGEST_PIXELS:
            raise TooLarge
        if pixels > _ENOUGH_PIXELS:  # a JPEG is unpacked at half its size, and in grey
            picture.draft("L", (picture.width // 2, picture.height // 2))
        seen = picture.convert("RGBA") if "transparency" in picture.info else picture
        grey = seen.convert("L")
        if "A" in seen.getbands():  # what shines through lies on paper, which is white
            grey = Image.composite(grey, Image.new("L", grey.size, 255), seen.getchannel("A"))
    return grey.reduce(2) if grey.width * grey.height > _ENOUGH_PIXELS else grey


def main() -> None:
    """Read a picture from stdin within bounds, and say what is in it, or why not."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    try:
        told: dict[str, object] = {"codes": codes(sys.stdin.buffer.read())}
    except TooLarge:
        told = {"refused": "too-large"}
    except (Damaged, MemoryError):
        told = {"refused": "damaged"}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
