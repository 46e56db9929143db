"""tag-once: a tag that only one note has, or that is one letter from another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from deckgen.check.rule import DECK, Limit, Limits, Measured, Problem, Rule
from deckgen.check.views import DeckView
from deckgen.diagnostics import Code, Severity
from deckgen.model import Note, Text

CODE = Code(
    "tag-once",
    Severity.INFO,
    "A tag stands at one note alone",
    "A tag gathers notes. One that gathers a single note is often a slip for another tag, and a filtered "
    "deck made from either lacks a note.",
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
)


def check_deck(deck: DeckView, limits: Limits) -> Iterator[Problem]:
    """Report tags used once: near another's name at any size of a deck, else in a large deck."""
    uses: dict[str, list[tuple[Note, Text]]] = defaultdict(list)
    for view in deck.notes:
        for written in view.note.tags:
            uses[written.value].append((view.note, written))
    spellings = _spellings(uses)
    tagged = sum(bool(view.note.tags) for view in deck.notes)
    for tag, ((note, text), *others) in uses.items():
        if others:
            continue
        near = next(
            (
                other
                for key in _keys(tag)
                for other in spellings[key]
                if other != tag and len(uses[other]) > 1
            ),
            None,
        )
        if near:
            often = f"`{near}`, a letter away, stands at {len(uses[near])} notes"
            message = f"The tag `{tag}` stands here alone; {often}."
            yield Problem(text.span, message, f"Write `{near}`, if that is meant.", note=note)
        elif tagged >= limits["notes"]:
            hint = "Use a tag that other notes have, or leave it out."
            yield Problem(text.span, f"The tag `{tag}` stands at no other note.", hint, note=note)


def _spellings(tags: dict[str, list[tuple[Note, Text]]]) -> dict[str, list[str]]:
    """Return tags by each spelling that lacks one of their letters: two that share one are a letter apart."""
    spellings: dict[str, list[str]] = defaultdict(list)
    for tag in tags:
        for key in _keys(tag):
            spellings[key].append(tag)
    return spellings


def _keys(tag: str) -> Iterator[str]:
    folded = tag.casefold()
    yield folded
    if len(folded) > 3:
        yield from {folded[:place] + folded[place + 1 :] for place in range(len(folded))}


RULE = Rule(
    CODE,
    DECK,
    "The Anki manual, Browsing (tags and filtered decks)",
    Measured(5729, 5, 5, 4, "On one deck whole. Wrong on `leech`, which Anki itself sets."),
    check_deck=check_deck,
    limits=(Limit("notes", 20, "With fewer notes that have tags, only slips are reported."),),
)
