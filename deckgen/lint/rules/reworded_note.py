import re
from collections.abc import Iterator, Sequence

from deckgen.lint.english import content_words, stem, tokens
from deckgen.lint.rule import DECK, INFO, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.rules.duplicate_front import front_key
from deckgen.lint.similarity import alike
from deckgen.lint.views import DeckView, NoteView, TextView

_FEWEST = 4  # stems of an answer: shorter ones are alike by chance
_FEWEST_ASKED = 2  # stems of a front
_FORMULA = re.compile(r"[`$\\{}=^]|\w\(")
_COMPARES = re.compile(r"\b(?:differ\w*|compare\w*|versus|vs)\b")
# Small words that turn a question: what or why, step into or over, with or without.
_TURNS = frozenset("why|when|where|who|not|no|without|over|under|into|out|up|down|off|through|before|after".split("|"))


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
    remark="Of seven collections, where it was made: a looser form was right on 13 of 16, so formulas "
    "and comparisons were left alone and the share was raised. It may be right less often on other decks.",
    limits=(Limit("percent", 60, "The share of common stems of words among all stems, in per cent."),),
    english=True,
)
def check(deck: DeckView, limits: Limits) -> Problems:
    """Report each note whose front holds, or is held by, that of an earlier one with much the same answer."""
    notes = [note for note in deck.notes if _has_one_answer(note)]
    fronts = [frozenset(_stem_list(note.fronts)) for note in notes]
    answers = [frozenset(_stem_list([view for field in note.backs for view in field])) for note in notes]
    both = [one | other for one, other in zip(fronts, answers, strict=True)]
    wanted = limits["percent"] / 100
    pairs = [(pair.later, pair.earlier) for pair in alike(both, wanted)]
    pairs = [(a, b) for a, b in pairs if fronts[a] < fronts[b] or fronts[b] < fronts[a]]
    for later, earlier in sorted([*pairs, *_same_fronts(notes, fronts)]):
        note, other = notes[later], notes[earlier]
        shared = answers[later] & answers[earlier]
        if len(shared) < _FEWEST or _asks_another(note, other):
            continue
        span = other.note.id.span
        yield Problem(
            note.fronts[0].start(),
            f"`{other.note.id.value}` ({span.path}, line {span.line}) asks for much the same.",
            "Keep the better one, or ask for what only this one teaches.",
            note=note.note,
        )


def _same_fronts(notes: list[NoteView], fronts: list[frozenset[str]]) -> Iterator[tuple[int, int]]:
    """Yield each note with the earlier one whose front has the same stems, in other words."""
    seen: dict[frozenset[str], int] = {}
    for later, front in enumerate(fronts):
        earlier = seen.setdefault(front, later)
        if earlier != later and len(front) >= _FEWEST_ASKED and front_key(notes[earlier]) != front_key(notes[later]):
            yield later, earlier


def _has_one_answer(note: NoteView) -> bool:
    pair = note.pair()
    return pair is not None and not any(_FORMULA.search(view.text.value) for view in pair[1])


def _asks_another(note: NoteView, other: NoteView) -> bool:
    """Tell whether one asks for a difference or a reason, and the other not, or for "A over B" and "B over A"."""
    here, there = note.fronts[0].lower, other.fronts[0].lower
    compares = bool(_COMPARES.search(here))
    if compares != bool(_COMPARES.search(there)) or _TURNS & (set(tokens(here)) ^ set(tokens(there))):
        return True
    stems, others = _stem_list(note.fronts), _stem_list(other.fronts)
    return set(stems) == set(others) and stems != others and not compares


def _stem_list(views: Sequence[TextView]) -> list[str]:
    return [stem(word.replace("-", "")) for view in views for word in content_words(view.lower)]
