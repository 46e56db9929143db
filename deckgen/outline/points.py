"""The points that were found in a section, before they have ids."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from deckgen.outline.sentences import labelled, shorten


@dataclass(frozen=True, slots=True)
class FoundPoint:
    """Something to be taught, on ``line`` of the chapter.

    ``group`` is the label over its list, ``label`` its own, ``text`` what it says, and ``heading`` the
    nearest heading. ``label`` or ``text`` may be empty, not both. ``is_named``: the label is a good name.
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
class SectionPoints:
    """The points of a section, in order.

    ``is_from_prose``: some were found in running text; ``left`` are the lines of paragraphs without a point.
    """

    points: tuple[FoundPoint, ...]
    is_from_prose: bool
    left: tuple[int, ...]


def with_headings(points: Sequence[FoundPoint]) -> list[FoundPoint]:
    """Put the heading before each label that several headings have: of which are these the ``Pros``?"""
    headings: dict[str, set[str]] = defaultdict(set)
    for found in points:
        headings[_shown_label(found)].add(found.heading)
    return [
        replace(found, group=labelled(found.heading, found.group))
        if _shown_label(found) and len(headings[_shown_label(found)]) > 1
        else found
        for found in points
    ]


def _shown_label(found: FoundPoint) -> str:
    return found.group or (found.label if found.text else "")
