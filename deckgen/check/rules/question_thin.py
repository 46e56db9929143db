"""question-thin: a drill that one cannot grade oneself by."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckgen.check.rule import KINDS, Limit, Limits, Measured, Problem, Rule
from deckgen.check.views import NoteView
from deckgen.diagnostics import Code, Severity

CODE = Code(
    "question-thin",
    Severity.WARNING,
    "A drill is too thin to grade oneself by",
    "After an answer said aloud, only the rubric tells a good one from a fluent one: some lines to tick off, "
    "one of them asking for a number. A STAR skeleton with a part missing trains that gap.",
    bad="""\
questions:
  - id: failure
    ask: Tell me about a production failure.
    tests: Whether you own it.
    structure: [Situation, Action, Result]
    rubric: [It was clear., It was calm.]
""",
    good="""\
questions:
  - id: failure
    ask: Tell me about a production failure.
    tests: Whether you own it.
    structure: [Situation, Task, Action, Result]
    rubric:
      - Containment came before the cause.
      - "Two numbers: time to recover, and the size of the damage."
      - Nobody was blamed.
""",
)

_PARTS = ("situation", "task", "action", "result")
_NUMBER = re.compile(
    r"\d|\b(?:numbers?|figures?|measures?|measured|metrics?|baseline|per cent|percent|"
    r"how (?:many|much|long|often)|"
    r"minutes?|hours?|before and after|quantif\w+|amount|count|size|euros?|dollars?)\b"
)


def check(note: NoteView, limits: Limits) -> Iterator[Problem]:
    """Report a short rubric, one that asks for no number, and a STAR that lacks a part."""
    rubric = note.fields.get("rubric", ())
    if rubric and len(rubric) < limits["lines"]:
        hint = f"Write {limits['lines']} lines or more that one can tick off."
        yield Problem(
            rubric[-1].start(),
            f"The rubric has {len(rubric)} {'line' if len(rubric) == 1 else 'lines'}.",
            hint,
        )
    if rubric and not any(_NUMBER.search(view.lower) for view in rubric):
        hint = "Ask for one: how long it took, how much was lost."
        yield Problem(rubric[0].start(), "The rubric asks for no number.", hint)
    structure = note.fields.get("structure", ())
    opening = " ".join(view.lower[:40] for view in structure)
    missing = [part for part in _PARTS if not re.search(rf"\b{part}s?\b", opening)]
    if structure and missing and len(missing) < len(_PARTS):
        hint = f"Add a line for {'it' if len(missing) == 1 else 'each'}."
        yield Problem(structure[0].start(), f"The structure lacks: {', '.join(missing)}.", hint)


RULE = Rule(
    CODE,
    KINDS,
    "deckgen's own: the point of the kind",
    Measured(9, 0, remark="On chapter 36."),
    check,
    limits=(Limit("lines", 3, "Fewest lines of a rubric."),),
    kinds=("questions",),
    english=True,
)
