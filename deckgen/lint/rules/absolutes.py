import re

from deckgen.lint.rule import INFO, KINDS, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView

_ABSOLUTE = re.compile(
    r"\b(?:is|are|be|should|use|choose|prefer|pick) (?:always|never|(?:by far )?the best)\b|"
    r"^\s*(?:always|never)\b|"
    r"\balways (?:better|worse|right|wrong|use|choose|prefer|pick)\b|\bnever (?:use|choose|a good)\b|"
    r"\bno (?:reason|need) (?:ever|at all)\b|\bthe best (?:choice|option|solution|way)\b"
)
# Most texts have none of these words, and need no search.
_NEEDED = ("always", "never", "best", "reason", "need")


@rule(
    "absolutes",
    INFO,
    "A trade-off speaks in absolutes",
    "What is always right is no trade-off. An interviewer asks at once for the case where it is wrong.",
    bad="""\
trade_offs:
  - id: batch-or-streaming
    option_a: batch
    option_b: streaming
    choose_a: Batch is always the best choice, since it is cheaper.
    choose_b: When an action within seconds of the event is worth more than an engine on call.
    decides: The longest delay in minutes after which an action loses its value.
""",
    good="""\
trade_offs:
  - id: batch-or-streaming
    option_a: batch
    option_b: streaming
    choose_a: When whoever acts on the data does so daily.
    choose_b: When an action within seconds of the event is worth more than an engine on call.
    decides: The longest delay in minutes after which an action loses its value.
""",
    group=KINDS,
    source="deckgen's own: the point of the kind",
    measured=Measured(64, 0),
    remark="Tried on lists of when to choose one thing and when another, from eight guides.",
    roles=("chooses", "decides"),
    english=True,
)
def check(note: NoteView, _limits: Limits) -> Problems:
    """Report the first absolute word in what chooses or decides."""
    for view in note.texts("chooses") + note.texts("decides"):
        if not any(map(view.lower.__contains__, _NEEDED)):
            continue
        match = _ABSOLUTE.search(view.lower)
        if match:
            hint = "Say when it holds, and when not."
            message = f"`{match.group().strip()}` leaves no room for an exception."
            yield Problem(view.at(match.end() - len(match.group().lstrip())), message, hint)
