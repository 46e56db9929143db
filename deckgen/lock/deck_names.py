"""The names of decks, by which alone Anki knows them."""

from __future__ import annotations

from collections.abc import Iterable

from deckgen.lock.model import Lock, LockedDeck
from deckgen.lock.options import ShippingOptions
from deckgen.model.diagnostics import Code, Finding, Severity
from deckgen.model.notes import PackedNote
from deckgen.yaml.flow_list import as_entry, as_item

DECK_RENAMED = Code(
    "deck-renamed",
    Severity.ERROR,
    "A deck that was shipped has another name now",
    "Anki knows decks by name alone: the cards that readers have stay in the deck with the old name, and "
    "only new ones go to the new one. Readers who rename the deck in Anki themselves, before they import, "
    "keep all in one place.",
    bad="title: Ownership  # was: Behavioral & Ownership",
    good="title: Ownership\ndeck: Interview::36 Behavioral & Ownership",
)
CODES = (DECK_RENAMED,)


def deck_key(note_id: str, kind: str) -> str:
    """Return the key under which the lock keeps the deck of a note."""
    return f"{note_id.partition('/')[0]}/{kind}"


def name_decks(
    notes: Iterable[PackedNote], lock: Lock, options: ShippingOptions
) -> tuple[dict[str, LockedDeck], list[Finding]]:
    """Return the lock's decks after this build."""
    decks = dict(lock.decks)
    findings: dict[tuple[str, str], Finding] = {}
    shipped = {deck.name.partition("::")[0] for deck in lock.decks.values()}
    for key, new in {deck_key(note.id, note.kind): note.deck for note in notes}.items():
        deck = lock.decks.get(key)
        old = deck.name if deck else new
        if deck is None or old != new:
            decks[key] = LockedDeck(new, max(options.now.seconds, deck.mod + 1) if deck else 0)
        if old != new and not options.allow_deck_rename:
            chapter, _, kind = key.partition("/")
            renamed, keep = _rename(old, new, options.decks[chapter].name, kind)
            span, (first, _, rest) = options.decks[chapter].span, renamed[0].partition("::")
            if options.project_name not in shipped and renamed[1] == f"{options.project_name}::{rest}":
                renamed, keep = (first, options.project_name), f"{as_entry('name', first)}` in deckgen.yaml"
                span = options.named_at
            message = (
                f"The deck `{renamed[0]}` would become `{renamed[1]}`: readers' cards stay in the old one."
            )
            hint = f"Write `{keep} to keep the name, or build with --allow-deck-rename."
            findings.setdefault(renamed, DECK_RENAMED.at(span, message, hint))
    return decks, list(findings.values())


def _rename(old: str, new: str, chapter_deck: str, kind: str) -> tuple[tuple[str, str], str]:
    """Return which deck changed its name, the chapter's or a subdeck, and what would keep it."""
    subdeck = new.removeprefix(chapter_deck)
    if old == chapter_deck or old.startswith(f"{chapter_deck}::"):
        kept = old.removeprefix(chapter_deck).removeprefix("::")
        return (old, new), f"subdecks: {{{kind}: {as_item(kept)}}}` in deckgen.yaml"
    earlier = old.removesuffix(subdeck) if subdeck else old
    return (earlier, chapter_deck), f"{as_entry('deck', earlier)}` in the outline"
