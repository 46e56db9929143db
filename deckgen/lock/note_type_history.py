"""What becomes of what readers have when fields and card templates of a note type come and go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

from deckgen.lock.card_history import CARD_REMOVED
from deckgen.lock.note_types import ShippedNoteType
from deckgen.lock.slots import Slots, Wanted, card_key, is_free, wanted_cards, wanted_fields
from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.yaml.flow_list import as_item

MAYBE_RENAMED_PART = Code(
    "maybe-renamed-part",
    Severity.WARNING,
    "A note type has a new field or card, and another one is gone",
    "If it is the same under another name, its slot is lost without `aliases`. A card then arrives as a new "
    "one, and readers' cards go blank, with their review history; a field takes one of the spare slots. If "
    "it is a different one, build: this is reported only until then.",
    bad="cards: [{name: Recall it}]  # was: Recall",
    good="cards: [{name: Recall it, aliases: [Recall]}]",
)
CODES = (MAYBE_RENAMED_PART,)


def note_type_findings(old: Slots | None, shipped: ShippedNoteType, span: Span) -> Iterator[Finding]:
    """Report the fields and card templates that look renamed, and the templates that are gone.

    Args:
        old: the slots that readers have; None where the note type was never shipped.
        shipped: the note type as it will be shipped.
        span: where a finding points.
    """
    if old is None:
        return
    note_type = shipped.note_type
    fields = _changed(wanted_fields(note_type, old), old.fields)
    yield from _renamed("field", "takes a spare slot", fields, shipped, span)
    if note_type.is_cloze:  # it has one card, whatever that is called
        return
    new, gone = _changed(wanted_cards(note_type), old.cards)
    yield from _renamed("card", "arrives without review history", (new, gone), shipped, span)
    for key in () if new else gone:
        message = f"`{note_type.name}` has no card `{unquote(key)}` any more: readers will see blank cards."
        hint = "No action needed; readers can delete them with Tools > Empty Cards."
        yield CARD_REMOVED.at(span, message, hint)


def _changed(wanted: Iterable[Wanted], before: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the keys of fields or cards that no slot has held, and those that slots held and are gone."""
    keys = {one.key: {one.key, *one.aliases} for one in wanted if one.former_slot is None}
    new = [key for key, names in keys.items() if names.isdisjoint(before)]
    known = {name for one in wanted for name in (one.key, *one.aliases)}
    return new, [key for key in before if not is_free(key) and key not in known]


def _renamed(
    what: str, harm: str, changed: tuple[list[str], list[str]], shipped: ShippedNoteType, span: Span
) -> Iterator[Finding]:
    if not all(changed):
        return
    names = {card_key(card.name): card.name for card in shipped.note_type.cards} if what == "card" else {}
    new, gone = ([names.get(key, unquote(key)) for key in keys] for keys in changed)
    message = (
        f"`{shipped.note_type.name}` has the new {what} `{new[0]}` and no longer `{gone[0]}`: if that was "
        f"renamed, the new one {harm}."
    )
    alias = as_item(gone[0])
    hint = f"If so, add `aliases: [{alias}]` to `{new[0]}` in notetype.yaml; if not, no action is needed."
    yield MAYBE_RENAMED_PART.at(span, message, hint)
