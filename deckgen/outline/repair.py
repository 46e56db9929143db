"""Repair of text that was UTF-8 and was read as if it were in an older code page.

Outside ASCII, a character is two to four bytes in UTF-8. A code page has one byte a character, so `→`
becomes `â†’`. ftfy repairs a line whose bytes are all there. A code page leaves some bytes undefined, though,
and programs drop them (`”` becomes `â€`): such lines are repaired here.
"""

import re

import ftfy
from ftfy.badness import badness, is_bad

from deckgen.model.diagnostics import Finding, Span
from deckgen.model.values import Struct
from deckgen.outline.chapter_codes import ENCODING_LOST, ENCODING_REPAIRED

# What authors type, the likeliest first: where a byte is lost, one of these was meant.
_MARKS = "”’“‘–—…•→←↑↓⇒✅❌✔✓✗⚠⭐❗❓➡€™−≤≥≠≈\ufe0f"
_EMOJI = b"\xf0\x9f"  # the first bytes of nearly all emoji
_LOST = "\ufffd"
_LOST_BYTE = b"\x1a"  # what ftfy's codecs write for U+FFFD
_SEQUENCE = re.compile(  # the bytes of one character, which may have lost some
    rb"[\xc2-\xdf][\x80-\xbf\x1a]|[\xe0-\xef][\x80-\xbf\x1a]{1,2}|[\xf0-\xf4][\x80-\xbf\x1a]{1,3}|.",
    re.DOTALL,
)
_FIRST = re.compile(rb"[\xc2-\xef](?!\x1a)")  # the first byte of a character
_MOST_ROUNDS = 3  # damage done twice is seen now and then


class _CodePage(Struct, frozen=True):
    """A code page: its codec, a pattern of its characters, and marks by the bytes that are left of them."""

    codec: str
    run: re.Pattern[str]
    marks: dict[bytes, str]


class _Decoded(Struct, frozen=True):
    """A line that was decoded.

    ``count`` is the number of characters that were decoded, ``has_marks`` tells whether marks or emoji
    are among them, and ``left`` holds what looks like the first byte of a character that lost the others.
    """

    text: str
    count: int = 0
    has_marks: bool = False
    left: str = ""

    @property
    def lost(self) -> int:
        """How many characters cannot be told."""
        return self.text.count(_LOST) + len(self.left)


def repair(text: str, path: str) -> tuple[str, list[Finding]]:
    """Repair a text line by line, since damage is often in some lines only.

    Returns:
        The text with the same number of lines, and findings for each line that was repaired or in which
        characters are lost.
    """
    lines, findings = text.split("\n"), list[Finding]()
    for at, line in enumerate(lines):
        if not line.isascii():
            repaired = _repair(line)
            lines[at] = repaired.text
            findings += _findings(line, repaired, Span(path, at + 1))
    return "\n".join(lines), findings


def _repair(line: str) -> _Decoded:
    """Undo all rounds of damage."""
    result = _Decoded(line)
    for _ in range(_MOST_ROUNDS):
        decoded = _decode(result.text)
        if decoded.text == result.text:
            break
        result = decoded
    return result


def _decode(line: str) -> _Decoded:
    """Undo one round of damage."""
    text, steps = ftfy.fix_encoding_and_explain(line, restore_byte_a0=False, replace_lossy_sequences=False)
    text = text.replace(_LOST_BYTE.decode(), _LOST)
    if any(action == "decode" for action, _ in steps or ()):  # from end to end
        return _Decoded(text)
    found = [_decode_from(page, line) for page in _PAGES]
    damaged = [each for each in found if each.count > len(each.left) and (each.has_marks or is_bad(line))]
    return max(
        damaged, key=lambda each: (each.count - 2 * each.lost, -badness(each.text)), default=_Decoded(text)
    )


def _decode_from(page: _CodePage, line: str) -> _Decoded:
    """Return what a line says if it was read in this code page."""
    found: list[tuple[bytes, str | None]] = []

    def decode_run(run: re.Match[str]) -> str:
        sequences = _SEQUENCE.findall(run[0].encode(page.codec))
        characters = [(sequence, _character(sequence, page)) for sequence in sequences]
        found.extend(characters)
        return "".join(text or sequence.decode(page.codec) for sequence, text in characters)

    text = page.run.sub(decode_run, line)
    count = sum(text is not None for _, text in found)
    has_marks = any(text and (text in _MARKS or sequence.startswith(_EMOJI)) for sequence, text in found)
    left = b"".join(_FIRST.findall(b"".join(sequence for sequence, text in found if text is None)))
    return _Decoded(text, count, has_marks, left.decode(page.codec))


def _character(sequence: bytes, page: _CodePage) -> str | None:
    """Return the character of a sequence of bytes, U+FFFD if it cannot be told, None if there is none."""
    if len(sequence) == 1:
        return None
    try:
        return sequence.decode()
    except UnicodeDecodeError:
        rest = sequence.replace(_LOST_BYTE, b"")
        return page.marks.get(rest, _LOST) if len(rest) > 1 else None


def _code_page(codec: str) -> _CodePage:
    characters = {byte: bytes([byte]).decode(codec) for byte in (*_LOST_BYTE, *range(0x80, 0x100))}
    undefined = bytes(byte for byte in range(0x80, 0xA0) if characters[byte] == chr(byte))
    run = re.compile(f"[{re.escape(''.join(characters.values()))}]+")
    return _CodePage(
        codec, run, {mark.encode().translate(None, undefined): mark for mark in reversed(_MARKS)}
    )


# Where two explain a line as well, the first is taken. Latin-1 defines 80 to 9F as control characters.
_PAGES = (
    *(_code_page(f"sloppy-windows-{number}") for number in (1252, 1254, 1250, 1251)),
    _code_page("mac_roman"),
    _code_page("latin-1"),
)


def _findings(line: str, repaired: _Decoded, span: Span) -> list[Finding]:
    findings = []
    if repaired.text != line:
        pairs = enumerate(zip(line, repaired.text, strict=False))
        at = next((at for at, (before, after) in pairs if before != after), 0)
        damaged, meant = (text[at:].split(" ")[0][:20] for text in (line, repaired.text))
        example = "" if _LOST in meant else f": `{damaged}` is `{meant}`"
        hint = "No action needed; save the repaired text if other programs read the file."
        findings = [ENCODING_REPAIRED.at(span, f"Damaged text was repaired{example}.", hint)]
    if repaired.lost:
        count = "1 damaged character" if repaired.lost == 1 else f"{repaired.lost} damaged characters"
        left = f": of one, `{repaired.left[0]}` is left" if repaired.left else ""
        hint = "Write what was meant, unless it was an emoji."
        findings.append(ENCODING_LOST.at(span, f"{count} could not be repaired{left}.", hint))
    return findings
