import re

from deckgen.lint.rule import KINDS, WARNING, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView

# These words may come before what decides.
_DEPENDS = re.compile(r"\s*(?:it|that|this)(?: all)? depends(?: on (?:when|if))?\b")
_MEASURABLE = re.compile(
    r"\d|%|\bhow (?:many|much|long|often|old|fast|soon|large|big|wide|late|likely|far|few|stable)\b|"
    r"\b(?:whether|who|time|times|delay|latency|lag|seconds?|minutes?|hours?|days?|weeks?|months?|cost|costs|price|"
    r"budget|volume|size|rate|count|counts|number|share|ratio|per cent|percent|frequency|throughput|deadline|"
    r"freshness|age|risk|loss|damage|rows?|bytes?|gigabytes?|users?|readers?|people|engineers?|queries|joins?|"
    r"volatility|growth|load|memory|amount|length|duration|half-life|value|effort|headcount|money|tolerance)\b"
)
# So does a condition that one can test: "if no other team reads it", "updates daily → load it daily".
_TESTABLE = re.compile(r"\b(?:if|when|whenever|wherever|unless|until|only for|only where)\b|→|->|\?")


@rule(
    "trade-off-no-decider",
    WARNING,
    "What decides cannot be measured",
    "`It depends` is only the start of an answer. What decides is something to ask for or to measure: a "
    "delay, a cost, a volume, a number of people.",
    bad="""\
trade_offs:
  - id: batch-or-streaming
    option_a: batch
    option_b: streaming
    choose_a: When whoever acts on the data does so daily.
    choose_b: When an action loses its value within seconds.
    decides: It depends on the use case.
""",
    good="""\
trade_offs:
  - id: batch-or-streaming
    option_a: batch
    option_b: streaming
    choose_a: When whoever acts on the data does so daily.
    choose_b: When an action loses its value within seconds.
    decides: The longest delay in minutes after which an action loses its value.
""",
    group=KINDS,
    source="deckgen's own: the point of the kind",
    measured=Measured(78, 23, 23, 20),
    remark="Tried on sentences from six guides that say what a choice depends on. The figures are from the "
    "sample by which the rule was changed: before, it accepted no condition, and was wrong on 13 of 36. "
    "Wrong where a rule of thumb names a place or a kind.",
    roles=("decides",),
    english=True,
)
def check(note: NoteView, _limits: Limits) -> Problems:
    """Report a text on what decides that names nothing to measure or test."""
    for field in note.having("decides"):
        said = _DEPENDS.sub("", "\n".join(view.lower for view in field))
        if not (_MEASURABLE.search(said) or _TESTABLE.search(said)):
            hint = "Name what one would ask for: the longest delay, the cost, the number of readers."
            yield Problem(field[0].start(), "This names nothing that can be measured.", hint)
