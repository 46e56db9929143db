import re

from deckgen.lint.english import content_words
from deckgen.lint.rule import PROMPTS, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import NoteView

_OFFER = re.compile(
    r"(\w[\w'\u2019\-]*)(?:,)?\s+or\s+(?:an?\s+|the\s+|by\s+|in\s+|on\s+)?(\w[\w'\u2019\-]*)[^.?]*\?"
)


@rule(
    "alternative-question",
    WARNING,
    "A question offers its own answers",
    "The answer to `X or Y?` can be guessed, and it is in the question.",
    bad="""\
concepts:
  - id: merge-side
    prompt: In a broadcast join, is the small or the large table copied?
    answer: The small one
""",
    good="""\
concepts:
  - id: merge-side
    prompt: What does a broadcast join copy to every executor?
    answer: The whole of the smaller table
""",
    group=PROMPTS,
    source="Matuschak, How to write good prompts",
    measured=Measured(13840, 43, 43, 43),
    remark="39 are from one school's decks: true or false, left or right half of the brain.",
    roles=("asks",),
    limits=(Limit("words", 3, "The most words of an answer that counts as one of the two offered."),),
    english=True,
)
def check(note: NoteView, limits: Limits) -> Problems:
    """Report a question with ``or`` whose short answer is one of the two words beside it."""
    pair = note.pair()
    if pair is None or len(pair[1]) > 1 or " or " not in pair[0].lower:
        return
    front, answer = pair[0], pair[1][0]
    wanted = content_words(answer.lower)
    offer = _OFFER.search(front.lower)
    if (
        offer
        and len(answer.words) <= limits["words"]
        and set(wanted) & {offer[1], offer[2]}
        and set(wanted) <= set(content_words(front.lower))
    ):
        hint = "Ask an open question, or ask what decides between the two."
        yield Problem(front.at(offer.start()), "The question offers its own answers.", hint)
