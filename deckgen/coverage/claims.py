"""Weighs what a note claims to teach: a claim that its cards cannot keep does not count.

How alike a note and a point are is the share of the point's pieces, runs of four letters, that the note
has as well. It works in any language, without stems or lists of words. docs/coverage.md says how well.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from string import punctuation

from deckgen.model.diagnostics import Code, Finding, Severity
from deckgen.model.notes import Note
from deckgen.model.outline import Point, Section
from deckgen.model.text import Text
from deckgen.model.values import Struct

COVERS_UNLIKE = Code(
    "covers-unlike",
    Severity.WARNING,
    "A note has little in common with a point that it covers",
    "A note that has almost nothing in common with a point most likely teaches something else, so it does "
    "not count for the point. One with little in common counts. `because` says why a note teaches a point "
    "in other words; it then counts without a warning.",
    bad="- id: refund-order\n  covers: [basics/retries]\n  prompt: What does a refund need?",
    good="- id: refund-order\n  covers: [{point: basics/retries, because: a refund is sent again}]\n"
    "  prompt: What does a refund need?",
)
COVERS_TOO_MANY = Code(
    "covers-too-many",
    Severity.WARNING,
    "A note covers more points than its cards can teach",
    "A card teaches three points at the most, and a note one for each dozen words. The first that it names "
    "count. Neither figure is one to aim for: most cards teach one point.",
    bad="covers: [basics/retries, basics/jitter, basics/backoff, basics/limits]",
    good="covers: [basics/retries]",
)
CODES = (COVERS_UNLIKE, COVERS_TOO_MANY)

_POINTS_A_CARD, _WORDS_A_POINT = 3, 12
# Shares of a point's pieces: a note with less is unlike it, or hardly like it (docs/coverage.md).
_UNLIKE, _WEAK = 1 / 10, 1 / 7
_PIECE = 4
# Chinese and Japanese write without spaces, each sign (Han) about as much as a short word.
_SIGN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_SPACES = str.maketrans(dict.fromkeys(punctuation, " "))
# Strings, since a set with signs takes milliseconds to compile, and most texts have none.
_WORD, _WORD_OR_SIGN = r"[^\W_]+", rf"[{_SIGN}]|[^\W_{_SIGN}]+"
_CACHED_POINTS = 1_000  # those of a few chapters: notes of one point stand near each other


class Claims(Struct, frozen=True):
    """The full ids of the points that a note claims: those that it counts for, and those that it does not."""

    counted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


class ClaimScale:
    """Weighs the claims of notes.

    ``points`` are those of all outlines, by their full ids.
    """

    def __init__(self, points: Mapping[str, tuple[Section, Point]]) -> None:
        self._points = points

    def weigh(self, note: Note, cards: int) -> tuple[Claims, list[Finding]]:
        """Return which claims of a note count, and what is wrong with them.

        Args:
            note: names in its ``covers`` that are no points are passed over.
            cards: how many it makes.
        """
        claimed = {name: text for name, text in note.points if name in self._points}
        if note.draft or note.is_faulty or not cards or not claimed:
            return Claims(), []
        words = _words(_text_of(note))
        said = f" {' '.join(words)}"
        findings: list[Finding] = []
        alike = [name for name, text in claimed.items() if self._is_alike(note, name, text, said, findings)]
        room = min(_POINTS_A_CARD * cards, -(-len(words) // _WORDS_A_POINT))
        if room < len(alike):
            findings.append(_too_many(note, claimed[alike[room]], len(alike), room))
        counted = tuple(alike[:room])
        return Claims(counted, tuple(name for name in claimed if name not in counted)), findings

    def _is_alike(self, note: Note, name: str, text: Text, said: str, findings: list[Finding]) -> bool:
        """Tell whether a note counts for a point by its words, or by a reason that it gives."""
        share = 1.0 if text.value in note.reasons else _share(self._points[name][1].text.value, said)
        if share < _WEAK:
            point = " ".join(self._points[name][1].text.value.split())
            little, end = (
                ("almost nothing", " and does not count for it") if share < _UNLIKE else ("little", "")
            )
            message = f"`{note.id.value}` has {little} in common with `{text.value}` ({point}){end}."
            hint = "Use the point's words, delete it here, or say why: "
            hint += f"`covers: [{{point: {text.value}, because: …}}]`."
            findings.append(COVERS_UNLIKE.at(text.span, message, hint))
        return share >= _UNLIKE


def _too_many(note: Note, first: Text, claimed: int, room: int) -> Finding:
    names, teaches = f"`{note.id.value}` covers {claimed} points", f"teaches {room} at the most"
    message = f"{names} and {teaches}: it does not count from `{first.value}` on."
    hint = "Keep the points that its cards ask for, and write notes of their own for the others."
    return COVERS_TOO_MANY.at(first.span, message, hint)


def _text_of(note: Note) -> str:
    values = note.fields.values()
    return " ".join(
        [text.value for value in values for text in (value if isinstance(value, tuple) else (value,))]
    )


def _words(text: str) -> list[str]:
    lower = text.casefold()
    if lower.isascii():  # what _WORD finds, several times as fast
        return lower.translate(_SPACES).split()
    return re.findall(_WORD_OR_SIGN if _may_have_signs(lower) else _WORD, lower)


def _may_have_signs(text: str) -> bool:
    return max(text, default="") >= _SIGN[0]


def _share(point: str, said: str) -> float:
    """Return which share of a point's pieces stands in words, each with a space before; 1 if it has none."""
    pieces = _pieces(point)
    return sum(map(said.__contains__, pieces)) / len(pieces) if pieces else 1.0


@lru_cache(_CACHED_POINTS)
def _pieces(point: str) -> frozenset[str]:
    """Return the runs of four letters in words, a space before each word; a Han sign is one itself."""
    words = _words(point)
    spaced = [f" {word}" for word in words]
    runs = [word[at : at + _PIECE] for word in spaced for at in range(len(word) - _PIECE + 1)]
    signs = [word for word in words if re.match(f"[{_SIGN}]", word)] if _may_have_signs(point) else []
    return frozenset([*runs, *signs])
