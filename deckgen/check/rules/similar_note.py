"""similar-note: the same note, written twice in other words."""

from __future__ import annotations

from collections.abc import Iterator

from deckgen.check.english import content_words
from deckgen.check.rule import DECK, Limit, Limits, Measured, Problem, Rule
from deckgen.check.views import DeckView, NoteView
from deckgen.diagnostics import Code, Severity

CODE = Code(
    "similar-note",
    Severity.WARNING,
    "A note is written twice",
    "Front and answer are nearly those of another note: twice the reviews for one fact.",
    bad="""\
concepts:
  - id: lag
    prompt: What is consumer lag in Kafka?
    answer: The newest offset of a partition minus the offset that the group has committed.
  - id: kafka-lag
    prompt: What is the consumer lag in Kafka?
    answer: The newest offset of a partition minus the offset the group committed.
""",
    good="""\
concepts:
  - id: lag
    prompt: What is consumer lag in Kafka?
    answer: The newest offset of a partition minus the offset that the group has committed.
  - id: lag-grows
    prompt: Consumer lag grows on one partition alone. What is the likely cause?
    answer: A hot key, or a message that its consumer cannot get past.
""",
)

_SHORT_ANSWER = 8


def check_deck(deck: DeckView, limits: Limits) -> Iterator[Problem]:
    """Report each note whose front and answer are nearly those of one before it."""
    wanted = limits["percent"] / 100
    for note, other, _ in deck.alike_fronts():
        front, rest = _front_and_rest(note)
        other_front, other_rest = _front_and_rest(other)
        if front == other_front or _asks_another(front, other_front, rest):
            continue  # of equal fronts duplicate-front speaks
        shared = [_likeness(front, other_front), _likeness(rest, other_rest)]
        if min(shared) < wanted:
            continue
        span = other.note.id.span
        front_percent, rest_percent = (int(100 * one) for one in shared)
        yield Problem(
            note.note.id.span,
            f"`{other.note.id.value}` ({span.path}, line {span.line}) says the same: "
            f"{front_percent} % of the front and {rest_percent} % of the answer are shared.",
            "Keep the better one; if it was shipped, the other's id becomes its alias.",
            note=note.note,
        )


def _front_and_rest(note: NoteView) -> tuple[str, str]:
    front = " ".join(view.text.value.casefold() for view in note.whole_front())
    rest = " ".join(view.text.value.casefold() for field in note.backs for view in field)
    return " ".join(front.split()), " ".join(rest.split())


def _asks_another(front: str, other: str, answer: str) -> bool:
    """Tell whether fronts have words of their own, so that a short answer proves nothing: 8 bits, 16 bits."""
    words, others = set(content_words(front)), set(content_words(other))
    return bool(words - others) and bool(others - words) and len(answer.split()) < _SHORT_ANSWER


def _likeness(one: str, other: str) -> float:
    """Return the Jaccard index of two texts' runs of three letters."""
    if one == other:
        return 1.0
    grams, others = _three_grams(one), _three_grams(other)
    return len(grams & others) / (len(grams | others) or 1)


def _three_grams(text: str) -> set[str]:
    return {text[start : start + 3] for start in range(len(text) - 2)}


RULE = Rule(
    CODE,
    DECK,
    "Wozniak 11; Broder 1997 (resemblance of documents by shared runs)",
    Measured(
        6950,
        1,
        1,
        1,
        "The only one that duplicate-front does not report; pairs such as 8 bits and 16 bits are left alone.",
    ),
    check_deck=check_deck,
    limits=(Limit("percent", 80, "Shared runs of three letters, in front and in answer, in per cent."),),
)
