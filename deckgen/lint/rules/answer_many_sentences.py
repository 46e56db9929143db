from deckgen.lint.rule import INFO, PROMPTS, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView


@rule(
    "answer-many-sentences",
    INFO,
    "An answer has many sentences",
    "One idea a card: whoever forgets the fourth sentence still presses Good.",
    bad="""\
concepts:
  - id: watermark
    prompt: What is a watermark in stream processing?
    answer: >-
      It is a time. The engine expects nothing older. It bounds the state. A longer one costs delay.
""",
    good="""\
concepts:
  - id: watermark
    prompt: What is a watermark in stream processing?
    answer: The event time before which the engine expects no more records.
    why: So it can drop state. A longer one catches more late records, and costs state and delay.
""",
    group=PROMPTS,
    source="Wozniak 4; Nielsen, Augmenting long-term memory (atomic questions)",
    measured=Measured(13840, 770, 20, 10),
    remark="Wrong where the question asks for several things, or the sentences are the lines of a list.",
    roles=("answers",),
    limits=(
        Limit("sentences", 3, "The most sentences that an answer may have."),
        Limit("words", 40, "Longer answers are left to answer-too-long."),
    ),
    on=False,
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report the start of the first sentence over the limit; lists are left to other rules."""
    for field in note.backs:
        view = field[0]
        if len(field) > 1 or sum(map(view.plain.count, ".!?")) < limits["sentences"]:
            continue
        if len(view.words) > limits["words"] or view.lists():
            continue
        ends = view.sentence_ends()
        if len(ends) > limits["sentences"]:
            hint = (
                f"Keep the {limits['sentences']} that answer the question; move the rest, or split the note."
            )
            yield Problem(
                view.at(ends[limits["sentences"] - 1]), f"The answer has {len(ends)} sentences.", hint
            )
