"""The number of a chapter, in a heading, in front matter, in a file's name."""

from __future__ import annotations

import re

_WORD = (
    r"(?:chapter|chap|ch|unit|module|lesson|kapitel|chapitre|cap[ií]tulo|capitolo|hoofdstuk|rozdział|kapitola"
    r"|bölüm|fejezet|глава|розділ)"
)
_SPELLING = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen twenty
"""
_SPELT = _SPELLING.split()
_NUMBER = rf"(\d+|[ivxl]{{1,7}}|{'|'.join(_SPELT)})(?![\w/]|[.,]\d)"
_NAMED = rf"(?:\b{_WORD}\b\.?\s*(?:no\.?\s*|#\s*)?{_NUMBER}|\b(\d+)\.?\s+{_WORD}\b)"
_AT_START = re.compile(rf"\W{{0,9}}{_NAMED}\s*(?:[)\]]\s*)?(?P<parting>[.:–—|-]?)\s*", re.IGNORECASE)
_AT_END = re.compile(rf"\s*[(\[–—:,|-]\s*{_NAMED}\s*[)\]]?\W{{0,9}}$", re.IGNORECASE)
_CJK = re.compile(r"\W{0,9}第?\s*(\d+|[一二三四五六七八九十]{1,3})\s*[章课課講讲장]\s*[:：.]?\s*")
_LEADING = re.compile(r"\W{0,9}(\d+)\s*(?:[.:–—]|-(?=\s))\s+(?=\S)")
_IN_FILE = re.compile(
    rf"(?:^|[\W_]){_WORD}[\s._-]*(\d+|[ivxl]{{1,7}})(?![^\W_])|^(\d+)(?:$|[\s._-]+(?=[^\W\d_]))|第(\d+)章",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"(XL|L?X{0,3})(IX|IV|V?I{0,3})")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}
_DIGITS = "一二三四五六七八九"
_HIGHEST = 999


def to_number(text: str | None) -> str:
    """Return a number from 0 to 999 in digits: ``036``, ``IV``, ``four``, ``四``; "" for anything else."""
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        return str(int(text)) if len(text) <= 9 and int(text) <= _HIGHEST else ""
    if text.lower() in _SPELT:
        return str(_SPELT.index(text.lower()))
    if text.isupper() and _ROMAN.fullmatch(text):
        values = [_VALUES[letter] for letter in text]
        return str(sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True)))
    tens, ten, ones = text.rpartition("十")
    if text and set(tens + ones) <= set(_DIGITS) and len(tens) < 2 and len(ones) < 2:
        count = (_DIGITS.find(tens) + 1 or 1) * 10 if ten else 0
        return str(count + (_DIGITS.find(ones) + 1 if ones else 0))
    return ""


def split_number(heading: str) -> tuple[str, str] | None:
    """Return the chapter number that a heading names at its start or end, and the rest of it.

    None where it names none: "What Chapter 4 said" is about another chapter.
    """
    match = _AT_START.match(heading)
    if match and (number := to_number(match[1] or match[2])):
        rest = heading[match.end() :]
        if match["parting"] or not rest[:1].islower():
            return number, rest
    match = _AT_END.search(heading)
    if match and (number := to_number(match[1] or match[2])):
        return number, heading[: match.start()]
    match = _CJK.match(heading)
    if match and (number := to_number(match[1])):
        return number, heading[match.end() :]
    return None


def split_leading_number(heading: str) -> tuple[str, str]:
    """Return the number that a title starts with, as in ``12. Ownership`` ("" for none), and the rest."""
    match = _LEADING.match(heading)
    number = to_number(match[1]) if match else ""
    return (number, heading[match.end() :]) if match and number else ("", heading)


def number_in_file_name(stem: str) -> str:
    """Return the number in ``chapter-07``, ``ch8-own`` or ``36-ownership``; "" in ``2024-01-notes``."""
    match = _IN_FILE.search(stem)
    return to_number(next(filter(None, match.groups()), "").upper()) if match else ""
