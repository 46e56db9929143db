"""What a lint rule is: its code, where it comes from, its limits, how often it was right, its check.

Each rule has a file of its own in ``rules/``. Its examples are complete note files, which the tests run;
``docs/rules.md`` is written from the examples and figures.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from deckgen.model.diagnostics import Code, Finding, Severity, Span
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

# How the hint ends if `--fix` can mend the fault, and if it has tried and could not.
_MENDED_BY_FIX = " `deckgen lint --fix` fixes it."
_LEFT_BY_FIX = " Do it by hand: `--fix` cannot write it here."

IF_CODE = "if it is code, put it into backticks."  # how hints end on what code is full of

Limits = Mapping[str, int]
INFO, WARNING, ERROR = Severity


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


Problems = Iterator[Problem]


class Limit(NamedTuple):
    """A number that ``deckgen.yaml`` can set: ``lint: {answer-too-long: {words: 50}}``."""

    name: str
    default: int
    about: str


class Measured(NamedTuple):
    """How a rule did on published decks; one person judged the findings.

    It reported ``notes_reported`` of ``notes``. ``findings_read`` were drawn at random, of which
    ``findings_right`` were right.
    """

    notes: int
    notes_reported: int
    findings_read: int = 0
    findings_right: int = 0
    remark: str = ""

    def in_words(self) -> str:
        """Return the figures as a sentence."""
        if not self.notes:
            return f"Measured: {self.remark}"
        if not self.notes_reported:
            return f"Not measured: it never fired on {self.notes:,} notes. {self.remark}".strip()
        fired = f"Measured: it fired on {self.notes_reported:,} of {self.notes:,} notes"
        if self.findings_read:
            fired += f"; of {self.findings_read} read, {self.findings_right} were right"
        return f"{fired}. {self.remark}".strip()


# It looks at a `NoteView`, or at the `DeckView` if its rule is of the group `DECK`.
Check = Callable[[Any, Limits], Problems]


@dataclass(frozen=True, slots=True)
class Rule:
    """A lint rule: what ``rule`` was given, and its ``check``."""

    code: Code
    group: str
    source: str
    measured: Measured
    check: Check
    limits: tuple[Limit, ...]
    roles: tuple[str, ...]
    english: bool
    on: bool

    @property
    def name(self) -> str:
        """The code's name."""
        return self.code.name

    def finding(self, problem: Problem, *, after_fix: bool = False) -> Finding:
        """Return the finding on a problem; ``after_fix`` says that `--fix` has run and could not mend it."""
        hint = problem.hint
        if problem.edit:
            hint += _LEFT_BY_FIX if after_fix else _MENDED_BY_FIX
        severity = problem.severity or self.code.severity
        return Finding(self.code, problem.span, problem.message, hint, severity)

    def defaults(self) -> dict[str, int]:
        """Return the rule's limits by name, as they are if the project does not set them."""
        return {limit.name: limit.default for limit in self.limits}


def rule(
    name: str,
    severity: Severity,
    title: str,
    why: str,
    *,
    bad: str,
    good: str,
    group: str,
    source: str,
    measured: Measured,
    remark: str = "",
    limits: tuple[Limit, ...] = (),
    roles: tuple[str, ...] = (),
    english: bool = False,
    on: bool = True,
) -> Callable[[Check], Rule]:
    """Return a decorator that makes a rule of its check.

    Args:
        name: what findings call it; in ``deckgen.yaml`` it is set under this name.
        severity: how much most of its findings matter.
        title: what is wrong, in a few words.
        why: why it is wrong, in prose.
        bad: a note file with the fault.
        good: the same without it.
        group: one of ``GROUPS``; a rule of ``DECK`` checks all notes at once, others a note at a time.
        source: where the advice comes from.
        measured: how often it was right.
        remark: what one should know of these figures.
        limits: the numbers that a project can set.
        roles: it runs on notes that have a field in one of these roles; none for all notes.
        english: whether it looks for English words, and so runs in English projects alone.
        on: whether it runs if ``enable`` does not name it.
    """
    code = Code(name, severity, title, why, bad, good)
    measured = measured._replace(remark=remark)
    return lambda check: Rule(code, group, source, measured, check, limits, roles, english, on)
