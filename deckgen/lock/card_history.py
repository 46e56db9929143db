"""What becomes of the cards that readers have when a note changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from deckgen.lock.model import LockedNote
from deckgen.lock.note_types import ShippedNoteType
from deckgen.lock.slots import card_in_slot, is_free
from deckgen.model.diagnostics import Code, Finding, Severity
from deckgen.model.ids import content_hash
from deckgen.model.notes import PackedNote

CARD_REMOVED = Code(
    "card-removed",
    Severity.INFO,
    "A card that readers have is no longer made",
    "A package cannot delete a card. It stays with its history and shows as blank, until the reader chooses "
    "Tools > Empty Cards.",
)
CLOZE_RENUMBERED = Code(
    "cloze-renumbered",
    Severity.WARNING,
    "Deletions changed their numbers",
    "The number of a deletion is its card. When deletions trade numbers, a reader's history of one goes to "
    "another, and Anki asks at the wrong times. A deletion that goes leaves a gap, which does no harm; a new "
    "one takes the next free number.",
    bad="text: '{{c1::retries}} and {{c2::backoff}}'  # was: c1 idempotency, c2 retries, c3 backoff",
    good="text: '{{c2::retries}} and {{c3::backoff}}'",
)
CODES = (CARD_REMOVED, CLOZE_RENUMBERED)

_HASH_LENGTH = 6  # digits: two of a note's deletions meet by chance once in 16 million


def hidden_hashes(hidden: Iterable[str]) -> tuple[str, ...]:
    """Return a short hash of what each card of a cloze hides."""
    return tuple([content_hash(words)[:_HASH_LENGTH] for words in hidden])


def card_findings(
    notes: Iterable[PackedNote],
    before: Mapping[str, LockedNote],
    after: Mapping[str, LockedNote],
    note_types: Mapping[str, ShippedNoteType],
) -> list[Finding]:
    """Report the cards that go blank on readers' side, and the deletions that traded numbers.

    ``before`` and ``after`` are the lines of the lock by the ids of the notes.
    """
    findings = []
    for note in notes:
        line, now = before.get(note.id), after[note.id]
        if line is None or line.retired or (line.cards, line.hidden_hashes) == (now.cards, now.hidden_hashes):
            continue
        if line.note_type != now.note_type:  # of which more has been said than that a card is gone
            continue
        moved = _renumbered(line, now)
        if moved:
            words = ", ".join(f"c{old + 1} became c{new + 1}" for old, new in moved)
            message = f"The deletions of `{note.id}` changed their numbers ({words})."
            hint = "Restore their numbers, and give a new deletion the next free one."
            findings.append(CLOZE_RENUMBERED.at(note.span, message, hint))
        elif reworded := _reworded_to_the_end(line, now):
            words = ", ".join(f"c{card + 1}" for card in reworded)
            message = (
                f"A deletion of `{note.id}` was added or removed, and {words} now hide other words: were "
                "they renumbered?"
            )
            hint = "If so, restore their numbers; if you only reworded them, ignore this."
            findings.append(CLOZE_RENUMBERED.at(note.span, message, hint))
        gone = [card for card in line.cards if card not in now.cards]
        names = [name for card in gone if (name := _card_name(note_types[line.note_type], card))]
        if names:
            card = "card" if len(names) == 1 else "cards"
            message = f"`{note.id}` has no {card} {', '.join(names)} any more: readers will see blank cards."
            hint = "No action needed; readers can delete them with Tools > Empty Cards."
            findings.append(CARD_REMOVED.at(note.span, message, hint))
    return findings


def _card_name(shipped: ShippedNoteType, slot: int) -> str | None:
    """Return what a card is called; None where its template was dropped, which is said once for all."""
    if shipped.note_type.is_cloze:
        return f"c{slot + 1}"
    key = shipped.slots.cards[slot]
    return None if is_free(key) else f"`{card_in_slot(shipped.note_type, key).name}`"


def _renumbered(line: LockedNote, after: LockedNote) -> list[tuple[int, int]]:
    """Return each card of a cloze that now hides what another one hid, after that one."""
    before: dict[str, list[int]] = {}
    for card, digest in zip(line.cards, line.hidden_hashes, strict=False):
        before.setdefault(digest, []).append(card)
    now = zip(after.cards, after.hidden_hashes, strict=False)
    return [(before[digest][0], card) for card, digest in now if card not in before.get(digest, [card])]


def _reworded_to_the_end(line: LockedNote, after: LockedNote) -> list[int]:
    """Return the cards from some number on that all hide what no card hid, where others came or went after.

    So it looks when a deletion is put in, or taken out, before others whose words change too. One alone is
    as likely reworded, so it takes two.
    """
    before = dict(zip(line.cards, line.hidden_hashes, strict=False))
    now = dict(zip(after.cards, after.hidden_hashes, strict=False))
    kept = sorted(before.keys() & now.keys())
    others = before.keys() ^ now.keys()
    if not kept or not others or min(others) < kept[-1]:
        return []
    same = [number for number, card in enumerate(kept) if now[card] in before.values()]
    reworded = kept[same[-1] + 1 :] if same else kept
    return reworded if len(reworded) > 1 else []
