"""What UTF-8 looks like after it was read as if it were in an older code page.

A character outside ASCII is two to four bytes in UTF-8: a lead byte, then continuation bytes. Read in
a code page of one byte a character, each byte becomes a character of its own: ``→`` becomes ``â†’``.
Bytes that the code page does not define are often lost on the way.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import ftfy.bad_codecs  # noqa: F401 - registers the "sloppy" codecs, which keep the undefined bytes
from ftfy.badness import is_bad

# What authors type, the likeliest first: where a lost byte leaves several, one of these is meant.
_USUAL = "”’“‘–—…•→←↑↓⇒✅❌✔✓✗⚠⭐❗❓➡•€™−≤≥≠≈×\ufe0f\u00a0"
_LOST = "\ufffd"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A stretch of damaged text: where it stands, what it says, and how many characters were lost."""

    start: int
    end: int
    text: str
    lost: int


@dataclass(frozen=True, slots=True, eq=False)
class CodePage:
    """A code page as a reader knows it, and how to find UTF-8 that was read in it.

    ``table`` maps characters to bytes; ``lost`` are the bytes that the page does not define, which a
    program may have dropped. ``lone`` finds a character that is a lead byte and stands by itself.
    """

    name: str
    table: dict[int, int]
    lost: bytes
    run: re.Pattern[str]
    sequence: re.Pattern[str]
    lone: re.Pattern[str]

    def damage(self, line: str, *, trusted: bool) -> list[Decoded]:
        """Return the stretches of ``line`` that are UTF-8 read in this page.

        ``trusted`` says that other lines show this page at work, so that less evidence will do.
        """
        runs = [self._decode(match) for match in self.run.finditer(line)]
        sure = any(run.is_sure for run in runs)
        return [
            part
            for run in runs
            if run.is_sure or (sure and run.whole) or (trusted and (run.is_odd or run.is_usual))
            for part in run.parts
            if part.text and (run.whole or trusted or part.text != _LOST)
        ]

    def left_over(self, line: str, start: int, end: int) -> list[str]:
        """Return what, in a part of a damaged line, is left of characters that lost their other bytes.

        Several letters of the page side by side are a word that was never damaged.
        """
        return [match[0] for match in self.lone.finditer(line, start, end)] if self.lost else []

    def _decode(self, match: re.Match[str]) -> _Run:
        parts: list[Decoded] = []
        whole: list[str] = []
        odd = False
        for part in self.sequence.finditer(match.string, match.start(), match.end()):
            text, is_whole = self._character(part[0], match.string[part.end() : part.end() + 1])
            parts.append(Decoded(part.start(), part.end(), text, text.count(_LOST)))
            is_emoji = len(part[0]) > 2 and self.table[ord(part[0][0])] >= 0xF0
            odd |= is_emoji or _is_odd(part[0])
            if is_whole and text:
                whole.append(part[0])
        is_fragment = any(part.end - part.start > 1 for part in parts)
        mixed = len(whole) > 2 and any(_is_odd(pair) for pair in map("".join, itertools.pairwise(match[0])))
        alone = len(whole) == 1 == len(parts) and len(match[0]) == 2 and not (match[0][0].isalpha() or odd)
        bad = not alone and is_bad(match[0] + match.string[match.end() : match.end() + 1])
        sure = is_fragment and (mixed or bad or _evidence(whole) >= 2)
        usual = any(part.text in _USUAL for part in parts if part.text)
        return _Run(tuple(parts), bool(whole), sure, is_fragment and odd, is_fragment and usual)

    def _character(self, sequence: str, after: str) -> tuple[str, bool]:
        """Return what a sequence says ("" for nothing, U+FFFD where it cannot be told); is it whole?"""
        data = sequence.replace(_LOST, "").translate(self.table).encode("latin-1")
        length = 2 if data[0] < 0xE0 else 3 if data[0] < 0xF0 else 4
        if len(data) == length:
            text = data.decode(errors="ignore")
            return (text if text and _is_assigned(text) else ""), True
        found = _completions(data, length, self.lost)
        if "”" in found and after.isalnum():
            return next((quote for quote in found if quote in "“„"), "“"), False
        if len(found) == 1 or (found and found[0] in _USUAL):
            return found[0], False
        return (_LOST if found else ""), False


@dataclass(frozen=True, slots=True)
class _Run:
    """Sequences side by side.

    ``whole``: some are complete; ``is_odd``: they look like no language; ``is_usual``: they say what
    authors type.
    """

    parts: tuple[Decoded, ...]
    whole: bool
    is_sure: bool
    is_odd: bool
    is_usual: bool


@lru_cache(maxsize=1024)
def _completions(data: bytes, length: int, lost: bytes) -> list[str]:
    """Return the characters that ``data`` can be the rest of, with lost bytes put back anywhere.

    Those that authors type come first. They are kept, since a damaged text repeats a few of them throughout.
    """
    missing = length - len(data)
    found: set[str] = set()
    for places in itertools.combinations(range(1, length), missing):
        for bytes_ in itertools.product(lost, repeat=missing):
            rest, back = iter(data), dict(zip(places, bytes_, strict=True))
            whole = bytes(back[at] if at in back else next(rest) for at in range(length))
            text = whole.decode(errors="ignore")
            if text and _is_assigned(text):
                found.add(text)
    return sorted(found, key=_usual_first)


def _is_assigned(text: str) -> bool:
    """Tell whether a character has a meaning; control characters and Apple's logo may be damage again."""
    return (
        unicodedata.category(text) not in ("Cn", "Cc", "Co") or "\x80" <= text <= "\x9f" or text == "\uf8ff"
    )


def _usual_first(text: str) -> tuple[int, str]:
    return (_USUAL.index(text) if text in _USUAL else len(_USUAL)), text


def _is_odd(sequence: str) -> bool:
    """Tell whether no language puts these characters side by side."""
    pairs = itertools.pairwise(sequence)
    return any(
        (a.islower() and b.isupper())
        or (a.isalpha() and (unicodedata.category(b)[0] in "SC" or b in "†‡‰§¶¡¿‹‚„•") and b != "´")
        or (unicodedata.category(a)[0] in "SC" and not b.isspace())
        or (unicodedata.category(a) in ("Pd", "Ps", "Pi") and unicodedata.category(b)[0] in "SL")
        for a, b in pairs
    )


def _evidence(sequences: list[str]) -> float:
    """Weigh how sure it is that characters are bytes: 2 is enough.

    Long sequences hardly come about by chance; short ones count where they follow one another, and
    look like no language.
    """
    return sum(
        (len(sequence) - 1) * (1 if _is_odd(sequence) or len(sequence) == 4 else 0.25)
        for sequence in sequences
    )


def _code_page(name: str, codec: str, lost: bytes) -> CodePage:
    characters = {byte: bytes([byte]).decode(codec) for byte in range(0x80, 0x100)}

    def one_of(first: int, last: int) -> str:
        return "[" + re.escape("".join(characters[byte] for byte in range(first, last + 1))) + "]"

    two, three, four, more = (
        one_of(*bounds) for bounds in ((0xC2, 0xDF), (0xE0, 0xEF), (0xF0, 0xF4), (0x80, 0xBF))
    )
    more = f"{more[:-1]}{_LOST}]"  # what a careful program writes for a byte that it cannot read
    sequence = f"{two}{more}|{three}{more}{{1,2}}|{four}{more}{{1,3}}"
    if lost:
        sequence += f"|{two}|{three}"
    lead = one_of(0xC2, 0xEF)
    lone = re.compile(f"(?<!{lead}){lead}(?!{lead})")
    table = {ord(character): byte for byte, character in characters.items()}
    return CodePage(name, table, lost, re.compile(f"(?:{sequence})+"), re.compile(sequence), lone)


# In the order in which they are tried; what a page does not define is in its table at unicode.org.
# Latin-1 has control characters at 80 to 9F, which editors and browsers drop.
CODE_PAGES = (
    _code_page("Windows-1252", "sloppy-windows-1252", b"\x81\x8d\x8f\x90\x9d"),
    _code_page("Windows-1254", "sloppy-windows-1254", b"\x81\x8d\x8e\x8f\x90\x9d\x9e"),
    _code_page("Windows-1250", "sloppy-windows-1250", b"\x81\x83\x88\x90\x98"),
    _code_page("Windows-1251", "sloppy-windows-1251", b"\x98"),
    _code_page("Mac Roman", "mac_roman", b""),
    _code_page("Latin-1", "latin-1", bytes(range(0x80, 0xA0))),
)
