"""Reads what must be known of a PNG: its size, and whether it is white on nothing."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGBA = 6
_CHANNELS = 4
_MOST_BYTES = 1 << 20
"""An icon is a few kilobytes; nothing larger is unpacked."""


class NotAPicture(Exception):
    """It is no PNG, or one that cannot be looked into; the text says which."""


@dataclass(frozen=True, slots=True)
class Png:
    """The head of a PNG, and its packed pixels."""

    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool
    packed: bytes

    def is_white_on_nothing(self) -> bool:
        """True where every pixel is white or lets everything through, and both occur.

        Raises `NotAPicture` where the pixels are kept in another way than 8-bit RGBA.
        """
        if (self.depth, self.colour, self.interlaced) != (8, _RGBA, False):
            raise NotAPicture("its pixels are not 8-bit RGBA")
        visible, clear = False, False
        for row in self._rows():
            for at in range(0, len(row), _CHANNELS):
                red, green, blue, alpha = row[at : at + _CHANNELS]
                if alpha == 0:
                    clear = True
                elif (red, green, blue) == (255, 255, 255):
                    visible = True
                else:
                    return False
        return visible and clear

    def _rows(self) -> Iterator[bytearray]:
        """The rows with their filters taken off (PNG, section 9)."""
        wide = self.width * _CHANNELS
        try:
            data = zlib.decompressobj().decompress(self.packed, _MOST_BYTES)
        except zlib.error as error:
            raise NotAPicture("its pixels cannot be unpacked") from error
        if len(data) < (wide + 1) * self.height:
            raise NotAPicture("some of its pixels are missing")
        above = bytearray(wide)
        for number in range(self.height):
            start = number * (wide + 1)
            row = bytearray(data[start + 1 : start + 1 + wide])
            for at in range(wide):
                left = row[at - _CHANNELS] if at >= _CHANNELS else 0
                corner = above[at - _CHANNELS] if at >= _CHANNELS else 0
                row[at] = (row[at] + _predicted(data[start], left, above[at], corner)) % 256
            above = row
            yield row


def read_png(data: bytes) -> Png:
    """Raises `NotAPicture`."""
    if not data.startswith(_SIGNATURE):
        raise NotAPicture("it is no PNG")
    head: tuple[int, ...] | None = None
    packed = b""
    at = len(_SIGNATURE)
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"IHDR" and len(body) == 13:
            head = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    if head is None:
        raise NotAPicture("it is a PNG without a head")
    width, height, depth, colour, _, _, interlaced = head
    return Png(width, height, depth, colour, bool(interlaced), packed)


def _predicted(kind: int, left: int, above: int, corner: int) -> int:
    match kind:
        case 0:
            return 0
        case 1:
            return left
        case 2:
            return above
        case 3:
            return (left + above) // 2
        case 4:
            near = left + above - corner
            return min((left, above, corner), key=lambda one: abs(near - one))
        case _:
            raise NotAPicture("one of its rows is kept in an unknown way")
