"""A table row to what it says."""

from __future__ import annotations

from collections.abc import Sequence

from deckgen.outline.blocks import Block
from deckgen.outline.guess import turns
from deckgen.outline.inline import Line
from deckgen.outline.labels import clean_label

_MARKS = {**dict.fromkeys("✅✔☑✓", "yes"), **dict.fromkeys("❌✗✘✖", "no")}
_NOTHING = frozenset(("", "-", "–", "—", "n/a", "N/A"))
_COUNTING = frozenset(("", "#", "no", "no.", "nr", "nr.", "№", "n°"))


def read_row(block: Block) -> tuple[str, str]:
    """Return a row's label, its first cell, and what the others say ("" for none of either).

    Each cell stands with the head of its column, unless there are but two columns and the second's
    head turns nothing round. Empty cells, and a column that only counts, are left out.
    """
    heads = [clean_label(head.text) for head in _padded(block.heads, len(block.lines))]
    cells = list(zip(heads, map(_cell, block.lines), strict=True))
    if len(cells) > 1 and heads[0].lower() in _COUNTING and cells[0][1].strip(".").isdigit():
        cells = cells[1:]
    is_pair = len(cells) <= 2 and not turns(cells[-1][0])
    label, rest = cells[0][1], [(head, text) for head, text in cells[1:] if text]
    said = "; ".join(text if is_pair or not head else f"{head} – {text}" for head, text in rest)
    return label, said


def _padded(heads: Sequence[Line], count: int) -> list[Line]:
    return [*heads, *[Line()] * (count - len(heads))][:count]


def _cell(line: Line) -> str:
    """Return a cell's words; a mark alone says yes or no."""
    mark = line.text.strip().rstrip("\ufe0f")
    text = _MARKS.get(mark) or clean_label(line.text)
    return "" if text in _NOTHING else text
