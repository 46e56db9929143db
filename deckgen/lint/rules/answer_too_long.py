from deckgen.lint.rule import PROMPTS, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import Field, NoteView
from deckgen.model.diagnostics import Span


@rule(
    "answer-too-long",
    WARNING,
    "An answer is too long to recall",
    "A sentence or two can be recalled in seconds and graded honestly. Of a long answer one remembers half, "
    "and presses Good for it. On a phone of 360 by 640 pixels, 40 words leave room for the question and the "
    "reason; 80 scroll.",
    bad="""\
concepts:
  - id: at-least-once
    prompt: Why can at-least-once delivery double a sum?
    answer: >-
      A producer that gets no acknowledgement sends the record again, and since the broker may have stored
      the first one already, both are in the log; a consumer that crashes after it has written but before it
      commits its offset reads the same record again after a restart, and unless the write is idempotent, it
      is then added a second time.
""",
    good="""\
concepts:
  - id: at-least-once
    prompt: Why can at-least-once delivery double a sum?
    answer: A record whose acknowledgement got lost is sent and written again.
""",
    group=PROMPTS,
    source="Wozniak, Twenty rules of formulating knowledge, 4 (minimum information); "
    "measured on a phone's screen",
    measured=Measured(13840, 1846, 30, 29),
    limits=(
        Limit("words", 40, "The most words that an answer may have."),
        Limit("spoken_words", 60, "The most words of what is said aloud: some 25 seconds."),
    ),
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report the first word over the limit."""
    for fields, most in ((note.backs, limits["words"]), (note.having("spoken"), limits["spoken_words"])):
        for field in fields:
            count = sum(len(view.words) for view in field)
            if count > most:
                hint = f"Say it in a breath, three things at the most; {most} words are a limit, not an aim."
                yield Problem(_word_at(field, most), f"The answer has {count} words.", hint)


def _word_at(field: Field, index: int) -> Span:
    for view in field[:-1]:
        if index < len(view.words):
            return view.word_at(index)
        index -= len(view.words)
    return field[-1].word_at(index)
