"""A build that goes on from the last one: what is kept of each, and the part that an edit changes.

An edit that changes words, and nothing that another note or the deck as a whole depends on, is built from
the files that hold it. They go the way that all files go (``build_package``); what their notes become takes
the place of what they were in the last collection and in the lock. After any other change all is built.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from deckgen.build.build_mark import MarkPlace, read_mark
from deckgen.build.cache_entry import CacheEntry, clear_old
from deckgen.build.manifest import Manifest, NoteFile, file_state, state_from
from deckgen.build.plan import BuildRequest, ChangedFiles, Plan
from deckgen.build.project_reader import input_files
from deckgen.build.project_renderer import RenderedFile
from deckgen.build.run import Built, build_package, keep_others_out
from deckgen.coverage.claims import Claims
from deckgen.lock.splice import LockText
from deckgen.lock.stamps import BuildTime
from deckgen.model.ids import digest_at, digest_of
from deckgen.model.note_type import BUILT_IN
from deckgen.model.notes import MediaFile, RenderedNote
from deckgen.model.progress import Progress
from deckgen.package.write import LastBuild
from deckgen.source.folders import LOCK_FILE, listing_of
from deckgen.source.project import OUTLINE_FILE, ProjectFiles


class NotesDigest(NamedTuple):
    """What ``build_changed_files`` goes by of the notes of a file, as the build before had them.

    ``shipped_ids`` are those of the notes that are shipped; ``heads`` is a digest of all ids, kinds, points,
    tags and ignored rules; ``looks`` are digests, in a row, of what else the deck has from each note, and
    ``source_hashes`` hashes of what its author wrote.

    What the deck has from a note is its name, points, tags, decks, media and cards, but not the texts of its
    fields. While that stays as it is, nothing outside the file can change; and nothing is found in a note
    with the same texts, while it ignores the same rules.
    """

    shipped_ids: tuple[str, ...] = ()
    heads: bytes = b""
    looks: bytes = b""
    source_hashes: bytes = b""

    def plain(self) -> tuple[tuple[str, ...], bytes, bytes, bytes]:
        """Return it as the manifest keeps it."""
        return self.shipped_ids, self.heads, self.looks, self.source_hashes


def notes_digest(file: RenderedFile, before: NotesDigest | None = None) -> NotesDigest:
    """Return what the next build goes by of a note file; notes that were not rendered are as ``before``."""
    before = before or NotesDigest()
    rendered = {note.id: note for note in file.rendered}
    heads, looks, sources = [], [], []
    for index, note in enumerate(file.notes):
        ignored = note.lint.codes if note.lint else ()
        texts = [[text.value for text in part] for part in (note.covers, note.tags, note.aliases, ignored)]
        heads.append((note.full_id, note.kind, note.draft, texts))
        one = rendered.get(note.full_id)
        looks.append(_digest_of_look(one, file.claims[one.id]) if one else digest_at(before.looks, index))
        sources.append(bytes.fromhex(one.hash) if one else digest_at(before.source_hashes, index))
    shipped = rendered.keys() | before.shipped_ids
    ids = tuple(note.full_id for note in file.notes if note.full_id in shipped and not note.draft)
    return NotesDigest(ids, digest_of(heads), b"".join(looks), b"".join(sources))


def _digest_of_look(note: RenderedNote, claims: Claims) -> bytes:
    media = [(one.path, one.package_name) for one in note.media]
    return digest_of((note.tags, note.cards, note.deck, note.aliases, note.hidden, media, claims.counted))


class _OtherChangeError(Exception):
    """The edit changes more than the words of some notes."""


def _require(condition: bool) -> None:
    if not condition:
        raise _OtherChangeError


def _give_up() -> None:
    raise _OtherChangeError


def build_changed_files(
    entry: CacheEntry, manifest: Manifest, changed: Collection[str], started: int, progress: Progress
) -> Built | None:
    """Build what an edit of some note files changes; None where all is to be built.

    ``changed`` are the paths of those files; the build began at ``started``, in nanoseconds since 1970.
    """
    root, output = Path(manifest.project), Path(manifest.package)
    lock_file = root / LOCK_FILE
    known = [manifest.notes[path] for path in sorted(changed)]
    outlines = {path: outline for path, outline, _ in known}
    before = {path: NotesDigest(*digest) for path, _, digest in known}
    now: dict[str, NotesDigest] = {}
    try:
        with keep_others_out(root, _give_up):
            lock = LockText(lock_file.read_text(encoding="utf-8"))
            text = lock.part(note_id for each in before.values() for note_id in each.shipped_ids)

            def add(file: RenderedFile) -> None:
                now[file.path] = notes_digest(file, before[file.path])

            def check(plan: Plan) -> None:
                for path, each in before.items():
                    _require(each == now[path]._replace(source_hashes=each.source_hashes))
                _require(_changes_notes_alone(plan, lock) and entry.claim(manifest))

            if text is None or output.is_symlink() or not manifest.still_stands(str(lock_file)):
                return None  # it may lead out of the project; another build has been here since
            media = [MediaFile(path, name, Path(location)) for path, name, location in manifest.media]
            sources = {path: each.source_hashes for path, each in before.items()}
            built = build_package(
                root,
                output,
                BuildRequest(BuildTime(started // 1_000_000)),
                changed_files=ChangedFiles(_files_of(root, outlines), text, _last_mark(manifest), sources),
                last_build=LastBuild(entry.collection, lock, media),
                on_file=add,
                on_plan=check,
                progress=progress,
            )
    except (_OtherChangeError, KeyError, OSError, ValueError, sqlite3.Error):
        entry.drop()  # building all says what is wrong, and needs nothing of this
        return None
    manifest.notes |= {
        str(root / path): (path, outline, now[path].plain()) for path, outline in outlines.items()
    }
    _save(entry, manifest, started, {*changed, *built.plan.asked}, built)
    return built


def _last_mark(manifest: Manifest) -> MarkPlace | None:
    if not manifest.mark:
        return None
    last = read_mark(file := Path(manifest.mark))
    return MarkPlace(file, last.seen, last.head)


def _files_of(root: Path, outline_of: Mapping[str, str]) -> ProjectFiles:
    notes: dict[str, tuple[str, ...]] = {}
    for path, outline in outline_of.items():
        notes[outline] = (*notes.get(outline, ()), path)
    by_folder = {outline.rpartition("/")[0] or ".": paths for outline, paths in notes.items()}
    outlines = tuple(outline for outline in notes if (root / outline).is_file())
    return ProjectFiles(root, outlines, by_folder, (), {})


def _changes_notes_alone(plan: Plan, lock: LockText) -> bool:
    """Tell whether a plan changes lines of notes in the lock and nothing else, with nothing to report."""
    before, after = plan.lock, plan.shipment.lock
    changed = [line for note_id, line in after.notes.items() if line != before.notes.get(note_id)]
    return (
        not plan.findings
        and (before.note_types, before.decks, before.future_until)
        == (after.note_types, after.decks, after.future_until)
        and before.notes.keys() == after.notes.keys()
        # What another note was shipped with is to be spoken of.
        and not any(line.source_hash in lock.text for line in changed)
    )


def remember_build(
    entry: CacheEntry,
    started: int,
    built: Built,
    digests: Mapping[str, NotesDigest],
    *,
    start: Path,
    said: tuple[str, str],
) -> None:
    """Keep what a build of the whole project went by and what it gave.

    ``entry`` has the collection already. The project was looked for from ``start`` on; ``said`` is what was
    printed of the deck, and of the findings.
    """
    plan = built.plan
    if plan.findings_said_once:  # the next build has other things to say of the same project
        entry.drop()
        return
    files, mark = plan.sources.files, plan.mark
    folders = {os.path.normpath(files.root / folder): names for folder, names in files.folders.items()}
    if mark:  # where the branch or the tags are others, readers may have others
        folders |= {folder: listing_of(folder) for folder in mark.folders}
    manifest = Manifest(
        project=str(files.root),
        read={path: file_state(path) for path in _code_files()},
        folders=folders,
        written={},
        package=str(built.output),
        media=[(one.path, one.package_name, str(one.location)) for one in plan.shipment.media],
        mark=str(mark.file) if mark else "",
        branch=mark.branch if mark else "",
        notes=_note_files(plan, digests),
        out=said[0],
        err=said[1],
        time=started,
    )
    read = input_files(plan.sources, start, plan.asked).union(mark.files if mark else ())
    _save(entry, manifest, started, read, built)
    clear_old()


def _save(entry: CacheEntry, manifest: Manifest, started: int, read: Iterable[str], built: Built) -> None:
    """Keep a manifest with the states of the files that the build read and wrote, and the collection."""
    manifest.time = started
    manifest.written |= {path: state_from(status) for path, status in built.written.items()}
    manifest.read |= {path: file_state(path) for path in set(read) - manifest.written.keys()}
    entry.save(manifest)


def _code_files() -> set[str]:
    """Return the files of the program that runs: each module's, and those of the note types it ships."""
    modules = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    return {file for file in modules if file} | {str(file) for file in BUILT_IN.rglob("*") if file.is_file()}


def _note_files(plan: Plan, digests: Mapping[str, NotesDigest]) -> dict[str, NoteFile]:
    """Return each note file that can be built alone; not where something was found, for its place may shift.

    Notes with private texts are stamped in a file of their own, so their files are left out as well.
    """
    if plan.mark and plan.mark.branch and not plan.mark.seen:
        return {}  # the next build asks git what there is besides the lock
    private = {*plan.private, *plan.sources.stories}
    found_in = {finding.span.path for finding in plan.findings}
    sources = plan.sources
    return {
        str(sources.root / path): (path, str(Path(folder, OUTLINE_FILE)), digests[path].plain())
        for folder, paths in sources.files.notes.items()
        for path in paths
        if path in digests and path not in found_in and private.isdisjoint(digests[path].shipped_ids)
    }
