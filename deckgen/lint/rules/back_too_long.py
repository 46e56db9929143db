from collections.abc import Sequence

from deckgen.lint.rule import PROMPTS, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import Field, NoteView


@rule(
    "back-too-long",
    WARNING,
    "A whole back is too long to read",
    "Reasons and examples stand below the answer, and are read at each review. On a phone of 360 by 640 "
    "pixels, 80 words scroll; what is out of sight is not read, or read instead of recalled.",
    bad="""\
concepts:
  - id: at-least-once
    prompt: Why can at-least-once delivery double a sum?
    answer: A record whose acknowledgement got lost is sent and written again.
    why: >-
      A producer that gets no acknowledgement cannot know whether the broker has stored the record, and so it
      sends the record again; if the broker had stored the first one, both are in the log from then on. A
      consumer that crashes after it has written and before it commits its offset reads the same record again
      after a restart. Either way the sink sees the record twice, and unless the write is idempotent, for
      instance by a key of the record, its amount is added a second time.
""",
    good="""\
concepts:
  - id: at-least-once
    prompt: Why can at-least-once delivery double a sum?
    answer: A record whose acknowledgement got lost is sent and written again.
    why: The producer cannot know that the broker has stored it.
""",
    group=PROMPTS,
    source="Wozniak 4 (minimum information); measured on a phone's screen",
    measured=Measured(822, 111, 30, 27),
    remark="On answers of several paragraphs: the first was taken for the answer, the rest for its reason. "
    "Wrong where the words of formulas were counted.",
    limits=(Limit("words", 80, "The most words that a back may have in all."),),
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report the longest text below an answer where the back is too long with it."""
    if note.having("option") or not (note.backs or note.clozes):  # each card shows a part of the note
        return
    rest = note.having("")
    total = _words([*note.backs, *note.having("spoken"), *note.having("rubric"), *rest])
    if rest and total > limits["words"]:
        longest = max(rest, key=lambda field: _words([field]))
        hint = f"Cut what one can do without; {limits['words']} words are a limit, not an aim."
        yield Problem(longest[0].start(), f"The back has {total} words.", hint)


def _words(fields: Sequence[Field]) -> int:
    return sum(len(view.words) for field in fields for view in field)
