import re

from deckgen.lint.rule import TEXT, WARNING, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView

_RULE_LINE = re.compile(
    r"^ {0,3}(?:\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?|\|[ \t]*:?-+:?[ \t]*\|)[ \t]*$",
    re.MULTILINE,
)


@rule(
    "table",
    WARNING,
    "A card has a table",
    "A table does not wrap: one long word in it made a page of 360 pixels 604 wide. And a table is many "
    "facts, which one card asks for all at once.",
    bad="""\
concepts:
  - id: delivery
    prompt: Which two faults do the delivery guarantees allow?
    answer: |
      | guarantee | fault |
      |---|---|
      | at most once | loss |
      | at least once | duplicates |
""",
    good="""\
concepts:
  - id: at-least-once
    prompt: Which fault does at-least-once delivery allow?
    answer: Duplicates.
""",
    group=TEXT,
    source="Measured in Chromium at 360 pixels; Wozniak 4",
    measured=Measured(15382, 3, 3, 3),
)
def check(note: NoteView, _limits: Limits) -> Problems:
    """Report the line of dashes that makes a table."""
    for view in note.views_with("|"):
        match = _RULE_LINE.search(view.text.value)
        if match and match.start():
            hint = "Make a note of each row, a list, or a cloze."
            yield Problem(view.at(match.start()), "A table does not fit on a phone.", hint)
