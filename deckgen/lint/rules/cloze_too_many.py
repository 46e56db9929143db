from deckgen.lint.rule import CLOZES, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView


@rule(
    "cloze-too-many",
    WARNING,
    "A cloze note has many deletions",
    "The other cards of the note show what this one hides, and the same text comes up day after day.",
    bad="""\
clozes:
  - id: backfill
    text: "Settle {{c1::range}}, {{c2::dry run}}, {{c3::limit}}, {{c4::check}}, {{c5::swap}}, {{c6::date}}."
""",
    good="""\
clozes:
  - id: backfill
    text: "Before a backfill, settle {{c1::the range}} and {{c2::a way back}}."
""",
    group=CLOZES,
    source="Wozniak 10 (avoid enumerations)",
    measured=Measured(1542, 177, 32, 28),
    remark="172 in one deck of biology. Wrong on sequences with a deletion for each step.",
    roles=("cloze",),
    limits=(
        # As list-too-long: a list that is too long is turned into clozes.
        Limit("numbers", 5, "The most deletion numbers that a note may have."),
    ),
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report the first deletion whose number is over the limit."""
    seen: set[int] = set()
    for view, clozes in note.parsed_clozes():
        for deletion in sorted(clozes.deletions, key=lambda one: one.start):
            before = len(seen)
            seen.update(deletion.numbers)
            if before <= limits["numbers"] < len(seen):
                place = view.at(deletion.start)
    if len(seen) > limits["numbers"]:
        message = f"The note makes {len(seen)} cards."
        yield Problem(place, message, "Make two notes of it, or hide only what matters.")
