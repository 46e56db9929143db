"""What the lines of a paragraph or list item are: a label, a labelled line, a remark, or prose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from deckgen.chapter.labels import Line, clean_label, shorten, starts_with_marker

_COLON = re.compile(r"\s*[:：]\s*$")
# What parts a bold label from its text: `**Retries:** text`, `**Retries** - text`.
_PARTING = re.compile(r"\s*(?:[:：]|[–—-](?=\s)|=(?=\s))\s*")
_PLAIN_LABEL = re.compile(r"((?:[^\W\d_][\w'’/-]*\s?){1,3})[:：]\s+(?=\S)")
_LEADING_ON = re.compile(r"\s+(?:covering|including|such as|like|for example|e\.g\.|namely)$", re.IGNORECASE)
_CONTRAST = re.compile(r",\s+(?:not|never)\s+\w", re.IGNORECASE)
_SENTENCE = re.compile(r".+?[.!?。！？][”\"’)]*(?=\s|$)")
_LONGEST_LABEL_WORDS, _LONGEST_REMARK_WORDS = 8, 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that some lines say: a label, a text, or both.

    ``at`` is the index of its first line. ``is_marked``: it starts with an emoji, an arrow or a
    bullet. ``is_bold``: the label is bold from end to end. ``is_remark``: the author made it stand
    out. ``is_open``: it ends in a colon, so that something is to come.
    """

    at: int
    label: str
    text: str
    is_marked: bool = False
    is_bold: bool = False
    is_remark: bool = False
    is_open: bool = False


def entries_of(lines: Sequence[Line]) -> list[Entry]:
    """Return the entries of a paragraph: a new one where a line is marked, labelled, or follows a label."""
    starts = [
        number
        for number, line in enumerate(lines)
        if not number
        or starts_with_marker(line.text)
        or _has_bold_label(line)
        or _is_label(lines[number - 1])
    ]
    ends = [*starts[1:], len(lines)]
    return [read_entry(lines[start:end], start) for start, end in zip(starts, ends, strict=True)]


def read_entry(lines: Sequence[Line], at: int = 0) -> Entry:
    """Read lines that say one thing; ``at`` is the index of the first."""
    first = lines[0]
    whole = " ".join(line.text.strip() for line in lines)
    marked, is_open = starts_with_marker(first.text), bool(_COLON.search(lines[-1].text))
    if _has_bold_label(first):
        end = first.bold[0][1]
        label = clean_label(_COLON.sub("", first.text[:end].rstrip(" .")))
        rest = " ".join([first.text[end:], *(line.text.strip() for line in lines[1:])])
        return Entry(at, label, clean_label(_PARTING.sub("", rest, count=1)), marked, True, True, is_open)
    text = clean_label(whole)
    if is_open:
        label = _LEADING_ON.sub("", _COLON.sub("", text))
        return Entry(at, label, "", marked, False, bool(first.bold), True)
    plain = _PLAIN_LABEL.match(text)
    if plain:
        return Entry(at, plain[1].strip(), text[plain.end() :], marked)
    return Entry(at, "", _telling_sentence(lines, whole), marked, False, _stands_out(lines, text))


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, short enough for a label."""
    match = _SENTENCE.match(text)
    return shorten(match[0] if match else text)


def _is_label(line: Line) -> bool:
    return bool(_COLON.search(line.text)) or (
        _has_bold_label(line) and not line.text[line.bold[0][1] :].strip()
    )


def _has_bold_label(line: Line) -> bool:
    """Tell whether the line starts with a bold label: all of it, or what a colon, dash or stop ends."""
    if not line.bold:
        return False
    start, end = line.bold[0]
    before, words, after = line.text[:start], line.text[start:end], line.text[end:]
    if any(character.isalpha() for character in before) or len(words.split()) > _LONGEST_LABEL_WORDS:
        return False
    ended = words.rstrip()[-1:] in (":", "：", ".") or _PARTING.match(after)
    return bool(ended) or not after.strip()


def _stands_out(lines: Sequence[Line], text: str) -> bool:
    """Tell whether the author made plain lines stand out: bold words, or a contrast in one sentence."""
    if any(line.bold for line in lines):
        return True
    return bool(_CONTRAST.search(text)) and len(text.split()) <= _LONGEST_REMARK_WORDS


def _telling_sentence(lines: Sequence[Line], whole: str) -> str:
    """Return the sentence with the bold words where a paragraph has several, else all of it."""
    bold = next((line.text[slice(*line.bold[0])] for line in lines if line.bold), "")
    sentences = [match[0] for match in _SENTENCE.finditer(whole)]
    if bold and len(sentences) > 1:
        whole = next((sentence for sentence in sentences if bold in sentence), whole)
    return clean_label(whole)
