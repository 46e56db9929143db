"""Finds the points that a wrong name in ``covers`` may mean.

Only the sections most like the one named are searched, never all points: a renamed section can leave a
thousand wrong names, and the report must not take minutes.
"""

from collections.abc import Iterable

_SHOWN = 3


def _close(word: str, among: Iterable[str], count: int) -> list[str]:
    from difflib import get_close_matches  # noqa: PLC0415 - needed for wrong names alone

    return get_close_matches(word, list(among), n=count)


class PointFinder:
    """Finds points of all outlines by similar names."""

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
        """Return up to three points that ``name`` may mean, the likeliest first.

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
        """Return the most similar sections of the chapter named, or of all if there is no such chapter."""
        chapter, _, name = section.rpartition("/")
        siblings = {home.rpartition("/")[2]: home for home in self._points if home.startswith(f"{chapter}/")}
        if siblings:
            return [siblings[match] for match in _close(name, siblings, 2)]
        return _close(section, self._points, 2)
