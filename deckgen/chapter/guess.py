"""Which kinds of note a point is likely to need, from its words and its heading's."""

from __future__ import annotations

import re

_WARNING = re.compile(
    r"\b(?:avoid|do not|weak|bad|wrong|poor|don['’]?ts?|never|mistakes?|pitfalls?|red flags?)\b",
    re.IGNORECASE,
)
_RULES: tuple[tuple[str, str, re.Pattern[str], str], ...] = (
    (
        "text",
        "trade_offs",
        re.compile(r"\b(?:vs|versus)\b", re.IGNORECASE),
        "it sets two things against each other",
    ),
    (
        "label",
        "red_flags",
        _WARNING,
        "its label warns of it",
    ),
    (
        "heading",
        "red_flags",
        re.compile(r"\b(?:red flags?|warning signs?|pitfalls?|mistakes?|anti-?patterns?)\b", re.IGNORECASE),
        "its heading warns of it",
    ),
    ("heading", "questions", re.compile(r"\bquestions\b", re.IGNORECASE), "its heading is on questions"),
    (
        "text",
        "questions",
        re.compile(
            r"\W*(?:tell me|describe a|walk me through|give me|talk about a|how would you|what would you"
            r"|why (?:did|do|would) you)\b",
            re.IGNORECASE,
        ),
        "an interviewer asks it",
    ),
    ("text", "questions", re.compile(r".*[“\"][^”\"]+\?[”\"]"), "an interviewer asks it"),
)


def warns(label: str) -> bool:
    """Tell whether a label warns of what follows it: without it, that would say the opposite."""
    return bool(_WARNING.search(label))


def guess_needs(text: str, label: str, heading: str) -> tuple[tuple[str, ...], str]:
    """Guess what a point needs.

    Args:
        text: the point's own words.
        label: what stands before it, such as ``Weak answer``; may be empty.
        heading: its section's title.

    Returns:
        The kinds (none where nothing speaks for one), and what the guess rests on.
    """
    where = {"text": text, "label": label, "heading": heading}
    for place, kind, pattern, because in _RULES:
        search = pattern.match if place == "text" and kind == "questions" else pattern.search
        if search(where[place]):
            return (kind,), because
    return (), ""
