import re
from collections import defaultdict
from collections.abc import Iterator

from deckgen.lint.rule import DECK, INFO, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import DeckView
from deckgen.model.notes import Note
from deckgen.model.text import Text

# The numbering in a tag: week_2, Surgery_B, LO4.
_NUMBERING = re.compile(r"\d+|_|(?<![a-z])[a-z](?![a-z])")


@rule(
    "tag-once",
    INFO,
    "Only one note has a tag, and the tag looks like a typo",
    "A tag of a single note, one letter from a common tag, is usually a typo, and a filtered deck made from "
    "either tag lacks a note.",
    bad="""\
concepts:
  - id: lag
    tags: [kafka]
    prompt: What is consumer lag?
    answer: The newest offset minus the committed one.
  - id: rebalance
    tags: [kafka]
    prompt: What stops reading during an eager rebalance?
    answer: All consumers of the group.
  - id: poison
    tags: [kafak]
    prompt: What is a poison message?
    answer: One that its consumer fails on each time.
""",
    good="""\
concepts:
  - id: lag
    tags: [kafka]
    prompt: What is consumer lag?
    answer: The newest offset minus the committed one.
  - id: poison
    tags: [kafka]
    prompt: What is a poison message?
    answer: One that its consumer fails on each time.
""",
    group=DECK,
    source="The Anki manual, Browsing (tags and filtered decks)",
    measured=Measured(8092, 7, 7, 7),
    remark="All are in one deck. Tags used once that are like no other, or differ in a number, "
    "are left alone: on these it was wrong on 22 of 25.",
)
def check(deck: DeckView, _limits: Limits) -> Problems:
    """Report tags used once that are one letter from another tag; week_1 and week_2 differ in a number."""
    uses: dict[str, list[tuple[Note, Text]]] = defaultdict(list)
    for view in deck.notes:
        for written in view.note.tags:
            uses[written.value].append((view.note, written))
    spellings = _spellings(uses)
    for tag, ((note, text), *others) in uses.items():
        if others:
            continue
        near = next(
            (
                other
                for key in _keys(tag)
                for other in spellings[key]
                if other != tag
                and len(uses[other]) > 1
                and _without_numbering(tag) != _without_numbering(other)
            ),
            None,
        )
        if near:
            often = f"{len(uses[near])} notes have `{near}`, one letter away"
            message = f"Only this note has the tag `{tag}`; {often}."
            yield Problem(text.span, message, f"Write `{near}`, if you meant that.", note=note)


def _spellings(tags: dict[str, list[tuple[Note, Text]]]) -> dict[str, list[str]]:
    """Return tags by their names with one letter left out: tags that share such a key are a letter apart."""
    spellings: dict[str, list[str]] = defaultdict(list)
    for tag in tags:
        for key in _keys(tag):
            spellings[key].append(tag)
    return spellings


def _without_numbering(tag: str) -> str:
    return _NUMBERING.sub("", tag.casefold())


def _keys(tag: str) -> Iterator[str]:
    folded = tag.casefold()
    yield folded
    if len(folded) > 3:
        yield from {folded[:place] + folded[place + 1 :] for place in range(len(folded))}
