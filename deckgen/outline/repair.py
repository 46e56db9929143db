"""Repair of text whose encoding was damaged; text that is fine is left as it is.

Each line is looked at by itself, since damage is often in some lines only (two files pasted into
one). Damage done twice is repaired twice. ftfy says what is damaged and mends what is left over; it
does not put back lost bytes, and takes a space for one.
"""

from __future__ import annotations

import codecs
from collections import Counter
from dataclasses import dataclass, replace

import ftfy
from ftfy.badness import badness, is_bad

from deckgen.model.diagnostics import Finding, Span
from deckgen.outline.code_pages import CODE_PAGES, CodePage, Decoded
from deckgen.outline.findings import LOST, NOT_TEXT, NOT_UTF8, REPAIRED
from deckgen.outline.older_pages import tell_page

# Seen in the wild: twice. A fourth round has never changed anything.
_ROUNDS = 3
# All bytes but those that text has no use for: a file of pictures or of an archive is full of them.
_NO_CONTROL = bytes(byte for byte in range(256) if byte >= 32 or byte in b"\t\n\r\f")
_ASCII = bytes(range(0x80))
_MARKS = (  # that of UTF-32 starts as one of UTF-16 does
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_HINT = "Save the chapter as UTF-8."
_CONTROL_SHARE = 100  # one control character among so many bytes is a slip; more is no text


@dataclass(frozen=True, slots=True)
class Mended:
    """A line after repair: its text, the code pages it went through, an example, and what is left over.

    ``left`` are the characters that look like the first byte of one whose other bytes were dropped.
    """

    text: str
    pages: tuple[str, ...] = ()
    example: tuple[str, str] = ("", "")
    left: tuple[str, ...] = ()

    @property
    def lost(self) -> int:
        """How many characters cannot be told, by whoever they were given up."""
        return self.text.count("\ufffd") + len(self.left)


def decode_chapter(data: bytes, path: str) -> tuple[str | None, list[Finding]]:
    """Decode a chapter, whatever its bytes; line ends become LF.

    Args:
        data: the file's bytes.
        path: the file, for the findings.

    Returns:
        The text, None where these are the bytes of none, and a finding for each line that was not
        UTF-8, or one where the whole is in another encoding.
    """
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _whole(data.decode(codec, errors="replace"), Span(path), name)
    if len(data) < _CONTROL_SHARE * len(data.translate(None, _NO_CONTROL)):
        message = "The file is no text: it holds control characters."
        return None, [NOT_TEXT.at(Span(path), message, "Name the chapter's Markdown file.")]
    data = _with_lf_bytes(data)
    if not _is_in_older_page(data):
        return _by_line(data, path)
    page = tell_page(data)
    if page is None:
        message = "The letters are bytes of an older code page or encoding, which may be one of several."
        hint = "Convert it, say with `iconv -f WINDOWS-1251 -t UTF-8`, if it is Russian from Windows."
        return None, [NOT_TEXT.at(Span(path), message, hint)]
    line, column = _place(data)
    return _whole(page.read(data), Span(path, line, column), page.name)


def _whole(text: str, span: Span, name: str) -> tuple[str, list[Finding]]:
    message = f"The chapter is not in UTF-8; it is read as {name}."
    return _with_lf(text), [NOT_UTF8.at(span, message, _HINT)]


def _by_line(data: bytes, path: str) -> tuple[str, list[Finding]]:
    """Decode UTF-8 of which some lines are not."""
    lines, findings = [], []
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError as error:
            text = line.decode(errors=_AS_WINDOWS_1252)
            column = len(line[: error.start].decode()) + 1
            message = f"Byte 0x{line[error.start]:02x} is not UTF-8; it is read as `{text[column - 1]}`."
            findings.append(NOT_UTF8.at(Span(path, number, column), message, _HINT))
            lines.append(text)
    return "\n".join(lines).removeprefix("\ufeff"), findings


def _place(data: bytes) -> tuple[int, int]:
    """Return the line and column of the first byte outside ASCII."""
    before = data[: next(at for at, byte in enumerate(data) if byte not in _ASCII)]
    return before.count(b"\n") + 1, len(before) - (before.rfind(b"\n") + 1) + 1


def _with_lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_in_older_page(data: bytes) -> bool:
    """Tell whether a whole file is no UTF-8: most bytes outside ASCII stand in lines that are none.

    Bytes of another encoding may look like UTF-8 by chance: in Chinese two out of three do.
    """
    fine, others = 0, list[bytes]()
    for line in data.split(b"\n"):
        outside = line.translate(None, _ASCII)
        if outside and not _is_utf8(line):
            others.append(outside)
        else:
            fine += len(outside)
    other = b"".join(others)
    return len(other) > fine and 2 * len(other) > 3 * len(other.decode(errors="ignore").encode())


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _with_lf_bytes(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _read_as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("sloppy-windows-1252"), error.end


_AS_WINDOWS_1252 = "deckgen-windows-1252"
codecs.register_error(_AS_WINDOWS_1252, _read_as_windows_1252)


def repair(text: str, path: str) -> tuple[str, list[Finding]]:
    """Repair a text line by line.

    Args:
        text: with LF line ends.
        path: its file, for the findings.

    Returns:
        The text with the same number of lines, and a finding for each line that was repaired.
    """
    if text.isascii():
        return text, []
    lines = text.split("\n")
    suspects = [number for number, line in enumerate(lines) if not line.isascii()]
    pages = _by_frequency([lines[number] for number in suspects])
    findings = []
    known: dict[str, Mended] = {}
    for number in suspects:
        line = lines[number]
        mended = known.get(line) or known.setdefault(line, _mend(line, pages))
        lines[number] = mended.text
        findings += _findings(mended, Span(path, number + 1))
    return "\n".join(lines), findings


def _by_frequency(lines: list[str]) -> dict[CodePage, bool]:
    """Return the pages with the most damage first, and whether the text shows each at work."""
    counts = Counter(dict.fromkeys(CODE_PAGES, 0))
    for line in dict.fromkeys(lines):
        for page in CODE_PAGES:
            counts[page] += sum(not found.lost for found in page.damage(line, trusted=False))
    most = max(counts.values())
    return {page: 2 * count >= most > 0 for page, count in counts.most_common()}


def _mend(line: str, pages: dict[CodePage, bool]) -> Mended:
    mended = Mended(line)
    for _ in range(_ROUNDS):
        page, damage = max(
            ((page, list(page.damage(mended.text, trusted=trusted))) for page, trusted in pages.items()),
            key=lambda found: _weight(found[1]),
        )
        if damage:
            mended = _apply(mended, page, damage)
        else:
            return _finish(mended)
    return mended


def _weight(damage: list[Decoded]) -> int:
    """Return how much of a line is explained; what stays unknown explains little."""
    return sum(1 if found.lost else 2 * (found.end - found.start) for found in damage)


def _apply(mended: Mended, page: CodePage, damage: list[Decoded]) -> Mended:
    text, at, pieces, left = mended.text, 0, list[str](), list[str]()
    for found in [*damage, Decoded(len(text), len(text), "", 0)]:
        pieces += [text[at : found.start], found.text]
        left += page.left_over(text, at, found.start)
        at = found.end
    first = next((found for found in damage if not found.lost), damage[0])
    example = (text[first.start : first.end], first.text)
    pages = mended.pages if page.name in mended.pages[-1:] else (*mended.pages, page.name)
    if mended.pages:  # what an earlier round has repaired is no longer left over
        left = [*(Counter(left) & Counter(mended.left)).elements()]
    return Mended("".join(pieces), pages, mended.example if mended.pages else example, tuple(left))


def _finish(mended: Mended) -> Mended:
    """Let ftfy mend what is left, where that makes the line better."""
    if not is_bad(mended.text):
        return mended
    text = ftfy.fix_encoding(mended.text)
    if badness(text) >= badness(mended.text):
        return mended
    return replace(mended, text=text, pages=(*mended.pages, "another code page"))


def _findings(mended: Mended, span: Span) -> list[Finding]:
    findings = []
    if mended.pages:
        damaged, meant = mended.example
        shown = f": `{damaged}` is `{meant}`" if damaged and meant != "\ufffd" else ""
        message = f"Text that was read as {', then '.join(mended.pages)} is repaired{shown}."
        hint = "Nothing to do; or save the repaired text, for other programs that read the file."
        findings = [REPAIRED.at(span, message, hint)]
    if mended.lost:
        count = "1 damaged character" if mended.lost == 1 else f"{mended.lost} damaged characters"
        shown = f": of one, `{mended.left[0]}` is left" if mended.left else ""
        hint = "Write what was meant, unless it was an emoji."
        findings.append(LOST.at(span, f"{count} cannot be told{shown}.", hint))
    return findings
