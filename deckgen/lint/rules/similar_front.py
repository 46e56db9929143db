from deckgen.lint.rule import DECK, INFO, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.rules.duplicate_front import front_key
from deckgen.lint.views import DeckView


@rule(
    "similar-front",
    INFO,
    "Two fronts are nearly the same",
    "Similar questions get mixed up (interference). Often the author wants the pair, since it teaches a "
    "difference; then make the words that differ stand out.",
    bad="""\
concepts:
  - id: late-event-time
    prompt: Which time of a record does a window by event time use to place it?
    answer: When it happened.
  - id: late-processing-time
    prompt: Which time of a record does a window by processing time use to place it?
    answer: When it arrived.
""",
    good="""\
concepts:
  - id: late-event-time
    prompt: Which time of a record does a window by **event time** use to place it?
    answer: When it happened.
  - id: late-processing-time
    prompt: A record arrives an hour late. In which window does **processing time** put it?
    answer: That of the hour of its arrival.
""",
    group=DECK,
    source="Wozniak 11 (combat interference)",
    measured=Measured(15382, 360, 30, 26),
    remark="Most are pairs that teach a difference. Right means that a reader could mistake one for "
    "the other.",
    limits=(
        Limit("percent", 80, "The share of common words among all words, in per cent."),
        Limit("words", 4, "Fronts of fewer different words are left alone."),
    ),
)
def check(deck: DeckView, limits: Limits) -> Problems:
    """Report each note whose front is nearly that of an earlier one, and the words that differ."""
    for note, other, jaccard in deck.alike_fronts():
        if 100 * jaccard < limits["percent"] or not (note.fronts or note.contexts):
            continue
        words, others = note.front_words(), other.front_words()
        if len(words) < limits["words"] or front_key(note) == front_key(other):
            continue
        yield Problem(
            (note.fronts or note.contexts)[0].start(),
            f"`{other.note.id.value}` asks nearly the same; {apart(words, others)}.",
            "Make what differs stand out (bold, or first), or ask in another way.",
            note=note.note,
        )


def apart(here: frozenset[str], there: frozenset[str]) -> str:
    """Return in words how many words two sets share, and which are in one alone."""
    shared = f"{len(here & there)} of {len(here | there)} words are shared"
    alone = [", ".join(sorted(one)[:4]) or "nothing" for one in (here - there, there - here)]
    return f"{shared}, only here: {alone[0]}; only there: {alone[1]}"
