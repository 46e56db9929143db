from deckgen.lint.rule import DECK, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import DeckView


@rule(
    "source-missing",
    WARNING,
    "A note has no source",
    "In a year nobody knows where a figure came from, so nobody can check it. The rule applies if most notes "
    "of the project have a source; with `share: 0` it always does.",
    bad="""\
concepts:
  - id: lag
    source: Apache Kafka documentation, Monitoring
    prompt: What is consumer lag?
    answer: The newest offset minus the committed one.
  - id: poison
    prompt: What is a poison message?
    answer: One that its consumer fails on each time.
""",
    good="""\
concepts:
  - id: lag
    source: Apache Kafka documentation, Monitoring
    prompt: What is consumer lag?
    answer: The newest offset minus the committed one.
""",
    group=DECK,
    source="Wozniak 18 (provide sources)",
    measured=Measured(15382, 0),
    remark="One deck has sources, on each of its 59 notes; to the others the rule does not apply.",
    limits=(Limit("share", 50, "The rule applies if at least this percentage of the notes has a source."),),
)
def check(deck: DeckView, limits: Limits) -> Problems:
    """Report the notes without a source, if enough notes of the deck have one."""
    without = [view.note for view in deck.notes if view.note.source is None]
    if 100 * (len(deck.notes) - len(without)) < limits["share"] * len(deck.notes):
        return
    for note in without:
        message = f"The note `{note.id.value}` has no source."
        yield Problem(note.id.span, message, "Add `source:` with page, section or address.", note=note)
