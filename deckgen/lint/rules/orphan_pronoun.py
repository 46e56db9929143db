import re

from deckgen.lint.english import AUXILIARIES, QUESTION_WORDS
from deckgen.lint.rule import PROMPTS, WARNING, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView

_SMALL = (
    f"{QUESTION_WORDS}|{AUXILIARIES}|and|so|then|but|else|also|exactly|often|long|much|many|would|good|bad"
)
_ORPHAN = re.compile(
    rf"\s*(?:(?:{_SMALL})\s+)*(?P<pronoun>it|this|that|they|these|those|them|its|their)\b(?P<rest>[^\n]*)"
)
# "How long does it take to …", "Why is it better to …": here `it` stands for what follows.
_EXPLETIVE = re.compile(
    r"(?:[^.?]*?)\b(?:to|that|if|when|for|whether|like|as|in|by|with|of|about|between|from|until|before|after|"
    r"since|than)\b\s+\S",
    re.DOTALL,
)
# "It is 3 a.m.", "It is raining": here `it` stands for the time or the weather.
_DUMMY = re.compile(
    r"(?:\s*(?:is|was|'s|\u2019s|has been|gets|got)\b)?\s*"
    r"(?:(?:now|about|almost|already|past|just after|just before|nearly"
    r"|a|the|too|very|still|only)\s+)*"
    r"(?:\d{1,2}(?:[:.]\d\d)?\s*(?:a\.?m\b|p\.?m\b|o['\u2019]clock)|\d{1,2}:\d\d\b"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|midnight|noon|morning|evening|night|late\b|early\b|dark\b"
    r"|rain\w*|snow\w*|hot\b|cold\b|sunny|windy|black friday|weekend|new year|half past|quarter (?:to|past)"
    r"|january|february|march\b|april|june|july|august|september|october|november|december|(?:19|20)\d\d\b)"
)
_VERB = re.compile(
    rf"\s*(?:[?,.]|(?:{AUXILIARIES})\b|not\b|be\b|mean|work|happen|called|used|do\b|look|cost|differ|apply|help)"
)
_NOUNS = (
    "approach|method|technique|option|case|query|code|function|problem|strategy|solution|pattern|design|step|situation|"
    "scenario|algorithm|setup|table|error|rule|model|system|example|concept|process|operation|pipeline|job|issue|"
    "architecture|mechanism|feature|tool|structure|result|output|command|class|program|diagram|figure|graph|loop"
)
# "As we saw above", "in the example", "the fourth step of the plan": the book, not the card, says which.
_ELSEWHERE = re.compile(
    r"(?P<what>\bas (?:we|you|i) (?:saw|have seen|said|discussed|mentioned|noted)\b"
    r"|\bas (?:said|shown|seen|discussed|mentioned|described|noted|stated) (?:above|below|before|earlier)\b"
    r"|\b(?:of|in|from) the above\b|\bin (?:the|this) example\b"
    rf"|\bthe (?:{_NOUNS})s? (?:above|below)\b"
    r"|\bin this (?:chapter|section|lesson|course|book)\b"
    r"|\bin (?:the|this) (?:previous|preceding|last|next) (?:section|chapter|card|example|lesson)\b"
    r"|\bthe (?:first|second|third|fourth|fifth|sixth|last|next) (?:step|point|item|part) of the "
    r"(?:plan|list|method)\b)"
)
# "Why is this approach preferred over a full reload?": what comes before it names no approach.
_NTH = r"the (?:first|second|third|last|former|latter) (?:approach|method|solution|query)"
_THIS_NOUN = re.compile(
    r"\s*+\w+ (?:(?!(?:and|or|but|if|when|while|after|since|because|without)\b)[\w'\u2019-]+ ){0,5}?"
    rf"(?P<what>(?:this|these) (?:\w+ )?(?:{_NOUNS})s?|{_NTH})\b"
    r"(?! (?:of|in|to|for|that|which|called|named)\b)[^:.\"\u201c(]*\?\s*\Z"
)
_SHOWN = re.compile(r"!\[|```|~~~|`|\$|\n")


@rule(
    "orphan-pronoun",
    WARNING,
    "A front points at something that is not on the card",
    "Cards come up shuffled, weeks later. Then nobody knows what `it` or `the example` meant when the note "
    "was written.",
    bad="""\
concepts:
  - id: watermark-cost
    prompt: What does it cost?
    answer: State and delay.
""",
    good="""\
concepts:
  - id: watermark-cost
    prompt: What does a longer watermark cost?
    answer: State and delay.
""",
    group=PROMPTS,
    source="Wozniak 16 (context cues); Nielsen",
    measured=Measured(6938, 1),
    remark="A first version fired on 64 statements such as `This is the rarest white blood cell`, whose "
    "pronoun is the answer, and was wrong on all; statements are left alone now. One that looked at "
    "pronouns anywhere in the front was wrong on 8 of 9. The one was a slip of the pen (`What it the "
    "stack?`); no published front spoke of `this approach` or `the example` with nothing before it.",
    roles=("asks",),
    english=True,
)
def check(note: NoteView, _limits: Limits) -> Problems:
    """Report a pronoun with no noun before it at the start of a question, and what only a book can tell."""
    if note.contexts:
        return
    for front in note.fronts:
        if _SHOWN.search(front.text.value.strip()):
            continue
        away = _ELSEWHERE.search(front.lower) or _THIS_NOUN.match(front.lower)
        if away:
            message = f"`{away['what']}` points at something that is not on the card."
            yield Problem(front.at(away.start("what")), message, "Say on the card what one must know of it.")
            continue
        match = _ORPHAN.match(front.lower)
        # Statements are left alone: in "This is the rarest white blood cell", the pronoun is the answer.
        if match is None or "?" not in front.lower:
            continue
        word, rest = match["pronoun"], match["rest"]
        if word in ("it", "they") and (_EXPLETIVE.match(rest) or _DUMMY.match(rest)):
            continue
        if word in ("this", "that", "these", "those") and (
            not _VERB.match(rest) or re.search(r":|\"|'", rest)
        ):
            continue
        if word in ("its", "their"):
            continue
        message = f"Nothing on the card says what `{word}` is."
        yield Problem(front.at(match.start("pronoun")), message, "Name the thing.")
