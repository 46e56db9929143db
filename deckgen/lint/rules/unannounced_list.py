import re

from deckgen.lint.english import NUMBERS
from deckgen.lint.rule import PROMPTS, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import Field, NoteView, TextView

_ANNOUNCED = re.compile(
    rf"\b(?:{NUMBERS}|\d+|lists?|steps?|stages?|phases?|order|sequence|name|some|several|each|both)\b"
    r"|\b(?:pair|triad|trio|tetrad|pentad|quartet)\b|\(\w+ to \w+\)"
    # "what are the parts", "which guarantees", "the main differences": a plural is asked for.
    r"|\b(?:what|which)(?: \S+){0,4} are\b|\bwhich (?:\S+ )?\w+s\b"
    r"|\bwhat (?:\w+ )?(?!does|was|has)\w{3,}(?<![isu])s\b"
    # "How does it work", "the impact of A and B": the answer follows from the question.
    r"|\bhow\b|/|\band\b|\b(?:algorithm|procedure|process|compare|differs?|different|versus|vs|difference|"
    r"differences|properties|advantages|disadvantages|benefits|pros|cons|types|kinds|ways|reasons|rules|"
    r"components|parts|examples|features|characteristics|principles|causes|uses|conditions|operations|"
    r"methods|guidelines|tips|factors|elements|functions|options|terms|levels|layers|assumptions|criteria|"
    r"requirements|limitations|drawbacks|implications|approaches|techniques|strategies|values|signs|things)\b"
)


def _is_whole_answer(field: Field) -> bool:
    """Tell whether the answer is a list, with at most a short line before it."""
    if len(field) > 1:
        return True
    before = field[0].plain[: field[0].lists()[0][0]]
    return len(before.split()) <= 8


def _asks_once(front: TextView) -> bool:
    """Tell whether there is one question; several are left to another rule, a bare term asks for no list."""
    questions = front.plain.count("?")
    return questions == 1 or (questions == 0 and len(front.words) > 3)


@rule(
    "unannounced-list",
    WARNING,
    "The question does not say that the answer is a list",
    "Sets are hard to remember (Wozniak). If the question does not say how many things it asks for, one "
    "cannot tell a full answer from half of one.",
    bad="""\
concepts:
  - id: first-message
    prompt: What does the first message of an incident hold?
    answer: |
      - What is affected, since when.
      - Who is on it.
      - When the next update comes.
""",
    good="""\
concepts:
  - id: first-message
    prompt: Which three things does the first message of an incident hold?
    answer: |
      - What is affected, since when.
      - Who is on it.
      - When the next update comes.
""",
    group=PROMPTS,
    source="Wozniak 9 (avoid sets) and 10 (avoid enumerations)",
    measured=Measured(13840, 120, 38, 33),
    remark="Wrong where the list is the steps of a method, or other names of one thing. A first version, "
    "which also looked at fronts with `how` or `and`, was wrong three times in ten.",
    roles=("asks",),
    limits=(Limit("items", 3, "A list of so many items must be announced."),),
    english=True,
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report the front where the answer is a list that it does not announce."""
    pair = note.pair()
    if pair is None:
        return
    for items in note.back_lists():
        # In a longer text, the list is not what is asked for.
        if not (_asks_once(pair[0]) and _is_whole_answer(pair[1])):
            return
        if len(items) >= limits["items"] and not _ANNOUNCED.search(pair[0].lower):
            message = f"The answer is a list of {len(items)}, and the question does not say so."
            hint = f'Ask for its number ("Which {len(items)} …?") or its order, or make a cloze of each item.'
            yield Problem(pair[0].start(), message, hint)
            return
