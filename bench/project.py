"""Projects of notes like those of a real book, in any size: the same seed gives the same files.

    python bench/project.py FOLDER NOTES [SEED]

Five kinds of note, 400 to 900 bytes each, 40 to a file; a third of the texts has markup. Each file is a
section of its chapter's outline, and its notes cover the section's points. Words come as often as they do
in English (Zipf's law), so that fronts share what real ones share; one concept in fifty repeats the one
before it but for a word, which lint shall find.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path

NOTES_A_FILE = 40
FILES_A_CHAPTER = 10
POINTS_A_FILE = 20
FEWEST_BYTES, MOST_BYTES = 400, 900
# How many notes of each kind a file has, in the order of a note file.
KINDS = {"concepts": 18, "red_flags": 7, "trade_offs": 4, "questions": 3, "clozes": 8}
_LISTS = [kind for kind, count in KINDS.items() for _ in range(count)]

_WORDS_A_LINE = 14
# Prompts, options and clozes have no markup: among the other texts it is more than a third.
_LIST, _MARKED = 0.2, 0.3
_ENDS = ("n", "st", "r", "ting", "l", "sor", "der", "ck", "m", "tion", "ve", "p", "x", "t", "ble", "d", "sh")
_SYLLABLES = [
    f"{start}{middle}{end}"
    for start in "bcdfghjklmnpqrstvw"
    for middle in ("a", "e", "i", "o", "u", "ea", "ou")
    for end in _ENDS
]
_VOCABULARY = _SYLLABLES + [f"{one}{two}" for one in _SYLLABLES[:200] for two in _SYLLABLES[:100]]
_WEIGHTS = list(accumulate(1 / (rank + 2.7) for rank in range(len(_VOCABULARY))))
# The commonest words, which nearly every note has: it then counts for the points that it covers.
_POINT = " ".join(_VOCABULARY[:3])
_CODE = """\
```sql
SELECT {0}, count(*) AS n
FROM {1}
WHERE {2} < current_date - 7
GROUP BY {0}
HAVING count(*) > 1;
```"""


def write_project(root: Path, notes: int, *, seed: int = 36, points_a_file: int = POINTS_A_FILE) -> None:
    """Write a project of ``notes`` notes into ``root``, file by file: it is never all in memory."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "deckgen.yaml").write_text("name: Bench\nid: bench\n", encoding="utf-8")
    files = -(-notes // NOTES_A_FILE)
    for first in range(0, files, FILES_A_CHAPTER):
        chapter = first // FILES_A_CHAPTER + 1
        folder = root / f"ch{chapter:03}"
        folder.mkdir()
        here = range(min(FILES_A_CHAPTER, files - first))
        (folder / "outline.yaml").write_text(_outline(chapter, len(here), points_a_file), encoding="utf-8")
        for file in here:
            count = min(NOTES_A_FILE, notes - (first + file) * NOTES_A_FILE)
            writer = _Writer(random.Random(f"{seed} {chapter} {file}"), file, points_a_file)  # noqa: S311
            (folder / f"notes-{file}.yaml").write_text(writer.notes(count), encoding="utf-8")


def edit_note(file: Path, number: int) -> None:
    """Edit the first concept of a note file as an author would; another ``number`` is another edit."""
    text = file.read_text(encoding="utf-8")
    edited = re.sub(r"(prompt: >-\n +)(?:Case \d+\. )?", rf"\g<1>Case {number}. ", text, count=1)
    file.write_text(edited, encoding="utf-8")


def _outline(chapter: int, sections: int, points: int) -> str:
    return f"id: ch{chapter:03}\nnumber: {chapter}\ntitle: Chapter {chapter}\nsections:\n" + "".join(
        f"  - id: section-{section}\n    title: Section {section}\n    points:\n"
        + "".join(f"      - {{id: point-{point}, text: {_POINT} {point}}}\n" for point in range(points))
        for section in range(sections)
    )


class _Writer:
    """Writes the notes of one file; all chance comes from ``rng``."""

    def __init__(self, rng: random.Random, file: int, points: int) -> None:
        self._rng = rng
        self._file = file
        self._points = points
        self._front: list[str] = []

    def notes(self, count: int) -> str:
        """Return the file's text."""
        lines: list[str] = []
        for index in range(count):
            if _LISTS[index] not in _LISTS[:index]:
                lines.append(f"{_LISTS[index]}:\n")
            lines.append(self._note(index))
        return "".join(lines)

    def _note(self, index: int) -> str:
        fields: dict[str, Callable[[int], Iterator[str]]] = {
            "concepts": self._concept,
            "red_flags": self._red_flag,
            "trade_offs": self._trade_off,
            "questions": self._question,
            "clozes": self._cloze,
        }
        while True:
            note = self._head(index) + "".join(fields[_LISTS[index]](index)) + "\n"
            if FEWEST_BYTES <= len(note) <= MOST_BYTES:
                return note

    def _head(self, index: int) -> str:
        points = {index % self._points: None, index * (1 + index % 3) % self._points: None}
        covers = ", ".join(f"section-{self._file}/point-{point}" for point in points)
        tags = f"tier::{'core' if index % 3 else 'more'}, topic::{self._rng.choice(_VOCABULARY[:50])}"
        source = f"Section {self._file}, page {index}"
        return (
            f"  - id: note-{self._file}-{index}\n    covers: [{covers}]\n"
            f"    tags: [{tags}]\n    source: {source}\n"
        )

    def _concept(self, index: int) -> Iterator[str]:
        repeats = index % NOTES_A_FILE == 10 and self._front
        self._front = [*self._front[:-1], *self._words(1)] if repeats else self._words(9, 16)
        yield f"    prompt: >-\n      What {' '.join(self._front)}?\n"
        yield self._text("answer", 12, 28)
        yield self._text("why", 16, 30)
        if index == 1:
            code = _CODE.format(*self._words(3)).replace("\n", "\n      ")
            yield f"    example: |\n      {code}\n"
        elif index % 4 == 0:
            yield self._text("example", 10, 20)

    def _red_flag(self, _index: int) -> Iterator[str]:
        yield self._text("says", 10, 18)
        yield self._text("signals", 10, 20)
        yield self._text("instead", 20, 35)
        yield self._text("principle", 6, 10)

    def _trade_off(self, _index: int) -> Iterator[str]:
        yield self._text("scenario", 12, 20)
        yield f"    option_a: {' '.join(self._words(1, 3))}\n    option_b: {' '.join(self._words(1, 3))}\n"
        yield self._text("choose_a", 12, 24)
        yield self._text("choose_b", 12, 24)
        yield self._text("decides", 8, 16)

    def _question(self, _index: int) -> Iterator[str]:
        yield self._text("ask", 7, 12)
        yield self._text("tests", 8, 14)
        for key, items in (("structure", 4), ("rubric", 4)):
            yield f"    {key}:\n" + "".join(f"      - {self._sentence(4, 8)}\n" for _ in range(items))
        yield self._text("strong", 25, 40)

    def _cloze(self, _index: int) -> Iterator[str]:
        words = self._words(18, 30)
        for number, place in enumerate(range(3, len(words), 8), 1):
            words[place] = f"{{{{c{number}::{words[place]}}}}}"
        yield f"    text: >-\n      {_folded(words)}.\n"
        yield self._text("extra", 14, 26)

    def _words(self, fewest: int, most: int = 0) -> list[str]:
        count = self._rng.randint(fewest, most or fewest)
        return self._rng.choices(_VOCABULARY, cum_weights=_WEIGHTS, k=count)

    def _text(self, key: str, fewest: int, most: int) -> str:
        """Return a key with a text: a list, or a sentence, with markup or without."""
        if self._rng.random() < _LIST:
            words = self._words(fewest, most)
            third = -(-len(words) // 3)
            items = (" ".join(words[start : start + third]) for start in range(0, len(words), third))
            return f"    {key}: |\n" + "".join(f"      - {item}\n" for item in items)
        return f"    {key}: >-\n      {self._sentence(fewest, most)}\n"

    def _sentence(self, fewest: int, most: int) -> str:
        words = self._words(fewest, most)
        words[0] = words[0].capitalize()
        if self._rng.random() < _MARKED:
            form = self._rng.choice(
                ("**{}**", "*{}*", "`{}_id`", "`{} = 7`", "[{0}](https://example.org/{0})")
            )
            place = self._rng.randrange(1, len(words))
            words[place] = form.format(words[place])
        return f"{_folded(words)}."


def _folded(words: list[str]) -> str:
    """Return words in lines, as a folded text stands in a file; a list item goes on in them as well."""
    lines = (words[start : start + _WORDS_A_LINE] for start in range(0, len(words), _WORDS_A_LINE))
    return "\n      ".join(map(" ".join, lines))


if __name__ == "__main__":
    write_project(Path(sys.argv[1]), int(sys.argv[2]), seed=int((*sys.argv[3:], "36")[0]))
