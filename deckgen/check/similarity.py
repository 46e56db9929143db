"""Which sets are alike, among many: each compared with the few that share a rare element with it.

Two sets whose Jaccard index (shared elements by all elements) is at least t share one of the first
``len - ceil(t * len) + 1`` elements of either, if both are sorted by one order (Chaudhuri, Ganti and
Kaushik 2006; Bayardo, Ma and Srikant 2007). With the rarest first those are met in few other sets, so an
index over these prefixes finds the candidates. No library that is kept does this for Python without
numpy, and it is a page.

Memory is linear: at most one entry for each element. Time is bounded too: once ``_ENOUGH`` sets are found
that share a rare element with one, no commoner element is looked up, and of each the last ``_OF_EACH``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import NamedTuple

# A deck of a hundred thousand notes made from one template has elements that all notes share. What is alike
# is met at the rarest elements first; after so many sets it is not to be hoped for.
_OF_EACH = 20
_ENOUGH = 60


class Alike(NamedTuple):
    """Two sets by their indices, the later first, and their Jaccard index."""

    later: int
    earlier: int
    jaccard: float


def alike(sets: Sequence[frozenset[str]], threshold: float) -> Iterator[Alike]:
    """Return for each set the most similar one before it, if their Jaccard index reaches ``threshold``.

    Args:
        sets: what to compare; empty ones are like nothing.
        threshold: above 0, at most 1.
    """
    rank = _by_rarity(sets)
    index: dict[int, list[int]] = {}
    for later, one in enumerate(sets):
        size = len(one)
        prefix = sorted([rank[element] for element in one])[: size - ceil(threshold * size - 1e-9) + 1]
        candidates: set[int] = set()
        for element in prefix:
            postings = index.get(element)
            if postings is None:
                index[element] = [later]
                continue
            if len(candidates) < _ENOUGH:
                candidates.update(postings[-_OF_EACH:])
            postings.append(later)
        best = _best(one, sets, candidates, threshold)
        if best:
            yield Alike(later, best[1], best[0])


def _by_rarity(sets: Iterable[frozenset[str]]) -> dict[str, int]:
    """Return the place of each element in the order of their frequency, the rarest first."""
    counts = Counter(element for one in sets for element in one)
    ordered = sorted(counts, key=lambda element: (counts[element], element))
    return {element: place for place, element in enumerate(ordered)}


def _best(
    one: frozenset[str], sets: Sequence[frozenset[str]], candidates: Iterable[int], threshold: float
) -> tuple[float, int] | None:
    best: tuple[float, int] | None = None
    size = len(one)
    least, most = threshold * size, size / threshold
    for earlier in candidates:
        other = sets[earlier]
        # Sets of too different a size cannot be alike, whatever they share.
        if not least <= len(other) <= most:
            continue
        shared = len(one & other)
        jaccard = shared / (size + len(other) - shared)
        if jaccard >= threshold and (best is None or (jaccard, -earlier) > (best[0], -best[1])):
            best = (jaccard, earlier)
    return best
