"""Splits texts into sentences, and cuts them to the length of a label."""

import re
from collections.abc import Iterator

_END = re.compile(r"[.!?…]+[”\"’»)\]]*(?=\s|$)|[。！？]+[”」』）]*")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[^\W\d_]\. ?[^\W\d_]|vs|cf|approx|fig|dr|mr|mrs|ms|resp|bzw|p\. ?ex)\.$",
    re.IGNORECASE,
)
_QUOTES = {"“": "”", '"': '"', "„": "“", "«": "»", "「": "」"}
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Characters: the longest abbreviation and the space before it.
_LOOKING_BACK = 9

# Characters. A label is read in lists and terminals; a longer one is cut at the end of a sentence or word.
LONGEST_LABEL = 160
_SHORTEST_SENTENCE = 20


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence of a text starts and ends.

    A full stop does not end one before a small letter, or in an abbreviation such as ``e.g.``.
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
    """Return ``label: text``, or the one of them that is not empty."""
    parting = " " if label.endswith(("?", "!", "？", "！")) else ": "
    return f"{label}{parting}{text}" if label and text else label or text


def count_words(text: str) -> int:
    """Return how many words a text has; of Chinese and Japanese, two characters count as one."""
    return len(text.split()) + len(_IDEOGRAPH.findall(text)) // 2


def shorten(text: str, label: int = 0) -> str:
    """Return a text cut to ``LONGEST_LABEL``, if possible not within its first ``label`` characters."""
    if len(text) <= LONGEST_LABEL:
        return text
    for _, end in sentence_spans(text[: LONGEST_LABEL + 2]):
        if label + _SHORTEST_SENTENCE <= end <= LONGEST_LABEL:
            return _closed(text[:end])
    cut = text[: LONGEST_LABEL - 1]
    return f"{cut.rsplit(' ', 1)[0].rstrip(' ,;:')}…"


def _closed(sentence: str) -> str:
    """Close the quotation that a sentence opens and does not close."""
    closing = _QUOTES.get(sentence[:1], "")
    is_open = closing and closing not in sentence[1:]
    return f"{sentence.rstrip('.…')}…{closing}" if is_open else sentence
