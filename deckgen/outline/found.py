"""What was found in a section."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from deckgen.outline.sentences import shorten


def labelled(label: str, text: str) -> str:
    """Return a text behind its label."""
    parting = " " if label.endswith(("?", "!", "？", "！")) else ": "
    return f"{label}{parting}{text}" if label and text else label or text


@dataclass(frozen=True, slots=True)
class Found:
    """Something to be taught.

    ``group`` is the label that its list stands under, ``label`` its own, ``text`` what it says;
    ``heading`` is the nearest heading. ``label`` or ``text`` may be empty, not both. ``is_named``: the
    label is what one would call it by.
    """

    group: str
    label: str
    text: str
    line: int
    heading: str
    is_named: bool = True

    @property
    def words(self) -> str:
        """Its own words: label and text."""
        return shorten(labelled(self.label, self.text), len(self.label))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a section wants taught, in order.

    ``is_from_prose``: some of it stands in running text only; ``left`` are the lines of paragraphs
    that gave no point.
    """

    points: tuple[Found, ...]
    is_from_prose: bool
    left: tuple[int, ...]


def with_headings(points: Sequence[Found]) -> list[Found]:
    """Put its heading before each label that stands under several: of which are these the `Pros`?"""
    headings: dict[str, set[str]] = defaultdict(set)
    for found in points:
        headings[_shown_label(found)].add(found.heading)
    return [
        replace(found, group=labelled(found.heading, found.group))
        if _shown_label(found) and len(headings[_shown_label(found)]) > 1
        else found
        for found in points
    ]


def _shown_label(found: Found) -> str:
    return found.group or (found.label if found.text else "")
