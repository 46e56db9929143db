from deckgen.lint.rule import INFO, PROMPTS, Limits, Measured, Problem, Problems, rule
from deckgen.lint.rules import yes_no
from deckgen.lint.views import NoteView


@rule(
    "yes-no-explained",
    INFO,
    "A yes-or-no question hides a better one",
    "The answer gives a reason that the question does not ask for, so one grades the yes, not the reason.",
    bad="""\
concepts:
  - id: retries
    prompt: Is it safe to retry an append?
    answer: No, for the first attempt may have written already.
""",
    good="""\
concepts:
  - id: retries
    prompt: Why is it unsafe to retry an append?
    answer: The first attempt may have written already.
""",
    group=PROMPTS,
    source="Matuschak, How to write good prompts",
    measured=Measured(13840, 13, 13, 12),
    remark="A question after a scenario is left alone: on these it was wrong.",
    roles=("asks",),
    english=True,
)
def check(note: NoteView, _limits: Limits) -> Problems:
    """Report a yes-or-no question whose answer starts with the verdict and goes on."""
    pair = note.pair()
    if pair is None or note.contexts or not yes_no.gives_verdict(pair[1][0]):
        return
    front, answer = pair[0], pair[1][0]
    if not yes_no.takes_yes_or_no(front) or yes_no.asks_for_reason(front):
        return
    if len(front.sentence_ends()) > 1:  # after a scenario, the verdict is a judgement
        return
    if len(answer.words) > 4:
        hint = "Ask for what the answer explains: why, when, by what."
        yield Problem(front.start(), "The question asks for yes or no, but the answer gives a reason.", hint)
