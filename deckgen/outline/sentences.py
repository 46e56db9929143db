"""Where sentences end, and a text cut to the length of a label."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(r"[.!?…]+[”\"’»)\]]*(?=\s|$)|[。！？]+[”」』）]*")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[^\W\d_]\. ?[^\W\d_]|vs|cf|approx|fig|dr|mr|mrs|ms|resp|bzw|p\. ?ex)\.$",
    re.IGNORECASE,
)
_QUOTES = {"“": "”", '"': '"', "„": "“", "«": "»", "「": "」"}
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# More than the longest abbreviation, and the space before it.
_LOOKING_BACK = 9

# A label is read in a list and in a terminal: what runs on longer is cut at the end of a sentence or word.
LONGEST_LABEL = 160
_SHORTEST_SENTENCE = 20


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence of a text starts and ends.

    A full stop ends none where a small letter follows, or after ``e.g.`` and its like.
    """
    start = 0
    for match in _END.finditer(text):
        end = match.end()
        following = text[end : end + 9].lstrip()[:1]
        if following.islower() or _ABBREVIATION.search(text[max(0, end - _LOOKING_BACK) : end]):
            continue
        yield start, end
        start = end
    if text[start:].strip():
        yield start, len(text)


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, short enough for a label."""
    start, end = next(sentence_spans(text), (0, len(text)))
    sentence = shorten(text[start:end].strip())
    return _closed(sentence) if len(sentence) < len(text) else sentence


def labelled(label: str, text: str) -> str:
    """Return a text behind its label."""
    parting = " " if label.endswith(("?", "!", "？", "！")) else ": "
    return f"{label}{parting}{text}" if label and text else label or text


def count_words(text: str) -> int:
    """Return how many words a text has; of Chinese and Japanese, two characters count as one."""
    return len(text.split()) + len(_IDEOGRAPH.findall(text)) // 2


def shorten(text: str, label: int = 0) -> str:
    """Return a text cut to the length of a label; of the label at its start, so long, all stays."""
    if len(text) <= LONGEST_LABEL:
        return text
    for _, end in sentence_spans(text[: LONGEST_LABEL + 2]):
        if label + _SHORTEST_SENTENCE <= end <= LONGEST_LABEL:
            return _closed(text[:end])
    cut = text[: LONGEST_LABEL - 1]
    return f"{cut.rsplit(' ', 1)[0].rstrip(' ,;:')}…"


def _closed(sentence: str) -> str:
    """Close the quote that a sentence opens, where it goes on after the sentence."""
    closing = _QUOTES.get(sentence[:1], "")
    is_open = closing and closing not in sentence[1:]
    return f"{sentence.rstrip('.…')}…{closing}" if is_open else sentence
