import re

from deckgen.lint.english import QUESTION_WORDS
from deckgen.lint.rule import PROMPTS, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView

# A statement starts with one of these words and ends with a full stop; a command starts with a verb.
_STATEMENT = re.compile(
    r"\s*(?:the|an?|there|it|this|these|those|your|our|we|you|most|some|all|every|each|if|when|in|on|for)\b.*\.\s*\Z",
    re.DOTALL,
)
# A question mark, a colon at the end, dots or a blank to fill in, a question word, or a command.
_ASKS = re.compile(
    rf"\?|:\s*$|\.\.\.|…|__|\b(?:{QUESTION_WORDS}|name|list|give|define|write|state|compute|calculate|prove|show|"
    r"compare|draw|sketch|solve|complete|fill|find|say|translate|order|rank|choose|pick|implement|convert|derive|"
    r"match|explain|describe|discuss|identify|recall|tell|formulate|summari[sz]e|outline|determine|distinguish|"
    r"differentiate|contrast|provide|create|design|sort|express|simplify|evaluate|apply|note|enumerate|print|"
    r"return|make|add|remove|delete|set|use|get|open|close|run|move|insert|select|count|check|true or false|"
    r"diagnose|recommend|suggest|propose|definition|meaning|difference|formula|command|shortcut|syntax|example)\b"
)


@rule(
    "no-question",
    WARNING,
    "A prompt asks for nothing",
    "A statement on the front does not say what to recall. A term alone is fine: it asks for its meaning.",
    bad="""\
concepts:
  - id: backfill-cost
    prompt: The harm that a backfill does to the nightly jobs of the same cluster.
    answer: The nightly jobs finish late.
""",
    good="""\
concepts:
  - id: backfill-cost
    prompt: What does a backfill do to the nightly jobs if it shares their compute?
    answer: They finish late.
""",
    group=PROMPTS,
    source="Matuschak, How to write good prompts (precise)",
    measured=Measured(13840, 178, 22, 0),
    remark='Wrong on definitions whose term is asked for ("It is the amount of matter in an element") and on '
    "commands with verbs that the rule does not know.",
    roles=("asks",),
    limits=(Limit("words", 7, "A front of fewer words is a term, and asks for its meaning."),),
    english=True,
    on=False,
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report a front of some length with neither a question nor a command in it."""
    for front in note.fronts:
        if len(front.words) < limits["words"] or note.contexts or not _STATEMENT.match(front.lower):
            continue
        if not _ASKS.search(front.text.value.lower()):
            hint = "End with a question mark, or tell the reader what to do: name, give, compare."
            yield Problem(front.start(), "The prompt asks for nothing.", hint)
