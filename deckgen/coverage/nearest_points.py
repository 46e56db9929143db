"""The points that a wrong name in ``covers``, or a note without any, may stand for.

Only the sections most like the one named are searched, never every point: a renamed section can
leave a thousand wrong names behind, and one report must still take a moment.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping

_SHOWN = 3
_WORD = r"[^\W_]+"
_SHORTEST, _STEM = 4, 6


def _close(word: str, among: Iterable[str], count: int) -> list[str]:
    from difflib import get_close_matches  # noqa: PLC0415 - most projects name every point rightly

    return get_close_matches(word, list(among), n=count)


class PointFinder:
    """The points of all outlines, found by names like theirs."""

    def __init__(self, points: Iterable[str]) -> None:
        """Take the full ids of all points: ``ch36/ownership/end-to-end``."""
        self._points: dict[str, list[str]] = {}
        self._sections: dict[str, list[str]] = {}
        self._like: dict[str, list[str]] = {}
        for full_id in points:
            section, _, point = full_id.rpartition("/")
            self._points.setdefault(section, []).append(point)
            self._sections.setdefault(point, []).append(section)

    def nearest(self, name: str, chapter: str) -> tuple[str, ...]:
        """Return up to three points that ``name`` may stand for, the likeliest first.

        Args:
            name: the full id of a point that does not exist, or a word without ``/``.
            chapter: the chapter of the note; its own points come without the chapter's id.
        """
        section, _, point = name.rpartition("/")
        moved = sorted(
            (f"{home}/{point}" for home in self._sections.get(point, ())),
            key=lambda full_id: not full_id.startswith(f"{chapter}/"),
        )
        found = dict.fromkeys(moved + self._misspelt(section, point))
        return tuple(full_id.removeprefix(f"{chapter}/") for full_id in list(found)[:_SHOWN])

    def _misspelt(self, section: str, point: str) -> list[str]:
        if section not in self._like:
            self._like[section] = self._sections_like(section)
        return [
            f"{home}/{match}"
            for home in self._like[section]
            for match in _close(point, self._points[home], _SHOWN)
        ]

    def _sections_like(self, section: str) -> list[str]:
        """Return the likest sections of the chapter that is named, or of all where there is none such."""
        chapter, _, name = section.rpartition("/")
        siblings = {home.rpartition("/")[2]: home for home in self._points if home.startswith(f"{chapter}/")}
        if siblings:
            return [siblings[match] for match in _close(name, siblings, 2)]
        return _close(section, self._points, 2)


class PointsByWords:
    """The points of a chapter, found by what a note says.

    A word counts by its inverse document frequency, the more the fewer points have it (Manning, Raghavan,
    Schütze, "Introduction to Information Retrieval", 6.2), and long points have no advantage. Of the 120
    notes of chapter 36, 81 cover one of the first five points that this finds for them.
    """

    def __init__(self, points: Mapping[str, str]) -> None:
        """Take what each point says, by name."""
        self._stems = {name: _stems(f"{name} {label}") for name, label in points.items()}
        spread = Counter(stem for stems in self._stems.values() for stem in stems)
        self._weights = {stem: math.log(1 + len(points) / count) for stem, count in spread.items()}

    def about(self, text: str, count: int) -> tuple[str, ...]:
        """Return up to ``count`` points that share telling words with a text, the likeliest first."""
        said = _stems(text)
        scores = {
            name: sum(self._weights[stem] for stem in stems & said) / math.sqrt(len(stems))
            for name, stems in self._stems.items()
            if stems & said
        }
        return tuple(sorted(scores, key=lambda name: -scores[name])[:count])


def _stems(text: str) -> set[str]:
    """Return the starts of the words: enough to find `partitions` by `partition`."""
    return {word[:_STEM] for word in re.findall(_WORD, text.casefold()) if len(word) >= _SHORTEST}
