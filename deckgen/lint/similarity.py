"""Finds similar sets among many: each is compared only with the few that share a rare element with it.

Two sets whose Jaccard index (shared elements by all elements) is at least t share one of the first
``len - ceil(t * len) + 1`` elements of either, if both are sorted by one order (Chaudhuri, Ganti and
Kaushik 2006; Bayardo, Ma and Srikant 2007). With the rarest elements first, few other sets share them, so an
index over these prefixes finds the candidates. No maintained library does this for Python without numpy.

Most candidates share that element and little else. So each element is given one of ``_BITS`` bits, and each
set a signature, the XOR of its elements' bits. Two signatures differ in at most one bit for each element that
only one of the sets has; if they differ in more bits than similar sets can, the sets are not compared.

Memory is linear: at most one index entry for each element. Time is bounded: of each element the last
``_OF_EACH`` sets are candidates, and after ``_ENOUGH`` candidates no commoner element is looked up.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import chain
from math import ceil
from operator import xor
from typing import NamedTuple

# In a deck of a hundred thousand notes made from one template, all notes share some elements. Similar sets
# turn up at the rarest elements; after so many candidates, the search is given up.
_OF_EACH = 20
_ENOUGH = 60
_BITS = 180


class Alike(NamedTuple):
    """Two sets by their indices, the later first, and their Jaccard index."""

    later: int
    earlier: int
    jaccard: float


def alike(sets: Sequence[frozenset[str]], threshold: float) -> Iterator[Alike]:
    """Yield for each set the most similar one before it, if their Jaccard index reaches ``threshold``.

    Args:
        sets: what to compare; an empty one is like no other.
        threshold: above 0, at most 1.
    """
    rank = _by_rarity(sets)
    bit = [1 << place % _BITS for place in range(len(rank))]
    signatures: list[int] = []
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
        # The union of two similar sets has at most size / threshold elements, of which they share up to size.
        own, most = reduce(xor, map(bit.__getitem__, elements), 0), size / threshold - size + 1e-9
        likely = [earlier for earlier in candidates if (own ^ signatures[earlier]).bit_count() <= most]
        signatures.append(own)
        found = ((_jaccard(one, sets[earlier]), -earlier) for earlier in likely)
        jaccard, earlier = max(found, default=(0.0, 0))
        if jaccard >= threshold:
            yield Alike(later, -earlier, jaccard)


def _by_rarity(sets: Iterable[frozenset[str]]) -> dict[str, int]:
    """Return the rank of each element by frequency, 0 for the rarest."""
    counts = Counter(chain.from_iterable(sets))
    ordered = sorted(sorted(counts), key=counts.__getitem__)
    return {element: place for place, element in enumerate(ordered)}


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)
