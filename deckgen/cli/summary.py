"""What a build says of the deck that it wrote: notes and cards, decks, what is retired, the coverage."""

from __future__ import annotations

from collections import Counter

from deckgen.build.lint_run import lint_sources
from deckgen.build.plan import Plan
from deckgen.build.project_reader import read_sources
from deckgen.cli.output import counts_line, plural
from deckgen.model.diagnostics import in_order
from deckgen.package.retired import retired_search
from deckgen.package.shipment import Shipment
from deckgen.source.files import hint_here

# After a build, a deck of up to this many notes is linted, too: that takes half a second.
MOST_LINTED = 500


def summary_lines(plan: Plan, chapters: tuple[str, ...]) -> list[str]:
    """Return what was shipped: notes and cards by kind, cards by deck, what is retired, the coverage."""
    lines = [*_kind_lines(plan.shipment), "Decks:"]
    decks: Counter[str] = Counter()
    for note in plan.shipment.notes:
        decks[note.deck] += len(note.cards)
    lines += [f"  {deck} ({plural(count, 'card')})" for deck, count in sorted(decks.items())]
    lines += kept_lines(plan)
    count = plan.count
    if count.points and not chapters:
        points = f"{count.taught} of {plural(count.points, 'point')} taught"
        lines.append(f"Coverage: {points} ({count.percent} %)")
    return lines


def is_linted(plan: Plan) -> bool:
    """Tell whether a build says how much ``deckgen check`` reports."""
    return len(plan.shipment.notes) <= MOST_LINTED


def remarks_line(plan: Plan) -> str:
    """Return the line that says what ``deckgen check`` would find in what was built: its warnings and infos.

    The lint rules take longer than a build, so that in a large deck they are left to ``check``.
    """
    root = plan.sources.root
    if not is_linted(plan):
        return hint_here("`deckgen check` also says what could be better.", root)
    sources, _ = read_sources(root)
    lasting = (finding for finding in plan.findings if finding not in plan.news)
    findings = in_order((*lasting, *lint_sources(sources)[0]))
    return hint_here(f"`deckgen check` reports {counts_line(findings) if findings else 'nothing'}.", root)


def _kind_lines(shipment: Shipment) -> list[str]:
    notes: Counter[str] = Counter()
    cards: Counter[str] = Counter()
    for note in shipment.notes:
        notes[note.kind] += 1
        cards[note.kind] += len(note.cards)
    kinds = dict.fromkeys(shipped.note_type.kind for shipped in shipment.note_types.values())
    rows = [(kind, notes[kind], cards[kind]) for kind in kinds if notes[kind]]
    rows.append(("in all", notes.total(), cards.total()))
    width = max(len(kind) for kind, _, _ in rows)
    return [f"  {kind:<{width}}  {plural(n, 'note'):>11}  {plural(c, 'card'):>11}" for kind, n, c in rows]


def kept_lines(plan: Plan) -> list[str]:
    """Return what to say of notes that readers have and that are drafts now, or retired."""
    return [*_draft_lines(plan), *_retired_lines(plan)]


def _draft_lines(plan: Plan) -> list[str]:
    count = sum(not plan.before.notes[name].retired for name in plan.drafts)
    if not count:
        return []
    return [f"Drafts: {plural(count, 'note')} that readers have, not shipped; readers keep them as they are"]


def _retired_lines(plan: Plan) -> list[str]:
    """Return how many notes are retired, and the search by which readers delete them."""
    lock = plan.shipment.lock
    count = sum(line.retired and not line.forgotten for line in lock.notes.values())
    if not count:
        return []
    notes = plural(count, "note")
    if not plan.sources.settings.ships_retired:
        return [f"Retired: {notes}, not shipped; readers keep them as they are"]
    return [f"Retired: {notes}; in Anki's browser they are found by {retired_search(lock.project)}"]
