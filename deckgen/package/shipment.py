"""What the next package holds: each note with the time its content last changed, and the new lock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from deckgen.lock.card_history import card_findings
from deckgen.lock.deck_names import name_decks
from deckgen.lock.future_stamps import all_stamps
from deckgen.lock.guids import first_id
from deckgen.lock.match import (
    Matches,
    find_traded_ids,
    find_unknown_aliases,
    match_notes,
)
from deckgen.lock.model import Lock, LockedDeck, LockedNote
from deckgen.lock.note_type_history import note_type_findings
from deckgen.lock.note_types import ShippedNoteType, used_note_types
from deckgen.lock.options import ShippingOptions
from deckgen.lock.renames import find_likely_renames, find_unmarked_renames
from deckgen.lock.stamps import check_lock_stamps, check_stamps, free_ids, stamp_note
from deckgen.model.diagnostics import Finding
from deckgen.model.notes import MediaFile, PackedNote
from deckgen.model.values import Struct, field, replace
from deckgen.package.own_texts import own_texts
from deckgen.package.retired import retire, types_of_retired
from deckgen.package.spool import Spool


class Shipment(Struct, frozen=True):
    """All that one build ships, in the order of learning, and the lock that records it.

    ``retired`` notes come after all others. ``lines`` are those that the notes are shipped with, by their
    ids: the lock's, but for the stamps of private texts. ``renamed`` tells the earlier id of each note that
    has a new one. ``latest_change`` is the newest stamp that something readers have was given, in seconds.
    ``rendered_anew`` are the ids of notes that are rendered in another way than readers have them, by a newer
    library, and that no one changed. ``a_day`` are the kinds with a pace, for ``card_positions``;
    ``description`` is what Anki shows of each deck, as HTML.
    """

    note_types: Mapping[str, ShippedNoteType]
    notes: tuple[PackedNote, ...]
    retired: tuple[PackedNote, ...]
    lines: Mapping[str, LockedNote]
    media: tuple[MediaFile, ...]
    lock: Lock
    renamed: Mapping[str, str]
    latest_change: int | None
    rendered_anew: tuple[str, ...] = ()
    a_day: Mapping[str, int] = field(default_factory=dict)
    description: str = ""


class _LockDiff(Struct, frozen=True):
    """The last lock against the notes of this build: ``_compare`` makes it, ``plan_shipment`` reads it.

    ``gone`` are the lines that no note continues, by the id that they will have; ``lines`` are all that the
    next lock has of notes.
    """

    before: Lock
    types: Mapping[str, ShippedNoteType]
    matches: Matches
    gone: Mapping[str, LockedNote]
    retired: list[PackedNote]
    lines: Mapping[str, LockedNote]


def plan_shipment(
    notes: tuple[PackedNote, ...],
    fitted: Mapping[str, tuple[ShippedNoteType, list[Finding]]],
    before: Lock,
    options: ShippingOptions,
    *,
    drafts: Iterable[PackedNote],
    held: Collection[str],
    spool: Spool,
    shipped_texts: Callable[[], Mapping[str, tuple[str, ...]]],
) -> tuple[Shipment, list[Finding]]:
    """Compare the notes with the lock and stamp what changed.

    Args:
        notes: all that are to be shipped, in the order in which their cards are to be learnt.
        fitted: the note types in their slots, as ``fit_note_types`` gives them.
        before: the lock of the last build, with the present keys of note types.
        options: what else the build goes by.
        drafts: notes that are not to be shipped yet.
        held: the full ids of notes that are neither shipped nor gone, such as those of drafts.
        spool: holds the texts of the notes, and takes those of retired ones.
        shipped_texts: tells the fields of notes that readers have, by GUID, as far as they are known.

    Returns:
        What to ship, and what is to be said of it.
    """
    types, findings = used_note_types(fitted, {note.kind for note in notes}, before)
    decks, more = name_decks(notes, before, options)
    findings += more
    diff, more = _compare(notes, types, before, decks, options, held=held, spool=spool)
    fresh = [note for note in notes if note.id in diff.matches.guids]
    renames, explained = _rename_findings(
        fresh, drafts, diff, options, spool=spool, shipped_texts=shipped_texts
    )
    findings += more + renames
    findings += _history_findings(notes, [note for note in fresh if note.id not in explained], diff, options)
    media = {file.package_name: file for note in notes for file in note.media}
    media |= {file.package_name: file for shipped in types.values() for file in shipped.note_type.media}
    after = _next_lock(diff, decks, media, options)
    latest = _latest_change(before, after, diff.matches)
    at = options.now, options.lock_span, before.future_until
    findings += check_stamps(latest, *at) or check_lock_stamps(all_stamps(before), *at)
    if latest and before.future_until > options.now.seconds:
        after = replace(after, future_until=max(latest, before.future_until))
    return Shipment(
        note_types=diff.types,
        notes=notes,
        retired=tuple(diff.retired),
        lines=after.notes,
        media=tuple(media[name] for name in sorted(media)),
        lock=after,
        renamed={new: earlier for new, (earlier, _) in diff.matches.lines.items() if earlier != new},
        latest_change=latest,
        rendered_anew=tuple(
            note.id for note in notes if note.rendered_hash != after.notes[note.id].rendered_hash
        ),
        a_day=options.a_day,
        description=options.description,
    ), findings


def _compare(
    notes: Sequence[PackedNote],
    types: Mapping[str, ShippedNoteType],
    before: Lock,
    decks: Mapping[str, LockedDeck],
    options: ShippingOptions,
    *,
    held: Collection[str],
    spool: Spool,
) -> tuple[_LockDiff, list[Finding]]:
    keys = {shipped.note_type.kind: shipped.key for shipped in types.values()}
    matches, findings = match_notes(notes, keys, before, options.other_ids)
    lines = _stamp_notes(notes, keys, before, matches, options)
    gone = _gone(before, matches, options.chapters, held)
    retired = []
    if options.ships_retired:
        types = {**types, **types_of_retired(gone, types, before, options)}
        for note, line in retire(gone, types, before, decks, options, spool=spool):
            retired.append(note)
            lines[note.id] = line
    _keep_others(lines, before, matches, gone)
    return _LockDiff(before, types, matches, gone, retired, lines), findings


def _stamp_notes(
    notes: Sequence[PackedNote],
    keys: Mapping[str, str],
    lock: Lock,
    matches: Matches,
    options: ShippingOptions,
) -> dict[str, LockedNote]:
    """Return the line of each note in the lock after this build, by its id."""
    taken = {line.anki_id for line in lock.notes.values()}
    ids = free_ids(len(matches.guids), taken, options.now.milliseconds)
    lines = {}
    for note in notes:
        earlier, old = matches.lines.get(note.id, (note.id, None))
        guid = old.guid if old else matches.guids[note.id]
        least = options.least_stamp(guid)
        source_hash, rendered_hash, mod = stamp_note(note, old, least, refresh=options.refresh)
        line = LockedNote(
            note_type=keys[note.kind],
            guid=guid,
            source_hash=source_hash,
            rendered_hash=rendered_hash,
            mod=mod,
            anki_id=old.anki_id if old else ids.pop(),
            cards=note.cards,
            hidden_hashes=note.hidden_hashes,
            first_id=first_id(lock.project, note.id, earlier, old) if old else "",
        )
        # Most often all is as it was, and one line needs half of the memory of two.
        lines[note.id] = old if old is not None and old == line else line
    return lines


def _gone(
    lock: Lock, matches: Matches, chapters: Collection[str] | None, held: Collection[str]
) -> dict[str, LockedNote]:
    """Return the lines of the lock that no note continues, by the id that they will have.

    A line of an earlier generation of its note type stays beside the note that starts anew.
    """
    continued = {earlier for earlier, _ in matches.lines.values()} | matches.merged | set(held)
    gone = {}
    for note_id, line in lock.notes.items():
        if (
            line.forgotten
            or note_id in continued
            or (chapters is not None and note_id.partition("/")[0] not in chapters)
        ):
            continue
        if note_id in matches.guids or note_id in matches.lines:
            gone[f"{note_id}@{line.note_type.partition('@')[2] or '1'}"] = line
        else:
            gone[note_id] = line
    return gone


def _keep_others(
    lines: dict[str, LockedNote], before: Lock, matches: Matches, gone: Mapping[str, LockedNote]
) -> None:
    """Add to the lines of what is shipped those that the build did not touch, and those of what is gone."""
    for note_id, line in gone.items():
        lines.setdefault(note_id, replace(line, retired=True))
    replaced = {earlier for earlier, _ in matches.lines.values()} | matches.merged
    for note_id, line in before.notes.items():
        if note_id not in replaced:
            lines.setdefault(note_id, line)


def _rename_findings(
    fresh: Sequence[PackedNote],
    drafts: Iterable[PackedNote],
    diff: _LockDiff,
    options: ShippingOptions,
    *,
    spool: Spool,
    shipped_texts: Callable[[], Mapping[str, tuple[str, ...]]],
) -> tuple[list[Finding], set[str]]:
    """Report the new notes that are the same as one that is gone, or like one; return the ids of the same."""
    # The name of a line of an earlier generation holds an @: its notes start anew on purpose.
    gone = {note_id: line for note_id, line in diff.gone.items() if not line.retired and "@" not in note_id}
    outlines = {chapter: deck.span.path for chapter, deck in options.decks.items()}
    findings, explained = find_unmarked_renames([*fresh, *_unknown(drafts, diff.before)], gone, outlines)
    new = [note for note in fresh if note.id not in explained]
    gone = {note_id: line for note_id, line in gone.items() if note_id not in explained}
    if gone and new:
        texts = own_texts(fresh, shipped_texts(), diff.lines, diff.types, spool)
        findings += find_likely_renames(new, diff.lines, gone, texts)
    return findings, explained


def _history_findings(
    notes: Sequence[PackedNote], fresh: Iterable[PackedNote], diff: _LockDiff, options: ShippingOptions
) -> list[Finding]:
    """Return what readers would notice of ids that were traded, and of cards dropped or renumbered."""
    findings = find_traded_ids(notes, diff.lines, diff.matches)
    findings += find_unknown_aliases(fresh, notes, diff.before.notes, options.decks)
    earlier = {note_id: line for note_id, (_, line) in diff.matches.lines.items()}
    findings += card_findings(notes, earlier, diff.lines, diff.types)
    for key, shipped_type in diff.types.items():
        old = diff.before.note_types.get(key)
        span = options.span_of(shipped_type.note_type)
        findings += note_type_findings(old.slots if old else None, shipped_type, span)
    return findings


def _unknown(drafts: Iterable[PackedNote], lock: Lock) -> Iterator[PackedNote]:
    """Yield the drafts that readers have under no name, which may be notes that were renamed."""
    return (note for note in drafts if lock.notes.keys().isdisjoint((note.id, *note.aliases)))


def _next_lock(
    diff: _LockDiff, decks: Mapping[str, LockedDeck], media: Mapping[str, MediaFile], options: ShippingOptions
) -> Lock:
    """Return the lock after this build: what it did not touch stays."""
    before = diff.before
    shipped_media = {name: media[name].path for name in sorted(media)}
    return Lock(
        project=before.project,
        restarted_at=before.restarted_at,
        future_until=before.future_until,
        void_stamps=before.void_stamps,
        notes=diff.lines,
        note_types={**before.note_types, **{key: shipped.locked() for key, shipped in diff.types.items()}},
        decks=decks,
        media=shipped_media if options.chapters is None else {**before.media, **shipped_media},
    )


def _latest_change(before: Lock, after: Lock, matches: Matches) -> int | None:
    """Return the newest stamp of what readers have and was changed, None where nothing was."""
    stamps = [
        after.notes[note_id].mod
        for note_id, (_, line) in matches.lines.items()
        if after.notes[note_id].mod != line.mod
    ]
    stamps += [
        line.mod
        for note_id, line in after.notes.items()
        if line.retired and note_id in before.notes and before.notes[note_id].mod != line.mod
    ]
    stamps += [
        after.note_types[key].mod
        for key, line in before.note_types.items()
        if after.note_types[key].mod != line.mod
    ]
    return max(stamps, default=None)
