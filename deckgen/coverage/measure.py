"""Coverage: which points of the outlines are taught, by which notes, and which notes teach no point."""

from collections.abc import Collection, Iterable, Mapping

from deckgen.coverage.claims import Claims
from deckgen.coverage.nearest_points import PointFinder
from deckgen.model.diagnostics import Code, Finding, Severity
from deckgen.model.ids import KEBAB
from deckgen.model.notes import Note
from deckgen.model.outline import Chapter, Point, Section, is_point
from deckgen.model.text import Text
from deckgen.model.values import Struct

POINT_UNCOVERED = Code(
    "point-uncovered",
    Severity.WARNING,
    "A point of the outline is taught by no note",
    "The outline says what the chapter wants known. A point without a note will not be known.",
)
POINT_LACKS_KIND = Code(
    "point-lacks-kind",
    Severity.WARNING,
    "A point lacks a kind of note that it needs",
    "`needs` in the outline says which kinds must teach a point: a red flag is known when one can say it "
    "better, a trade-off when one can argue both sides.",
)
POINT_LACKS_CARDS = Code(
    "point-lacks-cards",
    Severity.WARNING,
    "A point has fewer cards than it needs",
    "`needs: {cards: 2}` in the outline asks for a point to be taught by that many cards.",
)
COVERS_UNKNOWN = Code(
    "covers-unknown",
    Severity.ERROR,
    "A note covers a point that does not exist",
    "A point is named `section/point` in the note's own chapter, or `chapter/section/point`.",
    bad="covers: [ownership/end-to-ned]",
    good="covers: [ownership/end-to-end]",
)
COVERS_NOTHING = Code(
    "covers-nothing",
    Severity.WARNING,
    "A note covers no point",
    "Either the outline lacks a point, or the note teaches what nobody asked for.",
    bad="- id: blast-radius\n  prompt: What is a blast radius?",
    good="- id: blast-radius\n  covers: [ownership/downstream-impact]\n  prompt: What is a blast radius?",
)
COVERS_TWICE = Code(
    "covers-twice",
    Severity.WARNING,
    "A note names a point twice",
    "It counts once. The second name was most likely meant to be another point.",
    bad="covers: [ownership/end-to-end, ownership/end-to-end]",
    good="covers: [ownership/end-to-end, ownership/not-waiting]",
)
# What an outline's points lack, each at its place there.
OF_POINTS = (POINT_UNCOVERED, POINT_LACKS_KIND, POINT_LACKS_CARDS)
CODES = (*OF_POINTS, COVERS_UNKNOWN, COVERS_NOTHING, COVERS_TWICE)


class TeachingNote(Struct, frozen=True, gc=False):
    """A note that teaches a point: its kind and full id, and how many cards and points it has in all."""

    kind: str
    note_id: str
    cards: int
    points: int


class PointCoverage(Struct, frozen=True, gc=False):
    """One point, the notes that teach it, and the full ids of others that name it.

    ``drafts`` will teach it; ``refused`` are notes whose claim to teach it does not count.
    """

    chapter: Chapter
    section: Section
    point: Point
    taught_by: tuple[TeachingNote, ...]
    drafts: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def local_id(self) -> str:
        """The point's id in its chapter: ``ownership/end-to-end``."""
        return f"{self.section.id.value}/{self.point.id.value}"

    @property
    def full_id(self) -> str:
        """The point's id in the project: ``ch36/ownership/end-to-end``."""
        return f"{self.chapter.id.value}/{self.local_id}"

    @property
    def notes(self) -> dict[str, tuple[str, ...]]:
        """The full ids of the notes that teach the point, by kind."""
        return {
            kind: tuple(note.note_id for note in self.taught_by if note.kind == kind)
            for kind in dict.fromkeys(self.kinds)
        }

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of each note that teaches the point."""
        return tuple(note.kind for note in self.taught_by)

    @property
    def note_ids(self) -> tuple[str, ...]:
        """The full ids of the notes that teach the point, kind by kind."""
        return tuple(note_id for ids in self.notes.values() for note_id in ids)

    @property
    def cards(self) -> int:
        """How many cards the notes that teach the point make."""
        return sum(note.cards for note in self.taught_by)

    @property
    def missing_kinds(self) -> tuple[str, ...]:
        """The kinds that the point needs and has no note of."""
        return tuple(kind for kind in self.point.needs if kind not in self.kinds)

    @property
    def missing_cards(self) -> int:
        """How many cards the point has too few."""
        return max(0, self.point.cards - self.cards)

    def needs_in_words(self) -> str:
        """Return what the point has too little of, ``needs red_flags, 2 cards``; else an empty text."""
        cards = (f"{self.point.cards} cards",) if self.missing_cards and self.point.cards > 1 else ()
        wanted = (*self.missing_kinds, *cards)
        return f"needs {', '.join(wanted)}" if wanted else ""

    @property
    def is_taught(self) -> bool:
        """Whether notes teach the point, with the kinds and cards that it needs: one card at least."""
        return not self.missing_kinds and not self.missing_cards

    @property
    def is_in_passing(self) -> bool:
        """Whether the point is taught, but only on cards that teach others too."""
        return self.is_taught and all(note.cards < note.points for note in self.taught_by)

    @property
    def is_on_one_card(self) -> bool:
        """Whether the point is taught by a single card."""
        return self.is_taught and self.cards == 1


class UnknownPoint(Struct, frozen=True):
    """A name in a note's ``covers`` that is not a point, and up to three points that may be meant."""

    note: Note
    name: Text
    nearest: tuple[str, ...]


class Count(Struct, frozen=True):
    """How many points there are, and how many of them are taught."""

    taught: int
    points: int

    @property
    def percent(self) -> int:
        """Whole per cent of the points that are taught, rounded down; 100 where there is none."""
        return 100 * self.taught // self.points if self.points else 100

    def is_below(self, limit: float) -> bool:
        """Whether fewer per cent than ``limit`` are taught, not rounded."""
        return 100 * self.taught < limit * self.points


class Coverage(Struct, frozen=True):
    """The coverage of each point of some chapters, in their order.

    ``idle`` are the notes whose ``covers`` is empty; ``unknown`` the names in ``covers`` that are not points.
    """

    points: tuple[PointCoverage, ...]
    idle: tuple[Note, ...] = ()
    unknown: tuple[UnknownPoint, ...] = ()

    @property
    def count(self) -> Count:
        """How many of the points are taught."""
        return Count(sum(point.is_taught for point in self.points), len(self.points))


class CoverageMeter:
    """Measures coverage note by note: ``add`` each note, then ask for the ``result`` once.

    ``chapters`` are by id; notes may teach points of each.
    """

    def __init__(self, chapters: Mapping[str, Chapter]) -> None:
        self._chapters = chapters
        # Without an outline that asks for something, the notes of a chapter need cover nothing.
        self._asking = frozenset(name for name, chapter in chapters.items() if chapter.points)
        self._taught_by: dict[str, list[TeachingNote]] = {}
        self._refused: dict[str, list[str]] = {}
        self._drafts: dict[str, list[str]] = {}
        self._faulty: dict[str, list[str]] = {}
        self._idle: list[Note] = []
        self._unknown: list[UnknownPoint] = []
        self._findings: list[Finding] = []
        self._finder: PointFinder | None = None

    def result(self) -> tuple[Coverage, list[Finding]]:
        """Return the coverage of every point, and the findings on points and on ``covers``."""
        points = tuple(
            PointCoverage(
                chapter,
                section,
                point,
                tuple(self._taught_by.pop(name, ())),
                tuple(self._drafts.get(name, ())),
                tuple(self._refused.get(name, ())),
            )
            for chapter in self._chapters.values()
            for name, (section, point) in chapter.points.items()
        )
        coverage = Coverage(points, tuple(self._idle), tuple(self._unknown))
        return coverage, self._findings + [
            finding
            for point in points
            if not point.is_taught and KEBAB.match(point.point.id.value)
            for finding in point_findings(point, self._faulty.get(point.full_id, ()))
        ]

    def add(self, note: Note, claims: Claims, cards: int) -> None:
        """Count a note for the points that it teaches.

        Args:
            note: a draft teaches nothing, nor does one that is faulty, whatever it names.
            claims: which of its claims count.
            cards: how many it makes.
        """
        covered = note.points
        if not covered and note.id.value and "covers" not in note.unread and note.chapter in self._asking:
            self._add_idle(note)
        seen = set()
        for name, text in covered:
            if name in seen:
                message, hint = f"`{text.value}` is named twice.", "Delete it, or name the other one."
                self._findings.append(COVERS_TWICE.at(text.span, message, hint))
            elif not is_point(name, self._chapters):
                self._add_unknown(note, name, text)
            elif note.is_faulty:
                self._faulty.setdefault(name, []).append(note.kind)
            elif note.draft:
                self._drafts.setdefault(name, []).append(note.full_id)
            seen.add(name)
        teaching = TeachingNote(note.kind, note.full_id, cards, len(claims.counted))
        for name in claims.counted:
            self._taught_by.setdefault(name, []).append(teaching)
        for name in claims.refused:
            self._refused.setdefault(name, []).append(note.full_id)

    def _add_idle(self, note: Note) -> None:
        self._idle.append(note)
        message = f"The note `{note.id.value}` covers no point of an outline."
        hint = "Add `covers: [section/point]`, or the point to the outline."
        self._findings.append(COVERS_NOTHING.at(note.id.span, message, hint))

    def _add_unknown(self, note: Note, name: str, text: Text) -> None:
        if (outline := self._chapters.get(name.partition("/")[0])) and outline.is_partial:
            return  # the point may stand in what could not be read
        points = (name for chapter in self._chapters.values() for name in chapter.points)
        self._finder = self._finder or PointFinder(points)
        unknown = UnknownPoint(note, text, self._finder.nearest(name, note.chapter))
        self._unknown.append(unknown)
        hint = "Name a point of the outline, as `section/point`."
        if unknown.nearest:
            *others, last = (f"`{point}`" for point in unknown.nearest)
            hint = f"Did you mean {', '.join(others)} or {last}?" if others else f"Did you mean {last}?"
        self._findings.append(COVERS_UNKNOWN.at(text.span, f"There is no point `{text.value}`.", hint))


def point_findings(coverage: PointCoverage, faulty: Collection[str] = ()) -> Iterable[Finding]:
    """Report that a point has no note, or lacks the kinds or the cards that it needs.

    ``faulty`` are the kinds of which a note with errors names the point: mended, it will teach it.
    """
    point, name, span = coverage.point, coverage.local_id, coverage.point.id.span
    finish = "".join(f"Finish the draft `{note_id}`, or w" for note_id in coverage.drafts[:1])
    mend = "".join(f"Mend what `{note_id}` covers, or w" for note_id in coverage.refused[:1])
    start = finish or mend or "W"
    if not coverage.taught_by and not faulty:
        message = f"No note teaches `{name}`: {' '.join(point.text.value.split())}"
        yield POINT_UNCOVERED.at(span, message, f"{start}rite a note with `covers: [{name}]`.")
        return
    for kind in (kind for kind in coverage.missing_kinds if kind not in faulty):
        message = f"`{name}` needs a note of the kind `{kind}` and has none."
        hint = f"{start}rite one under `{kind}:` with `covers: [{name}]`."
        yield POINT_LACKS_KIND.at(span, message, hint)
    if coverage.missing_cards and not faulty:
        message = f"`{name}` needs {point.cards} cards and has {coverage.cards}."
        yield POINT_LACKS_CARDS.at(span, message, f"{start}rite another note with `covers: [{name}]`.")
