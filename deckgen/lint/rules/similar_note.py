from difflib import SequenceMatcher

from deckgen.lint.english import content_words, tokens
from deckgen.lint.rule import DECK, WARNING, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import DeckView, NoteView

_SHORT_ANSWER = 8
_TURNS = frozenset({"not", "no", "never", "without", "except"})
# So many words of each text are compared word by word for the message, and so many shown.
_COMPARED, _SHOWN = 200, 20


@rule(
    "similar-note",
    WARNING,
    "A note is written twice",
    "Front and answer are nearly the same as in another note: twice the reviews for one fact.",
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
    group=DECK,
    source="Wozniak 11; Broder 1997 (resemblance of documents by shared runs)",
    measured=Measured(15382, 11, 11, 11),
    remark="Notes with equal fronts are left to duplicate-front. Before pairs such as hepatitis A and E, "
    "boys and girls, or a sentence with another word hidden were left alone, it was wrong on 13 of 26.",
    limits=(
        Limit(
            "percent", 80, "The share of common three-letter sequences, in front and in answer, in per cent."
        ),
    ),
)
def check(deck: DeckView, limits: Limits) -> Problems:
    """Report each note whose front and answer are nearly those of an earlier one."""
    wanted = limits["percent"] / 100
    for note, other, _ in deck.alike_fronts():
        front, rest = _front_and_rest(note)
        other_front, other_rest = _front_and_rest(other)
        if front == other_front or _hidden(note) != _hidden(other):
            continue  # equal fronts are left to duplicate-front
        if len(rest.split()) < _SHORT_ANSWER and _both_have_own_words(front, other_front):
            continue  # short answers are alike by chance: 8 bits, 16 bits
        shared = [_likeness(front, other_front), _likeness(rest, other_rest)]
        if min(shared) < wanted or _asks_another(front, other_front):
            continue
        span = other.note.id.span
        fronts = f"Both ask `{shared_words(other_front, front)}` ({int(100 * shared[0])} %)"
        rests = f", both answer `{shared_words(other_rest, rest)}` ({int(100 * shared[1])} %)" if rest else ""
        yield Problem(
            note.note.id.span,
            f"`{other.note.id.value}` ({span.path}, line {span.line}) says the same. {fronts}{rests}.",
            "Keep the better one; if the other was shipped, add its id to `aliases`.",
            note=note.note,
        )


def _front_and_rest(note: NoteView) -> tuple[str, str]:
    front = " ".join(view.text.value.casefold() for view in note.whole_front())
    rest = " ".join(view.text.value.casefold() for field in note.backs for view in field)
    return " ".join(front.split()), " ".join(rest.split())


def _hidden(note: NoteView) -> list[str]:
    """Return the hidden words of a cloze: two notes may hide different words of the same sentence."""
    return sorted(
        view.text.value[deletion.hidden : deletion.hidden_end].casefold()
        for view, clozes in note.parsed_clozes()
        for deletion in clozes.deletions
    )


def _both_have_own_words(front: str, other: str) -> bool:
    words, others = set(content_words(front)), set(content_words(other))
    return bool(words - others) and bool(others - words)


def _asks_another(front: str, other: str) -> bool:
    """Tell whether fronts ask different things: hepatitis A or E, boys or girls, with insulin or not."""
    here, there = tokens(front), tokens(other)
    changes = SequenceMatcher(None, here, there, autojunk=False).get_opcodes()
    for kind, start, end, other_start, other_end in changes:
        one, two = here[start:end], there[other_start:other_end]
        if kind == "replace" and _tells(one) and _tells(two):
            return True
        if _TURNS & {*one, *two} or (kind in ("insert", "delete") and {"in", "for"} & {*one, *two}):
            return True
    return False


def _tells(words: list[str]) -> bool:
    """Tell whether words carry content; a single letter does: hepatitis A, not E."""
    return bool(content_words(" ".join(words))) or any(len(word) == 1 for word in words)


def shared_words(one: str, other: str) -> str:
    """Return the words that two texts share, in order, with ``…`` for those that differ."""
    words, others = one.split()[:_COMPARED], other.split()[:_COMPARED]
    shown: list[str] = []
    end = (0, 0)
    for block in SequenceMatcher(None, words, others, autojunk=False).get_matching_blocks():
        if (block.a, block.b) != end:
            shown.append("…")
        shown += words[block.a : block.a + block.size]
        end = (block.a + block.size, block.b + block.size)
    return " ".join(shown if len(shown) <= _SHOWN else [*shown[:_SHOWN], "…"])


def _likeness(one: str, other: str) -> float:
    """Return the Jaccard index of two texts' runs of three letters."""
    if one == other:
        return 1.0
    grams, others = _three_grams(one), _three_grams(other)
    return len(grams & others) / (len(grams | others) or 1)


def _three_grams(text: str) -> set[str]:
    return {text[start : start + 3] for start in range(len(text) - 2)}
