"""trade-off-no-decider: what decides cannot be measured."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deckgen.check.rule import KINDS, Limits, Measured, Problem, Rule
from deckgen.check.views import NoteView
from deckgen.diagnostics import Code, Severity

CODE = Code(
    "trade-off-no-decider",
    Severity.WARNING,
    "What decides cannot be measured",
    "It depends is where the answer starts. What decides is something one can ask for or measure: a delay, a "
    "cost, a volume, a number of people.",
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
)

_DEPENDS = re.compile(r"\s*(?:it|that|this)(?: all)? depends\b")
_MEASURABLE = re.compile(
    r"\d|%|\bhow (?:many|much|long|often|old|fast|soon|large|big|wide|late|likely|far|few|stable)\b|"
    r"\b(?:whether|who|time|times|delay|latency|lag|seconds?|minutes?|hours?|days?|weeks?|months?|cost|costs|price|"
    r"budget|volume|size|rate|count|counts|number|share|ratio|per cent|percent|frequency|throughput|deadline|"
    r"freshness|age|risk|loss|damage|rows?|bytes?|gigabytes?|users?|readers?|people|engineers?|queries|joins?|"
    r"volatility|growth|load|memory|amount|length|duration|half-life|value|effort|headcount|money)\b"
)


def check(note: NoteView, _limits: Limits) -> Iterator[Problem]:
    """Report a ``decides`` that only says it depends, or that names nothing one could measure."""
    view = note.first("decides")
    if view is None:
        return
    if _DEPENDS.match(view.lower) or not _MEASURABLE.search(view.lower):
        hint = "Name what one would ask for: the longest delay, the cost, the number of readers."
        yield Problem(view.start(), "This names nothing that could be measured.", hint)


RULE = Rule(
    CODE,
    KINDS,
    "deckgen's own: the point of the kind",
    Measured(8, 0, remark="On chapter 36."),
    check,
    kinds=("trade_offs",),
    english=True,
)
