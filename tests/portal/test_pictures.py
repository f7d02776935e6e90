"""QR codes in pictures: found as cameras and screens give them, and no picture can take the machine's memory."""

from __future__ import annotations

import random
import struct
import threading
import time
import zlib
from io import BytesIO

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from xinyun.portal import picture_reading as reading
from xinyun.portal import pictures

pytestmark = pytest.mark.one_store
TOKEN = "eyJhbGciOiJFZERTQSJ9." + "aB3-_" * 110 + ".c2lnbmF0dXJl"


def qr(text: str = TOKEN, scale: int = 4, mode: str = "L") -> Image.Image:
    """The picture of a code, as `gateway.showing` draws it."""
    out = BytesIO()
    segno.make(text, error="l").save(out, kind="png", scale=scale)
    out.seek(0)
    return Image.open(out).convert(mode)


def saved(picture: Image.Image, kind: str = "PNG", **told: object) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **told)
    return out.getvalue()


def on_paper(code: Image.Image, size: tuple[int, int], turn: float = 0.0) -> Image.Image:
    """A photograph of a page: the code somewhere on it, turned, on a table."""
    page = Image.new("L", size, 235)
    page.paste(code, (size[0] // 3, size[1] // 2))
    return page.rotate(turn, fillcolor=90)


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "L"), ("PNG", "1"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "L"), ("JPEG", "RGB")]
)  # fmt: skip
def test_a_code_is_read_in_the_ways_that_pictures_are_kept(kind: str, mode: str) -> None:
    assert reading.codes(saved(qr(mode=mode), kind)) == [TOKEN]


def test_what_shines_through_is_paper() -> None:
    code = qr()
    clear = Image.merge("LA", (Image.new("L", code.size, 0), code.point(lambda value: 255 - value)))

    assert reading.codes(saved(clear)) == [TOKEN]


@pytest.mark.parametrize("turn", [0.0, 7.0, 90.0, 180.0])
@pytest.mark.parametrize("size", [(1200, 1600), (4032, 3024), (5712, 4284)])
def test_a_photograph_of_a_page_is_enough(size: tuple[int, int], turn: float) -> None:
    code = qr(scale=max(3, size[0] // 700))

    assert reading.codes(saved(on_paper(code, size, turn), "JPEG", quality=80)) == [TOKEN]


def test_several_are_told_up_to_a_bound() -> None:
    page = Image.new("L", (2000, 2000), 255)
    for place in range(16):
        page.paste(qr(f"演示 {place}", scale=4), (place % 4 * 480 + 40, place // 4 * 480 + 40))

    assert 2 <= len(reading.codes(saved(page))) <= 8


def test_no_code_is_no_error() -> None:
    assert reading.codes(saved(Image.new("L", (300, 300), 255))) == []


def bomb(width: int, height: int, depth: int = 8, colour: int = 6) -> bytes:
    """A PNG of a few kilobytes that says it is that large."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = zlib.compress(b"\0" * 4_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(5001, 5000), (100_000, 100_000), (2**31 - 1, 1)])
def test_a_picture_that_is_too_large_is_refused_by_its_first_bytes(size: tuple[int, int]) -> None:
    with pytest.raises(reading.TooLarge):
        reading.codes(bomb(*size))


def test_an_image_of_another_format_is_not_tried() -> None:
    for kind in ("GIF", "BMP", "TIFF", "WEBP"):
        content = saved(qr(), kind)
        assert not pictures.is_picture(content)
        with pytest.raises(reading.Damaged):
            reading.codes(content)


@given(kind=st.sampled_from(["PNG", "JPEG"]), seed=st.integers(0, 2**32), cut=st.floats(0, 1))
def test_a_damaged_picture_is_refused_or_read_and_nothing_else(kind: str, seed: int, cut: float) -> None:
    chance = random.Random(seed)
    content = bytearray(saved(qr("演示", scale=3, mode="L"), kind))
    for _ in range(chance.randrange(6)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    try:
        found = reading.codes(bytes(content[: int(len(content) * max(cut, chance.random()))]))
    except (reading.Damaged, reading.TooLarge):
        return
    assert all(isinstance(text, str) for text in found)


def corners() -> bytes:
    """Twenty kilobytes in which every few points a code might begin: searched without bounds, it takes half a minute."""
    corner = Image.new("L", (9, 9), 255)
    for low, high, colour in ((0, 7, 0), (1, 6, 255), (2, 5, 0)):
        corner.paste(colour, (low, low, high, high))
    page = Image.new("L", (2800, 2800), 255)
    for x in range(0, 2800, 9):
        for y in range(0, 2800, 9):
            page.paste(corner, (x, y))
    return saved(page)


def noise(kind: str) -> bytes:
    """As many points as are looked at, and no two alike: the largest there is to unpack."""
    side, many = 5000, random.Random(1).randbytes(5000 * 2500)
    if kind == "PNG":
        return saved(Image.frombytes("RGBA", (side, side), many * 8), "PNG", compress_level=1)
    picture = Image.frombytes("RGB", (side, side), many * 6)
    return saved(picture, "JPEG", quality=60, progressive=True, subsampling=0)


def test_a_picture_is_read_in_a_process_of_its_own() -> None:
    assert pictures.codes(saved(qr())) == [TOKEN]
    assert pictures.codes(saved(Image.new("L", (9, 9)))) == []


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_largest_picture_stays_within_its_bounds(kind: str) -> None:
    assert pictures.codes(noise(kind)) == []


def test_what_would_take_too_long_is_given_up() -> None:
    content, began = corners(), time.monotonic()
    with pytest.raises(pictures.TooManyPixels):
        pictures.codes(content)

    assert time.monotonic() - began < 15


@pytest.mark.parametrize(
    ("content", "error"),
    [(bomb(100_000, 100_000), pictures.TooManyPixels), (b"\x89PNG\r\n\x1a\n...", pictures.NotAPicture)],
)
def test_what_cannot_be_read_is_refused(content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        pictures.codes(content)


def test_pictures_wait_for_each_other_and_not_for_ever() -> None:
    answers: list[object] = []

    def ask(content: bytes) -> None:
        try:
            answers.append(pictures.codes(content))
        except (pictures.Busy, pictures.TooManyPixels) as refusal:
            answers.append(type(refusal))

    threads = [threading.Thread(target=ask, args=(saved(qr()),)) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert answers == [[TOKEN]] * 3
