"""Cloze deletions as Anki shows them (``rslib/src/cloze.rs`` in ankitects/anki, 26.08).

Left out: image occlusion, which has a note type of its own in Anki.
"""

import re
from html import escape

from deckgen.cloze.parser import Deletion, Node, parse_html
from deckgen.preview.template_filters import strip_tags

_FORMULA = re.compile(r"(\\[(\[])(.*?)(\\[\])])", re.DOTALL)


def cloze(text: str, number: int, *, question: bool) -> str:
    """Return ``text`` as the card of ``number`` shows it; empty if no deletion has that number."""
    clozes = parse_html(text)
    if not any(number in deletion.numbers for deletion in clozes.deletions):
        return ""
    html = "".join(
        [node if isinstance(node, str) else _reveal(node, number, question=question) for node in clozes.nodes]
    )
    return _FORMULA.sub(lambda match: match[1] + strip_tags(match[2]) + match[3], html)


def cloze_only(text: str, number: int, *, question: bool) -> str:
    """Return just the deletions of ``number``: their hints on the question, their text on the answer."""
    found = sorted(parse_html(text).deletions, key=lambda deletion: deletion.start)
    own = [deletion for deletion in found if number in deletion.numbers]
    return ", ".join([_hint(deletion) if question else _plain(deletion) for deletion in own])


def _plain(node: Node) -> str:
    return _shown(node) if isinstance(node, str) else "".join(map(_plain, node.nodes))


def _shown(text: str) -> str:
    """Return a text in a deletion without the hint at its end."""
    return text.partition("::")[0]


def _hint(deletion: Deletion) -> str:
    """Return the last hint, for each text before, between and after inner deletions may have one."""
    hints = [node.partition("::")[2] for node in deletion.nodes if isinstance(node, str) and "::" in node]
    return hints[-1] if hints else "..."


def _reveal(deletion: Deletion, number: int, *, question: bool) -> str:
    content = "".join(
        [
            _shown(node) if isinstance(node, str) else _reveal(node, number, question=question)
            for node in deletion.nodes
        ]
    )
    label = ",".join(map(str, deletion.numbers))
    if number not in deletion.numbers:
        return f'<span class="cloze-inactive" data-ordinal="{label}">{content}</span>'
    if question:
        hidden = _as_attribute(content)
        return f'<span class="cloze" data-cloze="{hidden}" data-ordinal="{label}">[{_hint(deletion)}]</span>'
    return f'<span class="cloze" data-ordinal="{label}">{content}</span>'


def _as_attribute(text: str) -> str:
    """Encode as Rust's htmlescape does: below U+0100 only ASCII letters and digits stay."""
    return "".join(
        char if ord(char) > 0xFF or (char.isascii() and char.isalnum()) else _encoded(char) for char in text
    )


def _encoded(char: str) -> str:
    named = escape(char) if char in '&<>"' else ""
    return named or f"&#x{ord(char):02X};"
