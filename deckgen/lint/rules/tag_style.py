import re
from collections.abc import Iterator

from deckgen.lint.rule import DECK, INFO, Limit, Limits, Measured, Problem, Problems, rule
from deckgen.lint.views import DeckView
from deckgen.yaml.flow_list import as_item

# `Spark`, `Data-Quality`; an abbreviation such as `SLO` is only ever written in capitals.
_WORD_IN_CAPITALS = re.compile(r"[A-Z][a-z]{2}")


@rule(
    "tag-style",
    INFO,
    "A tag is hard to type or to find",
    "Anki keeps the first spelling of a tag that it sees, so `Spark` in one deck renames `spark` in another. "
    "Tags are separated by spaces, so a comma becomes part of the name. The fifth level of a tag shows in "
    "the sidebar only after four clicks.",
    bad="""\
concepts:
  - id: skew
    tags: [Spark]
    prompt: What shows a skewed key?
    answer: One task that runs far longer than the others.
""",
    good="""\
concepts:
  - id: skew
    tags: [spark]
    prompt: What shows a skewed key?
    answer: One task that runs far longer than the others.
""",
    group=DECK,
    source="The Anki manual, Editing (tags)",
    measured=Measured(15382, 1816, 30, 30),
    remark="Nearly all are commas, in one deck. Capitals are reported only where most tags have none, and "
    "levels from the fifth on: before, it fired on 4,291 notes, mostly on a habit of their authors.",
    limits=(Limit("levels", 4, "The most levels that a tag may have."),),
)
def check(deck: DeckView, limits: Limits) -> Problems:
    """Report tags with commas or too many levels, and capitals where most tags of the deck have none."""
    tags = {tag.value for view in deck.notes for tag in view.note.tags}
    capitals = {tag for tag in tags if _WORD_IN_CAPITALS.search(tag)}
    odd = capitals if len(tags) == 1 or 2 * len(capitals) < len(tags) else frozenset[str]()
    faults = {tag: tuple(_faults(tag, tag in odd, limits["levels"])) for tag in tags}
    for view in deck.notes:
        for tag in view.note.tags:
            for message, hint in faults[tag.value]:
                yield Problem(tag.span, message, hint, note=view.note)


def _faults(tag: str, odd: bool, most_levels: int) -> Iterator[tuple[str, str]]:
    if odd:
        yield f"The tag `{tag}` has capitals.", f"Write `{as_item(tag.lower())}`."
    if "," in tag:
        hint = "Anki separates tags by spaces, so a comma becomes part of the name. Leave it out."
        yield f"The tag `{tag}` has a comma.", hint
    levels = tag.count("::") + 1
    if levels > most_levels:
        yield f"The tag `{tag}` has {levels} levels.", "Leave out a level."
