"""The deck that the page shows: every note in learning order, with what the page can filter by.

A note that cannot be read at the moment stays in the deck as it was last read.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from deckgen.build.lint_run import lint_sources
from deckgen.build.project_reader import Sources
from deckgen.build.project_renderer import render_files_only, render_project
from deckgen.model.diagnostics import Finding, has_errors, in_order
from deckgen.model.note_type import COMMON_FIELDS, NoteType
from deckgen.model.notes import MediaFile, Note, RenderedNote
from deckgen.model.outline import Chapter
from deckgen.model.settings import NEW_A_DAY, Settings
from deckgen.model.stage_cache import StageCache
from deckgen.preview.anki_apps import ANKI_APPS, OLD_CHROME
from deckgen.preview.card_html import sides_of
from deckgen.preview.cloze_html import cloze
from deckgen.preview.css_features import style_in_chrome
from deckgen.preview.note_places import findings_by_note
from deckgen.preview.template_filters import text_filter
from deckgen.render.context import pace_of_kinds
from deckgen.render.learning_order import card_positions
from deckgen.source.files import finding_to_json, relative_path

_BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|td|th|pre|blockquote)>|<br ?/?>")
_FINDINGS_LISTED = 100  # at the top of the page; the others are shown with their notes
_TITLE_LENGTH = 140  # characters: two lines of the list


@dataclass(frozen=True, slots=True)
class DeckEntry:
    """A note in the deck. ``row`` is its row in the page's list, as JSON.

    ``is_old`` if it cannot be read at the moment and is shown as it was last read.
    """

    note: Note
    rendered: RenderedNote
    note_type: NoteType
    project: str
    row: str
    is_old: bool = False

    def sides(self) -> list[dict[str, str]]:
        """Return the sides of the note's cards as HTML."""
        return sides_of(self.rendered, self.note_type, self.project)


@dataclass(frozen=True, slots=True)
class Deck:
    """What the page shows.

    ``head`` is what belongs to no note, ``findings`` the number of findings and the worst of them, as JSON.
    """

    entries: Mapping[str, DeckEntry]
    media: Mapping[str, MediaFile]
    head: str
    findings: str

    def to_json(self, version: int) -> str:
        """Return the whole deck without the sides of its cards."""
        rows = ",".join(entry.row for entry in self.entries.values())
        return f'{{"version":{version},"head":{self.head},"findings":{self.findings},"rows":[{rows}]}}'


class DeckReader:
    """Reads a project again after each change; unchanged files are not read again."""

    def __init__(self, root: Path, *, with_stories: bool = True) -> None:
        self.root = root
        self._with_stories = with_stories
        self._cache = StageCache()
        self._deck: Deck | None = None
        self._sources: Sources | None = None
        self._linted: tuple[Finding, ...] = ()
        self._saved_since: set[str] = set()

    def changed_cards(self, paths: Collection[str]) -> dict[str, list[dict[str, str]]]:
        """Return the sides of the notes that changed in these files, before a full ``read``."""
        self._saved_since |= set(paths)
        deck, sources = self._deck, self._sources
        if deck is None or sources is None:
            return {}
        stories = sources.stories if self._with_stories else {}
        now = render_files_only(self.root, paths, sources, stories, self._cache)
        changed = [each for each in now if each.id in deck.entries and deck.entries[each.id].rendered != each]
        project = sources.settings.name
        return {each.id: sides_of(each, sources.note_types[each.kind], project) for each in changed}

    def lint(self) -> tuple[Finding, ...]:
        """Run the lint rules over what was last read; the next ``read`` shows their findings, too.

        With 10,000 notes this takes seconds.
        """
        if self._sources is not None:
            self._saved_since.clear()
            self._linted, _ = lint_sources(self._sources)
        return self._linted

    def read(self) -> tuple[Deck, tuple[Finding, ...]]:
        """Return the deck as the files are now, and the findings on them without those of the lint rules."""
        cache, before = self._cache, self._deck
        project, findings = render_project(self.root, with_stories=self._with_stories, cache=cache)
        sources, drafts = project.sources, {note.id for note in project.drafts}
        rendered = (*project.rendered, *project.drafts)
        # In a file saved since then, the lines of the lint findings may be wrong.
        linted = [each for each in self._linted if each.span.path not in self._saved_since]
        all_findings = in_order((*findings, *linted))
        shown = self._findings_json(all_findings)
        if before is not None and not sources.settings.id:  # deckgen.yaml cannot be read
            self._deck = replace(before, findings=shown)
            return self._deck, findings
        self._sources = sources
        old = _left_out(before, {note.id for note in rendered}) if has_errors(findings) else {}
        notes = {note.full_id: note for note in sources.notes}
        by_note = findings_by_note(
            all_findings, self.root, notes.values(), {name: entry.note for name, entry in old.items()}, cache
        )
        entries = {}
        for each in rendered:
            name = each.id
            about = (notes[name], each, sources.note_types[each.kind], sources.chapters)
            own = by_note.get(name, ())
            row = cache.get_or_run(f"row {name}", self._row, *about, own, is_draft=name in drafts)
            entries[name] = DeckEntry(
                notes[name], each, sources.note_types[each.kind], sources.settings.name, row
            )
        for name, entry in old.items():
            about = (entry.note, entry.rendered, entry.note_type, sources.chapters)
            old[name] = replace(entry, is_old=True, row=self._row(*about, by_note.get(name, ()), is_old=True))
        entries = _in_their_places(entries, old, before)
        media = {file.package_name: file for each in entries.values() for file in each.rendered.media}
        media |= {file.package_name: file for kind in sources.note_types.values() for file in kind.media}
        shipped = [entry for name, entry in entries.items() if name not in drafts]
        order = _order(shipped, pace_of_kinds(sources.note_types, sources.settings))
        head = _head(sources.settings, sources.chapters, sources.note_types, order)
        self._deck = Deck(entries, media, head, shown)
        return self._deck, findings

    def _row(
        self,
        note: Note,
        rendered: RenderedNote,
        note_type: NoteType,
        chapters: Mapping[str, Chapter],
        findings: Sequence[Finding],
        *,
        is_draft: bool = False,
        is_old: bool = False,
    ) -> str:
        texts = _texts(rendered, note_type)
        row = {
            "id": rendered.id,
            "kind": note.kind,
            "chapter": note.chapter,
            "sections": list(_sections(note, chapters)),
            "tags": [tag.value for tag in note.tags],
            "path": relative_path(self.root / note.id.path),
            "line": note.id.line,
            "title": next(iter(texts.values()))[:_TITLE_LENGTH],
            "text": " ".join(texts.values()),
            "cards": [_card_name(note_type, card) for card in rendered.cards],
            "ordinals": [1 if note_type.is_cloze else card + 1 for card in rendered.cards],
            "deck": rendered.deck,
            "ankiTags": rendered.tags,
            "draft": is_draft,
            "old": is_old,
            "findings": [finding_to_json(finding, self.root) for finding in findings],
        }
        return json.dumps(row, ensure_ascii=False, separators=(",", ":"))

    def _findings_json(self, findings: Sequence[Finding]) -> str:
        counts = Counter(str(finding.severity) for finding in findings)
        worst = sorted(findings, key=lambda finding: -finding.severity)[:_FINDINGS_LISTED]
        listed = [finding_to_json(finding, self.root) for finding in worst]
        return json.dumps({"counts": counts, "worst": listed}, ensure_ascii=False)


def _left_out(before: Deck | None, present: set[str]) -> dict[str, DeckEntry]:
    """Return the notes of the earlier deck that are no longer present."""
    entries = before.entries if before else {}
    return {name: entry for name, entry in entries.items() if name not in present}


def _in_their_places(
    entries: dict[str, DeckEntry], old: Mapping[str, DeckEntry], before: Deck | None
) -> dict[str, DeckEntry]:
    """Put each old entry after the one that it followed before."""
    if not old or before is None:
        return entries
    followers: dict[str, list[str]] = {}
    last = ""
    for name in before.entries:
        if name in old:
            followers.setdefault(last, []).append(name)
        else:
            last = name
    placed = {name: old[name] for name in followers.get("", ())}
    for name, entry in entries.items():
        placed[name] = entry
        placed |= {follower: old[follower] for follower in followers.get(name, ())}
    return placed


def _texts(rendered: RenderedNote, note_type: NoteType) -> dict[str, str]:
    """Return the plain text of each filled field by its name; of the first one always."""
    shown_by_cloze = {field.name for field in note_type.fields if field.key in note_type.cloze_keys()}
    texts: dict[str, str] = {}
    for name, html in rendered.fields.items():
        if name in COMMON_FIELDS:
            continue
        shown = cloze(html, rendered.cards[0] + 1, question=False) if name in shown_by_cloze else html
        text = " ".join(text_filter(_BLOCK_END.sub(r"\g<0> ", shown)).split())
        if text or not texts:
            texts[name] = text
    return texts


def _sections(note: Note, chapters: Mapping[str, Chapter]) -> Iterable[str]:
    """Return the full id of each section in which the note covers a point: ``ch36/ownership``."""
    points = (point for point, _ in note.points)
    known = (point for point in points if point in getattr(chapters.get(point.split("/")[0]), "points", ()))
    return dict.fromkeys(point.rpartition("/")[0] for point in known)


def _card_name(note_type: NoteType, card: int) -> str:
    return f"{note_type.cards[0].name} {card + 1}" if note_type.is_cloze else note_type.cards[card].name


def _order(entries: Sequence[DeckEntry], a_day: Mapping[str, int]) -> list[str]:
    """Return the keys of the cards (`ch36/blame:1`) in the order in which Anki brings them, day by day."""
    positions = iter(card_positions([entry.rendered for entry in entries], a_day))
    cards = [
        ((position - 1) // NEW_A_DAY, card, position, f"{entry.rendered.id}:{number}")
        for entry in entries
        for number, card in enumerate(entry.rendered.cards, 1)
        for position in (next(positions),)
    ]
    return [key for *_, key in sorted(cards)]


def _head(
    settings: Settings,
    chapters: Mapping[str, Chapter],
    note_types: Mapping[str, NoteType],
    order: Sequence[str],
) -> str:
    styles = {kind: note_type.style for kind, note_type in note_types.items()}
    head = {
        "name": settings.name,
        "language": settings.language,
        "order": order,
        "newADay": NEW_A_DAY,
        "chapters": [
            {
                "id": chapter.id.value,
                "title": f"{chapter.number.value} {chapter.title.value}",
                "sections": [
                    {"id": f"{chapter.id.value}/{section.id.value}", "title": section.title.value}
                    for section in chapter.sections
                ],
            }
            for chapter in chapters.values()
        ],
        "kinds": [{"id": kind, "title": note_type.name} for kind, note_type in note_types.items()],
        "styles": styles,
        "oldStyles": {kind: style_in_chrome(style, OLD_CHROME) for kind, style in styles.items()},
        "apps": [asdict(app) for app in ANKI_APPS],
    }
    return json.dumps(head, ensure_ascii=False)
