from deckgen.lint.rule import PROMPTS, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView


@rule(
    "front-too-long",
    WARNING,
    "A front is too long",
    "After a few reviews one recognises a long front by its length and first words, and answers without "
    "reading the question.",
    bad="""\
concepts:
  - id: late-rows
    prompt: >-
      Your team runs a nightly job that loads the orders of the day before from the shop's database into the
      warehouse, and now and then some orders arrive only after it has run; what do you do?
    answer: Load the last three days again, and overwrite their partitions.
""",
    good="""\
concepts:
  - id: late-rows
    prompt: A nightly load misses orders that arrive late. What makes the next run catch them?
    answer: Load the last three days again, and overwrite their partitions.
""",
    group=PROMPTS,
    source="Matuschak, How to write good prompts (cues recognised by their shape)",
    measured=Measured(13840, 98, 34, 30),
    remark="Wrong where a formula is given to work on, or a quotation to be named.",
    limits=(
        Limit("words", 30, "The most words that a question may have."),
        Limit(
            "context_words",
            45,
            "The most words of a front that sets a scene: a scenario, what a candidate says.",
        ),
    ),
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report the first word over the limit, which is higher where the front sets a scene."""
    if note.contexts:
        views = [*note.contexts, *note.fronts]
        total = sum(len(view.words) for view in views)
        if total > limits["context_words"]:
            longest = max(views, key=lambda view: len(view.words))
            rest = total - len(longest.words)
            span = longest.word_at(max(limits["context_words"] - rest, 0))
            hint = f"Cut it to {limits['context_words']} words: keep what decides the answer."
            yield Problem(span, f"The front has {total} words.", hint)
        return
    for view in note.fronts:
        if len(view.words) > limits["words"]:
            hint = f"Cut it to {limits['words']} words: keep what decides the answer."
            yield Problem(view.word_at(limits["words"]), f"The front has {len(view.words)} words.", hint)
