"""What a lint rule is: its code, where it comes from, its limits, how often it was right, its check.

Each rule has a file of its own in ``rules/``. Its examples are complete note files, which the tests run;
``docs/rules.md`` is written from the examples and figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from deckgen.lint.views import DeckView, NoteView
from deckgen.model.diagnostics import Code, Severity, Span
from deckgen.model.notes import Note
from deckgen.model.text import Edit

PROMPTS, CLOZES, TEXT, KINDS, DECK = "prompts", "clozes", "text", "kinds", "deck"
GROUPS = {
    PROMPTS: "Questions and answers that one recalls in seconds.",
    CLOZES: "Cloze deletions.",
    TEXT: "How a text looks on a phone, and whether it will stay true.",
    KINDS: "What a red flag, a trade-off or a question needs.",
    DECK: "What only shows across all notes of a deck.",
}

Limits = Mapping[str, int]


class Problem(NamedTuple):
    """What a rule found: where, what, how to mend it.

    ``severity`` is set if it differs from the code's own, ``note`` if a rule on the whole deck found the
    problem in one note.
    """

    span: Span
    message: str
    hint: str
    severity: Severity | None = None
    note: Note | None = None
    edit: Edit | None = None


class Limit(NamedTuple):
    """A number that ``deckgen.yaml`` can set: ``lint: {answer-too-long: {words: 50}}``."""

    name: str
    default: int
    about: str


class Measured(NamedTuple):
    """How a rule did on published decks; one person judged the findings.

    It ``fired`` on that many of ``notes``; of ``read`` findings, drawn at random, ``right`` were right.
    """

    notes: int
    fired: int
    read: int = 0
    right: int = 0
    remark: str = ""


NoteCheck = Callable[[NoteView, Limits], Iterable[Problem]]
DeckCheck = Callable[[DeckView, Limits], Iterable[Problem]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A lint rule; it has one of ``check`` (a note at a time) and ``check_deck`` (all notes at once).

    ``source`` is where the advice comes from. A rule with ``roles`` runs on notes that have a field in one of
    these roles. An ``english`` rule looks for English words, and runs in English projects alone. One that is
    not ``on`` runs if ``enable`` names it.
    """

    code: Code
    group: str
    source: str
    measured: Measured
    check: NoteCheck | None = None
    check_deck: DeckCheck | None = None
    limits: tuple[Limit, ...] = ()
    roles: tuple[str, ...] = ()
    english: bool = False
    on: bool = True

    @property
    def name(self) -> str:
        """The code's name."""
        return self.code.name

    def defaults(self) -> dict[str, int]:
        """Return the rule's limits by name, as they are if the project does not set them."""
        return {limit.name: limit.default for limit in self.limits}
