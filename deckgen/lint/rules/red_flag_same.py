import re

from deckgen.lint.english import tokens
from deckgen.lint.rule import INFO, KINDS, WARNING, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView

# The first person, or a question: "How do you handle late rows here?"
_SPOKEN = re.compile(r"\b(?:i|i'm|i'd|i've|i'll|we|we're|we'd|we've|we'll|my|our|ours|mine|me|us)\b|\?")


@rule(
    "red-flag-same",
    WARNING,
    "A red flag's better sentence is no better",
    "The card trains a sentence to say aloud. It must differ from the weak one, and be in the first person.",
    bad="""\
red_flags:
  - id: not-my-bug
    says: The bug was in the upstream team's code.
    signals: Ownership ends at the own code.
    instead: Well, the bug was in the upstream team's code.
""",
    good="""\
red_flags:
  - id: not-my-bug
    says: The bug was in the upstream team's code.
    signals: Ownership ends at the own code.
    instead: A renamed column got past my load. I added a contract check that blocks such files.
""",
    group=KINDS,
    source="deckgen's own: the point of the kind",
    measured=Measured(30, 0),
    remark="Tried on pairs of a bad and a good answer from four interview guides, without a pair of "
    "commit messages. A first version fired on two questions to the interviewer, and was wrong on both.",
    roles=("weak",),
    english=True,
)
def check(note: NoteView, _limits: Limits) -> Problems:
    """Report a better sentence that contains the weak one, or has neither the first person nor a question."""
    weak, better = note.texts("weak"), note.texts("spoken")
    if not (weak and better):
        return
    said, spoken = (" ".join(view.lower for view in views) for views in (weak, better))
    if f" {' '.join(tokens(said))} " in f" {' '.join(tokens(spoken))} ":
        message = "The better sentence contains the weak one."
        yield Problem(better[0].start(), message, "Write what a strong candidate would say instead.")
    elif not _SPOKEN.search(spoken.replace("\u2019", "'")):
        message = "The better sentence is not in the first person."
        yield Problem(better[0].start(), message, "Write it as you would say it: I did, we changed.", INFO)
