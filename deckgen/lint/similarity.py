"""Which sets are alike, among many: each compared with the few that share a rare element with it.

Two sets whose Jaccard index (shared elements by all elements) is at least t share one of the first
``len - ceil(t * len) + 1`` elements of either, if both are sorted by one order (Chaudhuri, Ganti and
Kaushik 2006; Bayardo, Ma and Srikant 2007). With the rarest first those are met in few other sets, so an
index over these prefixes finds the candidates. No library that is kept does this for Python without
numpy, and it is a page.

Most candidates share that element and little more. So each element has one of ``_BITS`` bits, and each set
the sum of its elements' bits without carry: the sums of two sets differ in at most one bit for each element
that only one of them has. Where they differ in more than there may be, the sets need not be compared.

Memory is linear: at most one entry for each element. Time is bounded too: once ``_ENOUGH`` sets are found
that share a rare element with one, no commoner element is looked up, and of each the last ``_OF_EACH``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import chain
from math import ceil
from operator import xor
from typing import NamedTuple

# A deck of a hundred thousand notes made from one template has elements that all notes share. What is alike
# is met at the rarest elements first; after so many sets it is not to be hoped for.
_OF_EACH = 20
_ENOUGH = 60
_BITS = 180


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
    bit = [1 << place % _BITS for place in range(len(rank))]
    sums: list[int] = []
    index: list[list[int]] = [[] for _ in rank]
    for later, one in enumerate(sets):
        size = len(one)
        elements = sorted(map(rank.__getitem__, one))
        prefix = elements[: size - ceil(threshold * size - 1e-9) + 1]
        candidates: set[int] = set()
        for element in prefix:
            postings = index[element]
            if len(candidates) < _ENOUGH:
                candidates.update(postings[-_OF_EACH:])
            postings.append(later)
        # Sets that are alike have at most size / threshold elements together, and share at most size.
        own, most = reduce(xor, map(bit.__getitem__, elements), 0), size / threshold - size + 1e-9
        likely = [earlier for earlier in candidates if (own ^ sums[earlier]).bit_count() <= most]
        sums.append(own)
        best = _best(one, sets, likely, threshold)
        if best:
            yield Alike(later, best[1], best[0])


def _by_rarity(sets: Iterable[frozenset[str]]) -> dict[str, int]:
    """Return the place of each element in the order of their frequency, the rarest first."""
    counts = Counter(chain.from_iterable(sets))
    ordered = sorted(sorted(counts), key=counts.__getitem__)
    return {element: place for place, element in enumerate(ordered)}


def _best(
    one: frozenset[str], sets: Sequence[frozenset[str]], candidates: Iterable[int], threshold: float
) -> tuple[float, int] | None:
    best: tuple[float, int] | None = None
    size = len(one)
    for earlier in candidates:
        other = sets[earlier]
        shared = len(one & other)
        jaccard = shared / (size + len(other) - shared)
        if jaccard >= threshold and (best is None or (jaccard, -earlier) > (best[0], -best[1])):
            best = (jaccard, earlier)
    return best
