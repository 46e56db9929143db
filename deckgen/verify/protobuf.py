"""The wire format of protocol buffers, read without the definition of a message.

https://protobuf.dev/programming-guides/encoding/ describes it. Groups, long deprecated and never used
by Anki, count as damage.
"""

from __future__ import annotations

from collections.abc import Iterator

_VARINT, _SIZED = 0, 2
_FIXED_SIZES = {1: 8, 5: 4}
_LONGEST_VARINT = 10  # bytes, for 64 bits


def read_fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the number and value of each field of a message: an integer for a varint, bytes for all else.

    Raises:
        ValueError: the message is damaged.
    """
    at = 0
    while at < len(data):
        key, at = _read_varint(data, at)
        number, wire_type = key >> 3, key & 7
        if wire_type == _VARINT:
            value, at = _read_varint(data, at)
            yield number, value
            continue
        size = _FIXED_SIZES.get(wire_type, -1)
        if wire_type == _SIZED:
            size, at = _read_varint(data, at)
        if not 0 <= size <= len(data) - at:
            raise ValueError("A field has no known type, or ends after its message.")
        yield number, data[at : at + size]
        at += size


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    """Return the number that starts at an offset, seven bits a byte, and the offset after it."""
    value = 0
    for place, byte in enumerate(data[at : at + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at + place + 1
    raise ValueError("A number has no end.")
