import re
from itertools import pairwise

from deckgen.lint.english import AUXILIARIES, NUMBERS, QUESTION_WORDS
from deckgen.lint.rule import INFO, PROMPTS, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import Field, NoteView, TextView

_VAGUE = re.compile(
    r"\s*(?:(?:can|could|would) you |please |briefly |shortly )?"
    r"(?:explain|describe|discuss|elaborate(?: on)?|talk about|tell me about|what about|thoughts on|"
    r"what do you know about|what can you (?:say|tell)(?: me)? about|give an? (?:short |brief )?overview of|"
    r"(?:short )?overview of|intro(?:duction)? to|say something about)\b(?P<rest>.*)",
    re.DOTALL,
)
# What makes a question of a noun phrase: "Complexity of quicksort?", "Stack or heap?", "Default Redis port?".
_ASKING = (
    f"{QUESTION_WORDS}|{AUXILIARIES}|of|for|in|to|on|at|by|from|with|vs|versus|or|and|than|any|else|next|name|list|"
    "give|define|compare|meaning|definition|purpose|difference|complexity|runtime|time|cost|size|value|port|default|"
    "syntax|formula|command|example|use|(?:dis)?advantages?|benefits?|drawbacks?|pros|cons"
)
# "Kafka?", "Airflow basics", "Name three things": a topic, and nothing that is asked of it.
_TOPIC = re.compile(
    rf"\s*+(?!.*\b(?:{_ASKING})\b)[^\W\d][\w-]*(?: [\w-]+){{0,3}} ?\?\s*\Z"
    r"|\s*(?:[\w-]+ ){1,3}(?:basics|fundamentals|overview|introduction|essentials)\.?\s*\Z"
    rf"|\s*(?:name|list|give)(?: me)? (?:(?:{NUMBERS}|\d+|some|a few) )?(?:things|points|facts|aspects)"
    r"(?: (?:about|on|of) [\w-]+)?\.?\s*\Z"
)
# "Name three ways", "What are some benefits": each review may bring others; "the three" are certain.
_ANY_FEW = re.compile(
    r"\s*(?:(?:name|list|give|state|mention|identify|provide|describe|explain)(?: me)?|what are) "
    rf"(?:(?!two\b)(?:{NUMBERS})|[3-9]|\d\d|some|several|a few|at least \w+)\b"
    r"(?! (?:of )?the\b| (?:\w+ )?examples?\b)"
)
_PRECISE = re.compile(
    rf"\b(?:{QUESTION_WORDS}|{NUMBERS}|\d+|differences?|using|in terms of|in one|relationship|versus|vs|"
    r"protocols?|procedures?|steps|stages|sequence|pathogenesis)\b"
)
# "Callbacks are used in asynchronous code": what a thing is for or can do, after what it is.
_MORE = re.compile(
    r"(?!\s*(?:for )?(?:e\.g|examples?|instance)\b).*\b(?:used?|uses|can|cannot|may|but|never|consists?)\b",
    re.DOTALL,
)
_DEFINITION = 10  # words: a shorter answer is a definition, and a bare term asks for its meaning
_COMMAND = re.compile(r"\s*(?:define|name|list|give|state|compare|explain|describe|what|how|why|when)\b")


def _says_more(answer: Field) -> bool:
    """Tell whether a definition goes on to say what the thing is for or can do."""
    later = [view.lower[start:end] for view in answer for start, end in pairwise(view.sentence_ends())]
    return any(_MORE.match(sentence) for sentence in later)


def _is_term(front: TextView) -> bool:
    text = front.text.value
    return (
        len(front.words) <= 4 and not _COMMAND.match(front.lower) and not re.search(r"[?:=…]|\.\.\.|__", text)
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
    measured=Measured(6938, 322, 125, 108),
    remark="Right on 34 of 40 that say `Explain X` or the like, on 34 of 40 that ask for any few of many "
    "(wrong on a fixed set without its `the`), and on 40 of 45 bare terms, nearly all of one deck; a first "
    "version, on all terms with two sentences, was right on 15 of 21. No front was a bare topic (`Kafka?`). "
    "Protocols, procedures and stages are left alone: on these it was wrong six times of six.",
    roles=("asks",),
    limits=(Limit("answer_words", 40, "The most words that the answer to a bare term may have."),),
    english=True,
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report ``Explain X`` and its like, any few of many, and a bare term with more than its meaning."""
    for front in note.fronts:
        match = _VAGUE.match(front.lower)
        is_topic = not note.contexts and _TOPIC.match(front.lower)
        if is_topic or (match and not _PRECISE.search(match["rest"])):
            hint = "Ask for one thing: what it is for, when it fails, what it costs."
            yield Problem(front.start(), "The prompt does not say what a full answer is.", hint)
            return
        if _ANY_FEW.match(front.lower):
            message = "The prompt asks for any few of many, so at each review one may name others."
            hint = "Ask for what sets one of them apart; write `the three` if there are no others."
            yield Problem(front.start(), message, hint, INFO)
            return
    pair = note.pair()
    if pair and not note.contexts and _is_term(pair[0]):
        words = sum(len(view.words) for view in pair[1])
        if words > limits["answer_words"]:
            message = f"The front is a bare term, the answer has {words} words."
            yield Problem(pair[0].start(), message, "Ask the question that the answer answers.")
        elif words > _DEFINITION and _says_more(pair[1]):
            message = "The front is a bare term, and the answer is more than its meaning."
            hint = "Ask for one thing: what it is, what it is for, what it can do."
            yield Problem(pair[0].start(), message, hint, INFO)
