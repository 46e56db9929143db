import re

from deckgen.lint.english import content_words, iter_content_words
from deckgen.lint.rule import INFO, PROMPTS, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView

_NOT_WHAT = re.compile(r"\s*(?:why|when|how|where|who)\b")


@rule(
    "echo-answer",
    INFO,
    "An answer repeats its question",
    "The reader reads the words of the front once more at each review, and learns nothing from them.",
    bad="""\
concepts:
  - id: hot-partition
    prompt: What slows a consumer group with a hot partition?
    answer: A consumer group with a hot partition is slowed by the one consumer that reads it.
""",
    good="""\
concepts:
  - id: hot-partition
    prompt: What slows a consumer group with a hot partition?
    answer: The one consumer that reads it.
""",
    group=PROMPTS,
    source="Wozniak 12 (optimise wording)",
    measured=Measured(13840, 40, 30, 28),
    remark="Questions of two content words that start with why, when, how, where or who were found in none.",
    roles=("asks",),
    limits=(
        Limit(
            "words",
            3,
            "So many repeated content words of a short question make an echo; one more of a long one.",
        ),
    ),
    english=True,
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report an answer that starts with the words that the question starts with."""
    pair = note.pair()
    if pair is None or len(pair[1]) > 1:
        return
    front, answer = pair[0], pair[1][0]
    opening = answer.lower[:160]
    first = next(iter_content_words(opening), "")
    if first not in front.lower:
        return
    asked = content_words(front.lower)
    # An answer may name its subject: an echo takes four words of a long question, three of a short one.
    words = limits["words"] if len(asked) <= limits["words"] + 1 else limits["words"] + 1
    # "Why are retries dangerous?" has but two; to repeat those of "What is lag?" is to name the subject.
    if len(asked) == 2 and _NOT_WHAT.match(front.lower):
        words = 2
    echoed = content_words(opening)[:words]
    if len(set(echoed)) == words and set(echoed) <= set(asked[: words + 1]) and min(map(len, echoed)) > 1:
        hint = "Start with what is new."
        yield Problem(
            answer.start(), f"The answer starts with words of the question: {', '.join(echoed)}.", hint
        )
