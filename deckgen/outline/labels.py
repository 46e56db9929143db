"""Cleans the words of a line: no emoji, emphasis marks, numbers or suffixes such as ``(IMPORTANT)``."""

import re

from deckgen.outline.inline import reveal
from deckgen.outline.numbering import without_heading_number, without_item_number
from deckgen.outline.sentences import shorten

_ARROWS = "\u2190-\u21ff\u27f0-\u27ff\u2900-\u297f\u2b00-\u2b4f\u2b5a-\u2bff"
_ARROW_WORDS = {"from": "←⇐⟵⬅", "up": "↑⇑⬆", "down": "↓⇓⬇", "and": "↔⇔⟷⬌"}
# Emoji, dingbats, their joiners and variants, and U+FFFD, which repair writes for a lost character.
# Symbols that are read as words stay: mathematical operators, ©, ®, ™, °, №.
_PICTURES = (
    "\u231a-\u231b\u2328\u23cf\u23e9-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2934-\u2935\u2b50-\u2b55\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001fbff\ue000-\uf8ff\ufe00-\ufe0f\u20e3\U000e0020-\U000e007f\ufffd"
)
_JOINED_PICTURES = re.compile(f"[0-9#*]\ufe0f?\u20e3|[{_PICTURES}](?:\u200d?[{_PICTURES}])*\u200d?")
_ARROW = re.compile(f"(?:([{_ARROWS}])\ufe0f?|(?<!\\S)[-=]+>(?!\\S))")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff]+")
_MARKER = re.compile(f"\\s*(?:[0-9#*]\ufe0f?\u20e3|[{_PICTURES}{_ARROWS}]|[-=]+>(?=\\s)|[•‣▪◦·](?=\\s))")
# Emphasis that CommonMark does not see, as in `重要な**「語」**です`; an asterisk alone is as written.
_EMPHASIS = re.compile(
    r"(?<![a-zA-Z0-9*_~])(\*{2,3}|__|~~|[*_](?=\w))(?=\S)([^*_~]+)(?<=\S)\1(?![a-zA-Z0-9])"
)
# Most lines have none of these characters and skip the substitutions below.
_MARKS = re.compile(f"[*_~\\[>{_ARROWS}]")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,80}\]")
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]{1,200}\|)?([^\[\]|]{1,200})\]\]")
_TASK = re.compile(r"\s*\[[ xX]\]\s+")
_ANCHOR = re.compile(r"\s*\{[#.:][^{}]*\}$")

# A suffix in brackets is emphasis if it only says that the line matters: one of these words alone, or
# several words of both lists.
_URGING = """
important crucial essential decisive remember must mandatory unmissable vital gold hot
"""
_ADDING = """
very most super extremely really critical key core common top favourite favorite expectation interview
interviewers asked often frequently commonly always be ready know read have learn memorise memorize don't miss
undervalued underrated overlooked but auto reject to this
"""
_URGENT = frozenset(_URGING.split())
_EMPHATIC = _URGENT | frozenset(_ADDING.split())
_URGED = re.compile(
    r"(?:(?:very|most) (?:important|critical)|be ready|must[ -](?:know|read|have))!*", re.IGNORECASE
)


def clean_label(text: str) -> str:
    """Return a line without emoji, arrows, emphasis marks, numbering and a suffix of emphasis.

    An arrow between words becomes "to"; all else is as the author wrote it, with code still hidden.
    """
    if not (text.isascii() and text.isprintable()):
        text = _JOINED_PICTURES.sub("", _CONTROL.sub(" ", text))
    text = " ".join(text.split())
    if _MARKS.search(text):
        task = _TASK.match(text)
        text = _WIKI_LINK.sub(r"\1", _FOOTNOTE.sub("", text[task.end() :] if task else text))
        text = _without_arrows(_EMPHASIS.sub(r"\2", text))
    return shorten(_without_emphasis(without_item_number(text)))


def clean_heading(text: str) -> str:
    """Return a heading as a clean label, without a number such as ``2.1`` or a colon at the end."""
    label = clean_label(_ANCHOR.sub("", text) if text.endswith("}") else text).rstrip(" :：#")
    return reveal(without_heading_number(label))


def starts_with_marker(text: str) -> bool:
    """Tell whether a line starts with an emoji, an arrow or a bullet."""
    return bool(_MARKER.match(text))


def _without_arrows(text: str) -> str:
    """Replace arrows by words; one at the start, or a right arrow at the end, is left out."""
    parts = _ARROW.split(text)
    words = [parts[0].strip()]
    for arrow, after in zip(parts[1::2], parts[2::2], strict=True):
        says = next((word for word, arrows in _ARROW_WORDS.items() if arrow and arrow in arrows), "to")
        if any(words) and (after.strip(" ") or says in ("up", "down")):
            words.append(says)
        words.append(after.strip())
    return " ".join(filter(None, words)).replace(" ,", ",").replace(" ;", ";")


def _without_emphasis(text: str) -> str:
    """Return a line without a suffix in brackets that is only emphasis: ``(VERY IMPORTANT)``."""
    if text[-1:] not in (")", "]"):
        return text
    before, inner = text[: max(text.rfind("("), text.rfind("["))].rstrip(), ""
    if before:
        inner = text[len(before) :].strip(" ()[]")
    words = re.findall(r"[\w'’]+", inner.replace("’", "'").lower())
    is_emphasis = inner.isupper() and (len(words) > 1 or words[0] in _URGENT) and _EMPHATIC.issuperset(words)
    return before if is_emphasis or _URGED.fullmatch(inner) else text
