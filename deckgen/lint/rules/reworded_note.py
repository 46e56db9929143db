import re
from collections.abc import Iterator

from deckgen.lint.english import content_words, stem
from deckgen.lint.rule import DECK, INFO, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.rules import similar_front
from deckgen.lint.similarity import alike
from deckgen.lint.views import DeckView, NoteView, TextView

_FEWEST = 4  # stems of an answer: shorter ones are alike by chance
_FEWEST_OF_SAME = 2  # the same where the fronts have all their stems in common
_FEWEST_ASKED = 2  # stems of a front
_SIMILAR_FRONT = similar_front.check.defaults()["percent"]
_FORMULA = re.compile(r"[`$\\{}=^]|\w\(")
_COMPARES = re.compile(r"\b(?:differ\w*|distinguish\w*|compare\w*|contrast\w*|versus|vs)\b")
_ASKING = frozenset(("reason", "way", "explain", "describe"))  # words that say how it is asked, not what for
# Small words that turn a question: what or why, step into or over, with or without.
_TURNS = re.compile(
    r"\b(?:why|reason|when|where|who|not|no|without|over|under|into|out|up|down|off|through|before|after)\b"
)


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
    measured=Measured(6938, 44, 44, 38),
    remark="Many are pairs from two decks on one subject. Before fronts that turn the other round (`A over "
    "B`, step into or over, what or why) were left alone, it was wrong on 8 of 25 with the same words.",
    limits=(Limit("percent", 60, "The share of common stems of words among all stems, in per cent."),),
    english=True,
)
def check(deck: DeckView, limits: Limits) -> Problems:
    """Report each note whose front holds, or is held by, that of an earlier one with much the same answer."""
    notes = [note for note in deck.notes if _has_one_answer(note)]
    fronts = [frozenset(_stems_asked(note)) for note in notes]
    answers = [_stems([view for field in note.backs for view in field]) for note in notes]
    both = [one | other for one, other in zip(fronts, answers, strict=True)]
    within = [
        (pair.later, pair.earlier)
        for pair in alike(both, limits["percent"] / 100)
        if fronts[pair.later] < fronts[pair.earlier] or fronts[pair.earlier] < fronts[pair.later]
    ]
    for later, earlier in sorted([*within, *_same_fronts(notes, fronts)]):
        note, other = notes[later], notes[earlier]
        fewest = _FEWEST_OF_SAME if fronts[later] == fronts[earlier] else _FEWEST
        if len(answers[later] & answers[earlier]) < fewest or _asks_another(note, other):
            continue
        span = other.note.id.span
        yield Problem(
            note.fronts[0].start(),
            f"`{other.note.id.value}` ({span.path}, line {span.line}) asks for much the same.",
            "Keep the better one, or ask for what only this one teaches.",
            note=note.note,
        )


def _same_fronts(notes: list[NoteView], fronts: list[frozenset[str]]) -> Iterator[tuple[int, int]]:
    """Yield each note with the first whose front has its stems, unless similar-front finds the two."""
    seen: dict[frozenset[str], int] = {}
    for later, front in enumerate(fronts):
        earlier = seen.setdefault(front, later)
        if earlier != later and len(front) >= _FEWEST_ASKED:
            here, there = notes[later].front_words(), notes[earlier].front_words()
            if 100 * len(here & there) < _SIMILAR_FRONT * len(here | there):
                yield later, earlier


def _has_one_answer(note: NoteView) -> bool:
    pair = note.pair()
    return pair is not None and not any(_FORMULA.search(view.text.value) for view in pair[1])


def _asks_another(note: NoteView, other: NoteView) -> bool:
    """Tell whether only one asks for a difference or a reason, or the one turns the other round."""
    here, there = note.fronts[0].lower, other.fronts[0].lower
    compares = bool(_COMPARES.search(here))
    if compares != bool(_COMPARES.search(there)) or _turns(here) != _turns(there):
        return True
    stems, others = _stems_asked(note), _stems_asked(other)
    return set(stems) == set(others) and stems != others and not compares


def _turns(front: str) -> set[str]:
    return {"why" if word == "reason" else word for word in _TURNS.findall(front)}


def _stems_asked(note: NoteView) -> list[str]:
    """Return the stems of a front in order, the same for all words that ask for a difference."""
    fronts = _COMPARES.sub("differ", " ".join([view.lower for view in note.fronts])).replace("-", "")
    return [stem(word) for word in content_words(fronts) if word not in _ASKING]


def _stems(views: list[TextView]) -> frozenset[str]:
    return frozenset(stem(word) for view in views for word in content_words(view.lower))
