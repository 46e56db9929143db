import re

from deckgen.lint.english import content_words, stem
from deckgen.lint.rule import DECK, INFO, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.similarity import alike
from deckgen.lint.views import DeckView, NoteView, TextView

_FEWEST = 4  # stems of an answer: shorter ones are alike by chance
_FORMULA = re.compile(r"[`$\\{}=^]|\w\(")
_OTHER = re.compile(r"\b(?:differ\w*|compare\w*|versus|vs|not)\b")


@rule(
    "reworded-note",
    INFO,
    "A note asks for what another one has",
    "One front has all the words of the other, and the answers are alike: twice the reviews for one fact.",
    bad="""\
concepts:
  - id: load-balancer
    prompt: What is a load balancer?
    answer: It spreads incoming traffic over several servers, so that none is overloaded.
  - id: load-balancer-purpose
    prompt: What is the purpose of a load balancer?
    answer: To spread the traffic over several servers, so that none of them is overloaded.
""",
    good="""\
concepts:
  - id: load-balancer
    prompt: What is a load balancer?
    answer: It spreads incoming traffic over several servers, so that none is overloaded.
  - id: load-balancer-check
    prompt: How does a load balancer learn that a server is down?
    answer: It asks each one for its health every few seconds.
""",
    group=DECK,
    source="Wozniak 11 (combat interference)",
    measured=Measured(4467, 12, 12, 11),
    remark="Of seven collections. Formulas and comparisons were left alone after the sample was read: on "
    "these it was wrong both times. Without the condition on fronts it was right on one pair in three.",
    limits=(Limit("percent", 60, "The share of common stems of words among all stems, in per cent."),),
    english=True,
)
def check(deck: DeckView, limits: Limits) -> Problems:
    """Report each note whose front holds, or is held by, that of an earlier one with much the same answer."""
    notes = [note for note in deck.notes if _has_one_answer(note)]
    fronts = [_stems(note.fronts) for note in notes]
    answers = [_stems([view for field in note.backs for view in field]) for note in notes]
    wanted = limits["percent"] / 100
    for pair in alike([one | other for one, other in zip(fronts, answers, strict=True)], wanted):
        here, there = fronts[pair.later], fronts[pair.earlier]
        note, other = notes[pair.later], notes[pair.earlier]
        shared = answers[pair.later] & answers[pair.earlier]
        if not (here < there or there < here) or len(shared) < _FEWEST or _asks_another(note, other):
            continue
        span = other.note.id.span
        yield Problem(
            note.fronts[0].start(),
            f"`{other.note.id.value}` ({span.path}, line {span.line}) asks for much the same.",
            "Keep the better one, or ask for what only this one teaches.",
            note=note.note,
        )


def _has_one_answer(note: NoteView) -> bool:
    pair = note.pair()
    return pair is not None and not any(_FORMULA.search(view.text.value) for view in pair[1])


def _asks_another(note: NoteView, other: NoteView) -> bool:
    return bool(_OTHER.search(note.fronts[0].lower)) != bool(_OTHER.search(other.fronts[0].lower))


def _stems(views: list[TextView]) -> frozenset[str]:
    return frozenset(stem(word) for view in views for word in content_words(view.lower))
