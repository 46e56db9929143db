from deckgen.lint.rule import INFO, KINDS, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView


@rule(
    "trade-off-one-sided",
    INFO,
    "A trade-off argues one side",
    "Both cards come up equally often. If one side is a line and the other a paragraph, the author has "
    "decided already, and the reader learns a preference.",
    bad="""\
trade_offs:
  - id: batch-or-streaming
    option_a: batch
    option_b: streaming
    choose_a: >-
      When whoever acts on the data does so daily, when reruns must be simple, when late rows may join the
      next run, and when nobody can be on call at night.
    choose_b: When seconds count.
    decides: The longest delay in minutes after which an action loses its value.
""",
    good="""\
trade_offs:
  - id: batch-or-streaming
    option_a: batch
    option_b: streaming
    choose_a: When whoever acts on the data does so daily, and reruns must be simple.
    choose_b: When an action loses its value within seconds, and the team can be on call.
    decides: The longest delay in minutes after which an action loses its value.
""",
    group=KINDS,
    source="deckgen's own: the point of the kind",
    measured=Measured(64, 0),
    remark="Tried on lists of when to choose one thing and when another, from eight guides. A check for "
    "examples on one side only was dropped: it was wrong on both that it found.",
    roles=("chooses",),
    limits=(Limit("percent", 250, "The length of the longer side, in per cent of the shorter."),),
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report the shorter side."""
    sides = note.having("chooses")
    words = [sum(len(view.words) for view in side) for side in sides]
    few, many = min(words, default=0), max(words, default=0)
    if 100 * many > limits["percent"] * few and many - few > 8:
        message = f"This side has {few} words, the other {many}."
        yield Problem(sides[words.index(few)][0].start(), message, "Argue both, or cut the longer.")
