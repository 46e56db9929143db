"""What lint rules look at: notes, their fields by role, their texts as plain words."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice

from deckgen.cloze.parser import Clozes, parse_markdown
from deckgen.lint.plain_text import without_markup
from deckgen.lint.similarity import alike
from deckgen.model.diagnostics import Span
from deckgen.model.note_type import NoteType
from deckgen.model.notes import Note
from deckgen.model.outline import Chapter
from deckgen.model.text import Text
from deckgen.model.values import Struct

WORD = re.compile(r"\S*\w\S*")
_LETTER = re.compile(r"\w")
_WORD_OR_SIGN = re.compile(r"\w+|[^\w\s.,;:?!\"'`*()]+")
_NO_SIGNS = str.maketrans(dict.fromkeys(".,;:?!\"'`*()", " "))
_FENCE = re.compile(r"^ {0,3}(`{3,}(?=[^`\n]*$)|~{3,})([^\n]*)", re.MULTILINE)
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
            self._plain = without_markup(self.text.value)
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
            # What WORD finds, in a third of the time.
            self._words = [part for part in self.plain.split() if part[0].isalnum() or _LETTER.search(part)]
        return self._words

    def at(self, offset: int) -> Span:
        """Return the place of the character at ``offset``."""
        return self.text.at(offset)

    def as_written(self, escape: str) -> str:
        """Return what has backslashes as it is written in this text: in double quotes each one twice."""
        return escape.replace("\\", "\\\\") if self.text.style == '"' else escape

    def start(self) -> Span:
        """Return the place where the plain words start."""
        return self.word_at(0)

    def word_at(self, index: int) -> Span:
        """Return the place of a word by its index."""
        match = next(islice(WORD.finditer(self.plain), index, None), None)
        return self.text.at(match.start()) if match else self.text.span

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
    """Return the start and end of each fenced block; an unclosed one ends with the text."""
    ranges = []
    opened: re.Match[str] | None = None
    for match in _FENCE.finditer(source):
        if opened is None:
            opened = match
        elif match[1].startswith(opened[1]) and not match[2].strip():
            ranges.append((opened.start(), match.end()))
            opened = None
    return [*ranges, (opened.start(), len(source))] if opened else ranges


Field = tuple[TextView, ...]


class NoteView:
    """A note, with its fields by their roles (docs/format.md).

    ``fronts`` ask; ``contexts`` stand on a front and ask nothing; ``backs`` are what one recalls; ``clozes``
    hold deletions. A field of one text has one view, a list one for each item. ``source`` is all
    texts in one, so that one can see at once that none of them holds what is looked for.
    """

    __slots__ = (
        "_by_role",
        "_parsed_clozes",
        "_views",
        "backs",
        "clozes",
        "contexts",
        "fronts",
        "note",
        "note_type",
        "source",
    )

    def __init__(self, note: Note, note_type: NoteType, roles: Mapping[str, Collection[str]]) -> None:
        self.note = note
        self.note_type = note_type
        self._by_role: dict[str, list[Field]] = {}
        self._parsed_clozes: list[tuple[TextView, Clozes]] | None = None
        fields: list[Field] = []
        for key, value in note.fields.items():
            views = (TextView(value),) if isinstance(value, Text) else tuple(map(TextView, value))
            fields.append(views)
            for role in roles[key] or ("",):
                self._by_role.setdefault(role, []).append(views)
        self.fronts, self.contexts = self.texts("asks"), self.texts("context")
        self.backs, self.clozes = self.having("answers"), self.texts("cloze")
        self._views = tuple(chain.from_iterable(fields))
        self.source = "\n".join([view.text.value for view in self._views])

    def views(self) -> tuple[TextView, ...]:
        """Return each text of the note."""
        return self._views

    def views_with(self, *signs: str) -> list[TextView]:
        """Return each text of the note that holds one of the ``signs``."""
        if not any(map(self.source.__contains__, signs)):  # as in most notes
            return []
        return [view for view in self._views if any(map(view.text.value.__contains__, signs))]

    def having(self, role: str) -> Sequence[Field]:
        """Return the fields that have a role; ``""`` for those that have none."""
        return self._by_role.get(role, ())

    def texts(self, role: str) -> list[TextView]:
        """Return the texts of the fields that have a role."""
        return list(chain.from_iterable(self.having(role)))

    def whole_front(self) -> list[TextView]:
        """Return all that the note shows before it is answered, a cloze's text included."""
        return self.contexts + self.fronts + self.clozes

    def front_words(self) -> frozenset[str]:
        """Return the words and signs of the whole front: the signs tell `a << b` from `a >> b`."""
        front = "\n".join([view.text.value for view in self.whole_front()]).casefold()
        words = front.translate(_NO_SIGNS).split()
        # Without signs, splitting finds what the pattern finds, in a third of the time.
        return frozenset(words if "".join(words).isalnum() else _WORD_OR_SIGN.findall(front))

    def pair(self) -> tuple[TextView, Field] | None:
        """Return the first question and its answer; None if there is no question, or not just one answer."""
        return (self.fronts[0], self.backs[0]) if len(self.backs) == 1 and self.fronts else None

    def back_lists(self) -> Iterator[Sequence[Callable[[], Span]]]:
        """Return each list among the answers, as functions that return the place of an item."""
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

    # No rule looks at pairs that are less alike.
    LEAST_ALIKE = 0.6

    def __init__(self, notes: Sequence[NoteView], chapters: Mapping[str, Chapter]) -> None:
        self.notes = notes
        self.chapters = chapters
        self._alike: list[tuple[NoteView, NoteView, float]] | None = None

    def alike_fronts(self) -> list[tuple[NoteView, NoteView, float]]:
        """Return pairs of a note and the earlier note whose front is most like its own.

        The third value is the Jaccard index of their words, ``LEAST_ALIKE`` or more.
        """
        if self._alike is None:
            sets = [note.front_words() for note in self.notes]
            self._alike = [
                (self.notes[pair.later], self.notes[pair.earlier], pair.jaccard)
                for pair in alike(sets, self.LEAST_ALIKE)
            ]
        return self._alike


def view_notes(notes: Iterable[Note], note_types: Mapping[str, NoteType]) -> list[NoteView]:
    """Return a view of each note; all rules share its plain text."""
    roles = {kind: note_type.roles() for kind, note_type in note_types.items()}
    return [NoteView(note, note_types[note.kind], roles[note.kind]) for note in notes]
