"""A chapter's bytes to text, whatever encoding they are in."""

import re

import ftfy.bad_codecs  # noqa: F401 - registers "sloppy-windows-1252", which defines every byte

from deckgen.model.diagnostics import Finding, Span, span_at
from deckgen.outline.chapter_codes import CHAPTER_NOT_TEXT, CHAPTER_NOT_UTF8

_HINT = "Save the chapter as UTF-8."
# Python's "surrogateescape" decodes the byte 0xE9, where it is no UTF-8, as U+DCE9.
_ESCAPED = re.compile("[\udc80-\udcff]")
_AS_WINDOWS_1252 = {0xDC00 + byte: bytes([byte]).decode("sloppy-windows-1252") for byte in range(0x80, 0x100)}
# Below this, chardet guesses. Tried on a technical text in 15 languages and 9 encodings: all 247 pieces of
# 2,500 characters were read right, and 512 of 516 pieces of 1,200.
_LEAST_CONFIDENCE = 0.1


def decode_chapter(data: bytes, path: str) -> tuple[str | None, list[Finding]]:
    """Decode a chapter; line ends become LF.

    Returns:
        The text, or None if the file is not text; and a finding for each line that is not UTF-8, or one
        for the whole file if it is in another encoding.
    """
    text = data.decode("utf-8-sig", "surrogateescape")
    encoding = "utf-8" if _is_mostly_utf8(text) else _detect(data)
    if encoding is None:
        message = "The file is not text, or its encoding is unknown."
        hint = "Name the chapter's Markdown file; if this is it, save it as UTF-8."
        return None, [CHAPTER_NOT_TEXT.at(Span(path), message, hint)]
    if encoding.lower() in ("utf-8", "utf-8-sig", "ascii"):
        return _by_line(_with_lf(text), path)
    text = _with_lf(data.decode(encoding, errors="replace"))
    message = f"The chapter is not in UTF-8; it is read as {encoding}."
    return text, [CHAPTER_NOT_UTF8.at(_first_letter(text, path), message, _HINT)]


def _is_mostly_utf8(text: str) -> bool:
    """Tell whether most lines that are not ASCII are UTF-8, and none holds NUL."""
    lines = [line for line in text.split("\n") if not line.isascii()]
    return "\0" not in text and 2 * sum(bool(_ESCAPED.search(line)) for line in lines) <= len(lines)


def _detect(data: bytes) -> str | None:
    """Return the name of the encoding; None if it cannot be told, or the data is a picture or an archive."""
    from chardet import EncodingEra, detect  # noqa: PLC0415 - slow to import, and most chapters are in UTF-8

    found = detect(data, encoding_era=EncodingEra.MODERN_WEB)
    if found["confidence"] >= _LEAST_CONFIDENCE:
        return found["encoding"]
    is_western = 3 * sum(byte >= 0x80 for byte in data) < len(data)  # a few letters have accents
    return "Windows-1252" if is_western else None


def _by_line(text: str, path: str) -> tuple[str, list[Finding]]:
    """Read the bytes that are not UTF-8 as Windows-1252, with a finding for each line that has some."""
    findings = []
    for number, line in enumerate(text.split("\n"), start=1):
        if found := _ESCAPED.search(line):
            byte, letter = ord(found[0]) - 0xDC00, found[0].translate(_AS_WINDOWS_1252)
            message = f"Byte 0x{byte:02x} is not UTF-8; it is read as `{letter}`."
            findings.append(CHAPTER_NOT_UTF8.at(Span(path, number, found.start() + 1), message, _HINT))
    return text.translate(_AS_WINDOWS_1252), findings


def _first_letter(text: str, path: str) -> Span:
    """Return the place of the first character outside ASCII, or of the start."""
    at = next((at for at, character in enumerate(text) if not character.isascii()), 0)
    return span_at(path, text, at)


def _with_lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
