import re

from deckgen.lint.english import content_words, stem
from deckgen.lint.plain_text import BOX
from deckgen.lint.rule import PROMPTS, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView

_SHORT, _NAME = 4, 4
# "Idempotency is the property of being idempotent": words that say nothing of what is defined.
_EMPTY = frozenset(("property", "being", "process", "act", "ability", "thing", "something"))
_CODE_OR_FORMULA = re.compile(r"[`=+*/^{}\\|~&<>\u2212]")


@rule(
    "answer-in-question",
    WARNING,
    "The answer is in the question",
    "What can be read off the front is not recalled, so it is not learnt.",
    bad="""\
concepts:
  - id: partition-overwrite
    prompt: Why is overwriting a partition by date an idempotent write?
    answer: Overwriting the partition is idempotent.
""",
    good="""\
concepts:
  - id: partition-overwrite
    prompt: Why is overwriting a partition by date an idempotent write?
    answer: A second run replaces the rows of the first.
""",
    group=PROMPTS,
    source="Matuschak, How to write good prompts (effortful)",
    measured=Measured(6938, 12, 12, 10),
    remark="Wrong where the one new word says all. Names, formulas and code are left alone, and short "
    "answers with one word more: on these it was wrong 18 times of 20.",
    roles=("asks",),
    limits=(
        Limit("words", 12, "Longer answers are left alone."),
        Limit("percent", 75, "The percentage of the answer's content words that are in the question."),
    ),
    english=True,
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report a short answer most of whose content words stand in the front."""
    pair = note.pair()
    if pair is None or len(pair[1]) > 1:
        return
    front, answer = pair[0], pair[1][0]
    if len(answer.words) > limits["words"] or " or " in front.lower:
        return
    if len(front.words) <= _NAME and "?" not in front.plain:  # a bare term, such as `Vatican City`
        return
    if BOX in answer.plain or _CODE_OR_FORMULA.search(answer.text.value):
        return
    wanted = set(content_words(answer.lower))
    if len(wanted) < 2 or any(len(word) == 1 or word.isdigit() for word in wanted):
        return
    asked = content_words(front.lower)
    stems = set(map(stem, asked))
    # All of the answer in other forms of the question's words, or most of it in the same.
    given = wanted if stems.issuperset(map(stem, wanted - _EMPTY)) else wanted & set(asked)
    # In a short answer one word more may be all that is asked for: "right bundle branch block".
    if len(wanted) <= _SHORT and given != wanted:
        return
    if 100 * len(given) >= limits["percent"] * len(wanted):
        hint = "Take the answer's words out of the question, or ask for what it does not say."
        message = f"These words of the answer stand in the question: {', '.join(sorted(given))}."
        yield Problem(answer.start(), message, hint)
