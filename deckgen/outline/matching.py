"""Finds the section and the point of an outline that a chapter's heading or line most likely is."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from os.path import commonprefix

from deckgen.model.outline import Point, Section
from deckgen.outline.point_ids import telling_words
from deckgen.outline.taken_outline import TakenPoint, TakenSection

_WORD = re.compile(r"[^\W_]+")

# difflib's own threshold for a close match within a section; in other sections a match must be closer, since
# short labels resemble each other.
_NEAR, _FAR = 0.6, 0.8
# Likeness of texts with the same words, and of texts with forms of them: enough within a section only.
_SAME_WORDS, _SAME_STEMS = 0.9, 0.7
# Two words are forms of one if they share this much of the shorter one, or are at least this similar.
_STEM, _SPELLING = 2 / 3, 0.85
# So few texts are all compared. Of more, only those that share a word or its beginning, unless it is in more
# than `_COMMON` texts: that would be slow, and such a word tells nothing.
_FEW = 25
_COMMON = 50
_CANDIDATES = 10
_BEGINNING = 3

_Index = tuple[int, int]
_Old = tuple[Section, Point]


def says_the_same(line: TakenPoint, text: str) -> bool:
    """Tell whether ``text`` has all the words of a chapter's line."""
    words = set(_words(text))
    return bool(words) and (words >= set(_words(line.text)) or words >= set(_words(line.words)))


def titles_agree(one: str, other: str) -> bool:
    """Tell whether one of two titles has all the telling words of the other."""
    first, second = set(telling_words(one)), set(telling_words(other))
    return first <= second or second <= first


def match_sections(headings: Sequence[TakenSection], sections: Sequence[Section]) -> dict[int, Section]:
    """Find the section of each of the chapter's headings: by title, id, points, or a similar title."""
    homes: dict[int, Section] = {}
    free = {id(section): section for section in sections}

    def settle(pairs: Iterable[tuple[int, Section]]) -> None:
        for index, section in pairs:
            if index not in homes and id(section) in free:
                homes[index] = free.pop(id(section))

    titles = defaultdict[tuple[str, ...], list[Section]](list)
    for section in sections:
        titles[_words(section.title.value)].append(section)
    settle((index, old) for index, heading in enumerate(headings) for old in titles[_words(heading.title)])
    ids = {section.id.value: section for section in sections}
    settle((index, ids[heading.id]) for index, heading in enumerate(headings) if heading.id in ids)
    settle(_by_points(headings, sections))
    settle(_by_title(headings, homes, tuple(free.values())))
    return homes


def _by_points(
    headings: Sequence[TakenSection], sections: Sequence[Section]
) -> Iterator[tuple[int, Section]]:
    """Yield pairs that share points, those that share most first."""
    homes = defaultdict[tuple[str, ...], list[Section]](list)
    for section in sections:
        for point in section.points:
            homes[_words(point.text.value)].append(section)
    votes: Counter[tuple[int, int]] = Counter()
    for index, heading in enumerate(headings):
        for new in heading.points:
            for section in homes.get(_words(new.text), homes.get(_words(new.words), []))[:_CANDIDATES]:
                votes[index, id(section)] += 1
    known = {id(section): section for section in sections}
    for (index, section_id), count in votes.most_common():
        if 2 * count >= len(headings[index].points):
            yield index, known[section_id]


def _by_title(
    headings: Sequence[TakenSection], homes: dict[int, Section], free: Sequence[Section]
) -> list[tuple[int, Section]]:
    loose = [index for index in range(len(headings)) if index not in homes]
    pairs = _alike([headings[index].title for index in loose], [section.title.value for section in free])
    return [(loose[new], free[old]) for score, new, old in pairs if score >= _NEAR]


def pair_points(
    headings: Sequence[TakenSection], sections: Sequence[Section], homes: dict[int, Section]
) -> dict[_Index, _Old]:
    """Find the point of each of the chapter's lines: in its own section first, then in all, last by id."""
    pairs: dict[_Index, _Old] = {}
    for index, home in homes.items():
        new = {(index, at): point for at, point in enumerate(headings[index].points)}
        pairs |= _pairs(new, [(home, point) for point in home.points], _NEAR)
    new = {
        (index, at): point
        for index, heading in enumerate(headings)
        for at, point in enumerate(heading.points)
        if (index, at) not in pairs
    }
    old = [(section, point) for section in sections for point in section.points]
    pairs |= _pairs(new, _unused(old, pairs), _FAR)
    free = {(section.id.value, point.id.value): (section, point) for section, point in _unused(old, pairs)}
    for index, home in homes.items():
        for at, line in enumerate(headings[index].points):
            if (index, at) not in pairs and (home.id.value, line.id) in free:
                pairs[index, at] = free.pop((home.id.value, line.id))
    return pairs


def _pairs(new: Mapping[_Index, TakenPoint], old: Sequence[_Old], least: float) -> dict[_Index, _Old]:
    """Pair lines with points: the same words first, then the most similar ones, ``least`` alike or more."""
    by_words = defaultdict[tuple[str, ...], list[_Old]](list)
    for candidate in reversed(old):
        by_words[_words(candidate[1].text.value)].append(candidate)
    pairs: dict[_Index, _Old] = {}
    for place, line in new.items():
        same = by_words.get(_words(line.text)) or by_words.get(_words(line.words))
        if same:
            pairs[place] = same.pop()
    loose, free = [place for place in new if place not in pairs], dict(enumerate(_unused(old, pairs)))
    texts = [point.text.value for _, point in free.values()]
    for score, at, where in _alike([new[place].words for place in loose], texts):
        if score >= least and loose[at] not in pairs and where in free:
            pairs[loose[at]] = free.pop(where)
    return pairs


def _unused(old: Iterable[_Old], pairs: Mapping[_Index, _Old]) -> list[_Old]:
    used = {id(point) for _, point in pairs.values()}
    return [candidate for candidate in old if id(candidate[1]) not in used]


def _alike(new: Sequence[str], old: Sequence[str]) -> list[tuple[float, int, int]]:
    """Return (likeness, index, index) of texts with something in common, the most similar first."""
    index = defaultdict[str, list[int]](list)
    for at, text in enumerate(old):
        for key in _keys(text):
            index[key].append(at)
    scored = []
    for number, text in enumerate(new):
        shared = Counter(at for key in sorted(_keys(text)) if len(index[key]) <= _COMMON for at in index[key])
        candidates = [at for at, _ in shared.most_common(_CANDIDATES)] if len(old) > _FEW else range(len(old))
        scored += [(_likeness(text, old[at]), number, at) for at in candidates]
    return sorted(scored, key=lambda found: (-found[0], found[1], found[2]))


def _keys(text: str) -> set[str]:
    words = set(telling_words(text))
    return words | {word[:_BEGINNING] for word in words}


def _likeness(new: str, old: str) -> float:
    """Return how similar two texts are, from 0 to 1; 0 if they share no telling word in any form."""
    first, second = set(telling_words(new)), set(telling_words(old))
    if not (first and second):
        return 0
    least = 0.0
    if first <= second or second <= first:
        least = _SAME_WORDS
    elif _has_forms_of(first, second) or _has_forms_of(second, first):
        least = _SAME_STEMS
    elif first.isdisjoint(second):
        return 0
    return max(least, _ratio(" ".join(_words(new)), " ".join(_words(old))))


def _has_forms_of(words: set[str], others: set[str]) -> bool:
    """Tell whether each of ``others`` is among ``words`` in some form."""
    return all(any(_is_form_of(word, other) for word in words) for other in others)


def _is_form_of(one: str, other: str) -> bool:
    """Tell whether two words are one in another form or spelling: retry, retries; colour, color.

    Words are inflected at their ends. Another beginning is another meaning (encode, decode), as is ``-less``.
    """
    if one == other:
        return True
    if one[0] != other[0] or one.endswith("less") != other.endswith("less"):
        return False
    start = commonprefix((one, other))  # noqa: RUF071 - these are words, not paths
    least = _NEAR if len(start) > _STEM * min(len(one), len(other)) else _SPELLING
    return 2 * min(len(one), len(other)) >= least * (len(one) + len(other)) and _ratio(one, other) >= least


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold().replace("’", "").replace("'", "")))
