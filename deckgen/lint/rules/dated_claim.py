import re

from deckgen.lint.rule import INFO, TEXT, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView

_AGES = re.compile(
    # Not "currently", which often describes a program's state, nor a year, which dates the claim.
    r"\b(?:[Nn]owadays|as of (?:now|today)|these days|state[- ]of[- ]the[- ]art|"
    r"recently (?:released|introduced)|latest (?:version|release))\b|\b(?:latest|newest) (?=[A-Z])"
)
# Most notes have none of these words, and need no search.
_NEEDED = ("owadays", "now", "today", "these", "state", "recently", "latest", "newest")


@rule(
    "dated-claim",
    INFO,
    "A claim will age",
    "The latest version of today is old in two years, and nobody will know which notes to check. `as_of` "
    "puts the date on the card.",
    bad="""\
concepts:
  - id: kafka-zookeeper
    prompt: What does the latest Kafka need in place of ZooKeeper?
    answer: KRaft controllers.
""",
    good="""\
concepts:
  - id: kafka-zookeeper
    as_of: 2026-11
    prompt: What does the latest Kafka need in place of ZooKeeper?
    answer: KRaft controllers.
""",
    group=TEXT,
    source="Wozniak 19 (date stamping)",
    measured=Measured(15382, 9, 8, 4),
    remark='"Currently" and years in the text were worse, and are not looked for.',
    english=True,
    on=False,
)
def check(note: NoteView, _limits: Limits) -> Problems:
    """Report the first words that will be out of date, in a note without ``as_of``."""
    if note.note.as_of is not None or not any(map(note.source.__contains__, _NEEDED)):
        return
    for view in note.views():
        match = _AGES.search(view.plain)
        if match:
            message = f"`{match.group().strip()}` will not stay true."
            hint = "Add `as_of:` with the date, or reword it so that it stays true."
            yield Problem(view.at(match.start()), message, hint)
            return
