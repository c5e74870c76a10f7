"""Pictures that prove something: drawn here, no two alike, and nobody's.

PNG in 64 colours; a photo shows a room with people, a sheet shows lines of writing.
"""

from __future__ import annotations

import struct
import zlib
from random import Random
from typing import Final

WIDTH, HEIGHT = 320, 240
LEVELS: Final = (0, 85, 170, 255)
PALETTE: Final = bytes(
    part for red in LEVELS for green in LEVELS for blue in LEVELS for part in (red, green, blue)
)
PAPER: Final = 63
INK: Final = 1
SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"

Rows = list[bytearray]


def photo(about: str) -> bytes:
    """A room and those who came; `about` decides everything."""
    random = Random(about)  # noqa: S311 - a picture of nothing
    wall, floor = random.sample(range(20, 62), 2)
    rows = [bytearray([wall if y < HEIGHT * 2 // 3 else floor]) * WIDTH for y in range(HEIGHT)]
    left = random.randrange(20, 160)
    fill(rows, left, 20, random.randrange(80, 140), 70, PAPER)
    for _ in range(random.randint(6, 20)):
        size, colour = random.randrange(14, 30), random.randrange(64)
        x, y = random.randrange(WIDTH - size), random.randrange(100, HEIGHT - 2 * size)
        fill(rows, x, y + size, size, size, colour)
        fill(rows, x + size // 4, y + size // 2, size // 2, size // 2, random.choice((42, 58, 26)))
    return png(rows)


def sheet(about: str) -> bytes:
    """Paper with writing on it, line by line."""
    random = Random(about)  # noqa: S311 - writing that says nothing
    rows = [bytearray([PAPER]) * WIDTH for _ in range(HEIGHT)]
    for top in range(20, HEIGHT - 20, 16):
        fill(rows, 12, top + 12, WIDTH - 24, 1, 42)
        x = 16
        while x < random.randrange(120, WIDTH - 30):
            length = random.randrange(4, 18)
            fill(rows, x, top + random.randrange(3), length, random.randrange(3, 8), INK)
            x += length + random.randrange(3, 10)
    return png(rows)


def fill(rows: Rows, left: int, top: int, width: int, height: int, colour: int) -> None:
    for row in rows[top : top + height]:
        right = min(left + width, WIDTH)
        row[left:right] = bytes([colour]) * (right - left)


def png(rows: Rows) -> bytes:
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    # In front of each row: not filtered.
    drawn = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return SIGNATURE + b"".join(
        chunk(kind, content)
        for kind, content in ((b"IHDR", head), (b"PLTE", PALETTE), (b"IDAT", drawn), (b"IEND", b""))
    )


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
