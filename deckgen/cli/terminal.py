"""Text as a terminal can show it. A build that has little to do uses it too, so it imports nothing."""

from __future__ import annotations

# Control characters, escapes among them, but for tabs and line breaks; and the marks that turn the direction
# of what follows.
_STEERS = (
    *range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0x061C, 0x200E, 0x200F,
    *range(0x2028, 0x202F), *range(0x2066, 0x206A),
)  # fmt: skip
_ESCAPES = {code: f"\\u{code:04x}" for code in _STEERS}


def visible(text: str) -> str:
    """Return a text without what would steer a terminal: such characters are written as JSON escapes them."""
    return text.translate(_ESCAPES)


def one_line(text: str) -> str:
    """Return a text as ``visible`` does, its line breaks written so as well."""
    return visible(text).replace("\n", "\\u000a")
