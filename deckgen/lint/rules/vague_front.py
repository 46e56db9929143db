import re

from deckgen.lint.english import AUXILIARIES, NUMBERS, QUESTION_WORDS
from deckgen.lint.rule import PROMPTS, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView, TextView

_VAGUE = re.compile(
    r"\s*(?:(?:can|could|would) you |please |briefly |shortly )?"
    r"(?:explain|describe|discuss|elaborate(?: on)?|talk about|tell me about|what about|thoughts on|"
    r"what do you know about|what can you (?:say|tell)(?: me)? about|give an? (?:short |brief )?overview of|"
    r"(?:short )?overview of|say something about)\b(?P<rest>.*)",
    re.DOTALL,
)
# "Kafka?", "Airflow basics", "Name three things": a topic, and nothing that is asked of it.
_TOPIC = re.compile(
    rf"\s*(?!(?:{QUESTION_WORDS}|{AUXILIARIES})\b)\w[\w-]*(?: \w[\w-]*)?\?\s*\Z"
    r"|\s*(?:[\w-]+ ){1,3}(?:basics|fundamentals|overview|introduction|essentials)\.?\s*\Z"
    rf"|\s*(?:name|list|give)(?: me)? (?:(?:{NUMBERS}|\d+|some|a few) )?(?:things|points|facts|aspects)"
    r"(?: (?:about|on|of) [\w-]+)?\.?\s*\Z"
)
_PRECISE = re.compile(
    rf"\b(?:{QUESTION_WORDS}|{NUMBERS}|\d+|differences?|using|in terms of|in one|relationship|versus|vs|"
    r"protocols?|procedures?|steps|stages|sequence|pathogenesis)\b"
)
_COMMAND = re.compile(r"\s*(?:define|name|list|give|state|compare|explain|describe|what|how|why|when)\b")


def _is_term(front: TextView) -> bool:
    text = front.text.value
    return (
        len(front.words) <= 3 and not _COMMAND.match(front.lower) and not re.search(r"[?:=…]|\.\.\.|__", text)
    )


@rule(
    "vague-front",
    WARNING,
    "A prompt is vague",
    "`Explain X` can be answered in a word or in an hour. At each review one answers something else, so "
    "nothing gets stronger.",
    bad="""\
concepts:
  - id: idempotency
    prompt: Explain idempotency.
    answer: A write is idempotent if doing it twice leaves the same state as doing it once.
""",
    good="""\
concepts:
  - id: idempotency
    prompt: When is a write idempotent?
    answer: If doing it twice leaves the same state as doing it once.
""",
    group=PROMPTS,
    source="Matuschak, How to write good prompts (precise)",
    measured=Measured(13840, 172, 23, 19),
    remark="Bare topics (`Kafka?`, `Airflow basics`) were not measured on published decks. Protocols, "
    "procedures and stages are left alone: on these it was wrong six times of six.",
    roles=("asks",),
    limits=(Limit("answer_words", 40, "The most words that the answer to a bare term may have."),),
    english=True,
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report ``Explain X`` and its like, a bare topic, and a bare term with a long answer."""
    for front in note.fronts:
        match = _VAGUE.match(front.lower)
        is_topic = not note.contexts and _TOPIC.match(front.lower)
        if is_topic or (match and not _PRECISE.search(match["rest"])):
            hint = "Ask for one thing: what it is for, when it fails, what it costs."
            yield Problem(front.start(), "The prompt does not say what a full answer is.", hint)
            return
    pair = note.pair()
    if pair and not note.contexts and _is_term(pair[0]):
        words = sum(len(view.words) for view in pair[1])
        if words > limits["answer_words"]:
            message = f"The front is a bare term, the answer has {words} words."
            yield Problem(pair[0].start(), message, "Ask the question that the answer answers.")
