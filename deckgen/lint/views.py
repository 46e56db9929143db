"""What lint rules look at: notes with their texts as plain words, front and back told apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain

from deckgen.cloze.parser import Clozes, parse_markdown
from deckgen.lint.plain_text import plain_text
from deckgen.lint.similarity import alike
from deckgen.model.diagnostics import Span
from deckgen.model.note_type import NoteType
from deckgen.model.notes import Note
from deckgen.model.outline import Chapter
from deckgen.model.text import Text
from deckgen.model.values import Struct

_WORD = re.compile(r"\S*\w\S*")
_LETTER = re.compile(r"\w")
_WORD_OR_SIGN = re.compile(r"\w+|[^\w\s.,;:?!\"'`*()]+")
_NO_SIGNS = str.maketrans(dict.fromkeys(".,;:?!\"'`*()", " "))
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)
_ITEM = re.compile(r"^( {0,3})(?:[-*+]|\d{1,3}[.)])[ \t]+(?=\S)", re.MULTILINE)
_SENTENCE = re.compile(r"""[.!?]+["'”\u2019)\]]*(?=\s|$)""")
# A full stop after these ends no sentence.
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|resp|approx|incl|no|fig|dr|mr|ms|st)|\b[A-Z]|^\s*\d+)$", re.IGNORECASE
)


class TextView(Struct, eq=False, gc=False):
    """A text with its plain words. Offsets in ``plain`` are offsets in the text."""

    text: Text
    _plain: str | None = None
    _lower: str | None = None
    _words: list[str] | None = None
    _lists: list[list[int]] | None = None

    @property
    def plain(self) -> str:
        """The text with its markup blanked out."""
        if self._plain is None:
            self._plain = plain_text(self.text.value)
        return self._plain

    @property
    def lower(self) -> str:
        """The plain text in lower case, of the same length."""
        if self._lower is None:
            lower = self.plain.lower()
            self._lower = lower if len(lower) == len(self.plain) else self.plain
        return self._lower

    @property
    def words(self) -> list[str]:
        """The words of the plain text, punctuation still on them."""
        if self._words is None:
            # What _WORD finds, in a third of the time.
            self._words = [part for part in self.plain.split() if part[0].isalnum() or _LETTER.search(part)]
        return self._words

    def at(self, offset: int) -> Span:
        """Return the place of the character at ``offset``."""
        return self.text.at(offset)

    def start(self) -> Span:
        """Return the place where the plain words start."""
        match = _WORD.search(self.plain)
        return self.text.at(match.start()) if match else self.text.span

    def word_at(self, index: int) -> Span:
        """Return the place of a word by its index."""
        for number, match in enumerate(_WORD.finditer(self.plain)):
            if number == index:
                return self.text.at(match.start())
        return self.text.span

    def sentence_ends(self) -> list[int]:
        """Return the offset after each sentence."""
        ends = []
        for match in _SENTENCE.finditer(self.plain):
            before = self.plain[max(0, match.start() - 8) : match.start()]
            if match.group()[0] != "." or not _ABBREVIATION.search(before):
                ends.append(match.end())
        if self.plain[ends[-1] if ends else 0 :].strip():
            ends.append(len(self.plain.rstrip()))
        return ends

    @property
    def has_code_block(self) -> bool:
        """Whether a fenced block stands in the text."""
        return "```" in self.text.value or "~~~" in self.text.value

    def lists(self) -> list[list[int]]:
        """Return the outermost lists of the Markdown: the offset of each item's words."""
        if self._lists is None:
            self._lists = self._find_lists() if "\n" in self.text.value else []
        return self._lists

    def _find_lists(self) -> list[list[int]]:
        source = self.text.value
        fenced = code_block_ranges(source) if self.has_code_block else []
        found: list[list[int]] = []
        end = indent = -1
        for match in _ITEM.finditer(source):
            if any(start <= match.start() < stop for start, stop in fenced):
                continue
            gap = source[end : match.start()] if found else "\n\n"
            fresh = not found or re.search(r"\n[ \t]*\n(?! )\S", gap) is not None
            if fresh:
                found.append([])
                indent = len(match[1])
            if len(match[1]) <= indent + 1:
                found[-1].append(match.end())
                end = match.end()
        return found


def code_block_ranges(source: str) -> list[tuple[int, int]]:
    """Return where each fenced block starts and ends; an unclosed one ends with the text."""
    ranges = []
    opened: re.Match[str] | None = None
    for match in _FENCE.finditer(source):
        if opened is None:
            opened = match
        elif match[1].startswith(opened[1]):
            ranges.append((opened.start(), match.end()))
            opened = None
    return [*ranges, (opened.start(), len(source))] if opened else ranges


Field = tuple[TextView, ...]


class NoteView:
    """A note, with its fields by what they do on a card.

    ``fronts`` are prompts; ``contexts`` stand on a front and ask nothing; ``backs`` are what one recalls;
    ``spoken`` is said aloud; ``clozes`` hold deletions; ``fields`` are all of them by key. A field of one
    text has one view, a list one for each item. ``source`` is all texts as written: what is not in there, a
    rule need not look for in each.
    """

    __slots__ = (
        "_parsed_clozes",
        "_views",
        "backs",
        "clozes",
        "contexts",
        "fields",
        "fronts",
        "note",
        "note_type",
        "source",
        "spoken",
    )

    def __init__(self, note: Note, note_type: NoteType, roles: Mapping[str, str]) -> None:
        self.note = note
        self.note_type = note_type
        self.fields: dict[str, Field] = {}
        self.fronts: list[TextView] = []
        self.contexts: list[TextView] = []
        self.backs: list[Field] = []
        self.spoken: list[Field] = []
        self.clozes: list[TextView] = []
        self._parsed_clozes: list[tuple[TextView, Clozes]] | None = None
        for key, value in note.fields.items():
            views = (TextView(value),) if isinstance(value, Text) else tuple(map(TextView, value))
            self.fields[key] = views
            role = roles[key]
            if role == "back":
                self.backs.append(views)
            elif role == "front":
                self.fronts += views
            elif role == "spoken":
                self.spoken.append(views)
            elif role == "context":
                self.contexts += views
            elif role == "cloze":
                self.clozes += views
        self._views = tuple(chain.from_iterable(self.fields.values()))
        self.source = "\n".join([view.text.value for view in self._views])

    def views(self) -> tuple[TextView, ...]:
        """Return each text of the note."""
        return self._views

    def first(self, key: str) -> TextView | None:
        """Return a field's text, None where the note has none."""
        field = self.fields.get(key)
        return field[0] if field else None

    def whole_front(self) -> list[TextView]:
        """Return all that the note shows before it is answered; a cloze's text counts as its front."""
        return self.contexts + self.fronts + self.clozes

    def front_words(self) -> frozenset[str]:
        """Return the words of the whole front, and the signs that code is made of: `<<` is not `>>`."""
        front = "\n".join([view.text.value for view in self.whole_front()]).casefold()
        words = front.translate(_NO_SIGNS).split()
        # Where nothing but words is left, these are what the pattern finds, in a third of the time.
        return frozenset(words if "".join(words).isalnum() else _WORD_OR_SIGN.findall(front))

    def pair(self) -> tuple[TextView, Field] | None:
        """Return the first prompt and the one field that answers it; None where that is not so simple."""
        return (self.fronts[0], self.backs[0]) if len(self.backs) == 1 and self.fronts else None

    def back_lists(self) -> Iterator[Sequence[Callable[[], Span]]]:
        """Return the lists that are to be recalled: what gives the place of each item."""
        for field in self.backs:
            if len(field) > 1:
                yield [view.start for view in field]
            for view in field:
                for items in view.lists():
                    yield [partial(view.at, offset) for offset in items]

    def parsed_clozes(self) -> Sequence[tuple[TextView, Clozes]]:
        """Return each text that makes cards of its deletions, with what the parser found in it."""
        if self._parsed_clozes is None:
            self._parsed_clozes = [(view, parse_markdown(view.text.value)) for view in self.clozes]
        return self._parsed_clozes


class DeckView:
    """All notes of a project, and its outlines."""

    # Rules on likeness look at pairs from here up.
    LEAST_ALIKE = 0.6

    def __init__(self, notes: Sequence[NoteView], chapters: Mapping[str, Chapter]) -> None:
        self.notes = notes
        self.chapters = chapters
        self._alike: list[tuple[NoteView, NoteView, float]] | None = None

    def alike_fronts(self) -> list[tuple[NoteView, NoteView, float]]:
        """Return each note with the one before it whose front is most like its own, and how much.

        The measure is the Jaccard index of the words; pairs below ``LEAST_ALIKE`` are left out.
        """
        if self._alike is None:
            sets = [note.front_words() for note in self.notes]
            self._alike = [
                (self.notes[pair.later], self.notes[pair.earlier], pair.jaccard)
                for pair in alike(sets, self.LEAST_ALIKE)
            ]
        return self._alike


def view_notes(notes: Iterable[Note], note_types: Mapping[str, NoteType]) -> list[NoteView]:
    """Return a view of each note; its plain text is worked out once for all rules."""
    roles = {kind: roles_of(note_type) for kind, note_type in note_types.items()}
    return [NoteView(note, note_types[note.kind], roles[note.kind]) for note in notes]


def roles_of(note_type: NoteType) -> dict[str, str]:
    """Return what each field of a note type does on its cards, by key; empty where nothing is known."""
    cloze_keys = note_type.cloze_keys()
    return {field.key: "cloze" if field.key in cloze_keys else field.role for field in note_type.fields}
