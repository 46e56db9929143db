from collections import Counter
from statistics import median

from deckgen.lint.rule import DECK, INFO, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import DeckView


@rule(
    "coverage-one-sided",
    INFO,
    "One point has most of a section's notes",
    "Notes pile up where they are easy to write. Readers spend their time on that point, and learn one "
    "sentence on each of the others.",
    bad="""\
concepts:
  - {id: a, covers: [basics/first], prompt: "Which lock does a plain read take?", answer: None.}
  - {id: b, covers: [basics/first], prompt: "Who waits on a shared lock?", answer: Writers.}
  - {id: c, covers: [basics/first], prompt: "Who waits on an exclusive lock?", answer: Everybody else.}
  - {id: d, covers: [basics/first], prompt: "What ends a deadlock?", answer: One victim is rolled back.}
  - {id: e, covers: [basics/first], prompt: "What prevents a deadlock?", answer: One order of locking.}
  - {id: f, covers: [basics/first], prompt: "What is lock escalation?", answer: Rows to a table.}
  - {id: g, covers: [basics/second], prompt: "What does a snapshot read see?", answer: Its start's state.}
""",
    good="""\
concepts:
  - {id: a, covers: [basics/first], prompt: "Which lock does a plain read take?", answer: None.}
  - {id: b, covers: [basics/second], prompt: "What does a snapshot read see?", answer: Its start's state.}
""",
    group=DECK,
    source="deckgen's own: the outline as a measure of balance",
    measured=Measured(3717, 6, 6, 6),
    remark="No deck has an outline; the tags of five, in levels, stood for one (fired on points, 117 "
    "of them). Before a point had to have half of its section's notes, it was wrong on 10 of "
    "17.",
    limits=(
        Limit("times", 4, "Reported from so many times the median of the section's other points."),
        Limit("notes", 6, "Points with fewer notes are left alone."),
    ),
)
def check(deck: DeckView, limits: Limits) -> Problems:
    """Report, in the outline, each point with many times as many notes as the others of its section."""
    counts = Counter(point for view in deck.notes for point, _ in view.note.points)
    for chapter in deck.chapters.values():
        for section in chapter.sections:
            names = [f"{chapter.id.value}/{section.id.value}/{point.id.value}" for point in section.points]
            for point, name in zip(section.points, names, strict=True):
                count = counts[name]
                if count < limits["notes"]:
                    continue
                others = [counts[other] for other in names if other != name]
                # If several points have many notes, the section is about them.
                if not others or count < sum(others):
                    continue
                if count >= limits["times"] * max(median(others), 1):
                    rest = f"the section's other points {sum(others)} in all"
                    message = f"`{point.id.value}` has {count} notes, {rest}."
                    hint = "Teach the others as deeply, or split the point in the outline."
                    yield Problem(point.id.span, message, hint)
