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

from deckgen.build.build_mark import MarkPlace, read_mark
from deckgen.build.cache_entry import CacheEntry, clear_old
from deckgen.build.manifest import Manifest, Shape, stamp, stamp_of
from deckgen.build.plan import BuildRequest, Part, Plan
from deckgen.build.project_reader import input_files
from deckgen.build.project_renderer import RenderedFile
from deckgen.build.run import Built, alone_with, build_package
from deckgen.coverage.claims import Claims
from deckgen.lock.lock_text import LockText
from deckgen.lock.stamps import BuildTime
from deckgen.model.ids import digest_at, digest_of
from deckgen.model.note_type import BUILT_IN
from deckgen.model.notes import MediaFile, RenderedNote
from deckgen.model.progress import Progress
from deckgen.package.write import Base
from deckgen.source.folders import LOCK_FILE, listing_of
from deckgen.source.project import OUTLINE_FILE, ProjectFiles


def shape_of(file: RenderedFile, before: Shape = ((), b"", b"", b"")) -> Shape:
    """Return what the next build goes by of a note file; notes that were not rendered are as ``before``.

    What the deck has from a note is its name, points, tags, decks, media and cards, but not the texts of its
    fields. While that stays as it is, nothing outside the file can change; and nothing is found in a note
    with the same texts, while it ignores the same rules.
    """
    rendered = {note.id: note for note in file.rendered}
    heads, looks, sources = [], [], []
    for place, note in enumerate(file.notes):
        ignored = note.lint.codes if note.lint else ()
        texts = [[text.value for text in part] for part in (note.covers, note.tags, note.aliases, ignored)]
        heads.append((note.full_id, note.kind, note.draft, texts))
        one = rendered.get(note.full_id)
        looks.append(_look(one, file.claims[one.id]) if one else digest_at(before[2], place))
        sources.append(bytes.fromhex(one.hash) if one else digest_at(before[3], place))
    shipped = rendered.keys() | before[0]
    ids = tuple(note.full_id for note in file.notes if note.full_id in shipped and not note.draft)
    return ids, digest_of(heads), b"".join(looks), b"".join(sources)


def _look(note: RenderedNote, claims: Claims) -> bytes:
    media = [(one.path, one.package_name) for one in note.media]
    return digest_of((note.tags, note.cards, note.deck, note.aliases, note.hidden, media, claims.counted))


class _NotAPartError(Exception):
    """The edit changes more than the words of some notes."""


def _require(condition: bool) -> None:
    if not condition:
        raise _NotAPartError


def _give_up() -> None:
    raise _NotAPartError


def build_part(
    entry: CacheEntry, manifest: Manifest, changed: Collection[str], started: int, progress: Progress
) -> Built | None:
    """Build what an edit of some note files changes; None where all is to be built.

    ``changed`` are the paths of those files; the build began at ``started``, in nanoseconds since 1970.
    """
    root, output = Path(manifest.project), Path(manifest.package)
    lock_file = root / LOCK_FILE
    known = [manifest.notes[path] for path in sorted(changed)]
    before = {path: shape for path, _, shape in known}
    shapes: dict[str, Shape] = {}
    try:
        with alone_with(root, _give_up):
            lock = LockText(lock_file.read_text(encoding="utf-8"))
            text = lock.part(note_id for shape in before.values() for note_id in shape[0])

            def add(file: RenderedFile) -> None:
                shapes[file.path] = shape_of(file, before[file.path])

            def check(plan: Plan) -> None:
                is_same = all(shapes[path][:3] == shape[:3] for path, shape in before.items())
                _require(is_same and _is_part(plan, lock) and entry.claim(manifest))

            if text is None or output.is_symlink() or not manifest.still_stands(str(lock_file)):
                return None  # it may lead out of the project; another build has been here since
            media = [MediaFile(path, name, Path(place)) for path, name, place in manifest.media]
            sources = {path: shape[3] for path, shape in before.items()}
            built = build_package(
                root,
                output,
                BuildRequest(BuildTime(started // 1_000_000)),
                part=Part(_files_of(root, known), text, _last_mark(manifest), sources),
                base=Base(entry.collection, lock, media),
                on_file=add,
                on_plan=check,
                progress=progress,
            )
    except (_NotAPartError, KeyError, OSError, ValueError, sqlite3.Error):
        entry.drop()  # building all says what is wrong, and needs nothing of this
        return None
    manifest.notes |= {str(root / path): (path, outline, shapes[path]) for path, outline, _ in known}
    _save(entry, manifest, started, {*changed, *built.plan.asked}, built)
    return built


def _last_mark(manifest: Manifest) -> MarkPlace | None:
    if not manifest.mark:
        return None
    last = read_mark(place := Path(manifest.mark))
    return MarkPlace(place, last.seen, last.head)


def _files_of(root: Path, known: Iterable[tuple[str, str, Shape]]) -> ProjectFiles:
    notes: dict[str, tuple[str, ...]] = {}
    for path, outline, _ in known:
        notes[outline] = (*notes.get(outline, ()), path)
    by_folder = {outline.rpartition("/")[0] or ".": paths for outline, paths in notes.items()}
    outlines = tuple(outline for outline in notes if (root / outline).is_file())
    return ProjectFiles(root, outlines, by_folder, (), {})


def _is_part(plan: Plan, lock: LockText) -> bool:
    """Tell whether a plan changes lines of notes in the lock and nothing else, with nothing to report."""
    before, after = plan.lock, plan.shipment.lock
    changed = [line for note_id, line in after.notes.items() if line != before.notes.get(note_id)]
    return (
        not plan.findings
        and (before.note_types, before.decks, before.ahead) == (after.note_types, after.decks, after.ahead)
        and before.notes.keys() == after.notes.keys()
        # What another note was shipped with is to be spoken of.
        and not any(line.hash in lock.text for line in changed)
    )


def remember_build(
    entry: CacheEntry,
    started: int,
    built: Built,
    shapes: Mapping[str, Shape],
    *,
    start: Path,
    said: tuple[str, str],
) -> None:
    """Keep what a build of the whole project went by and what it gave.

    ``entry`` has the collection already. The project was looked for from ``start`` on; ``said`` is what was
    printed of the deck, and of the findings.
    """
    plan = built.plan
    if plan.news:  # the next build has other things to say of the same project
        entry.drop()
        return
    files, mark = plan.sources.files, plan.mark
    folders = {os.path.normpath(files.root / folder): names for folder, names in files.folders.items()}
    if mark:  # where the branch or the tags are others, readers may have others
        folders |= {folder: listing_of(folder) for folder in mark.folders}
    manifest = Manifest(
        project=str(files.root),
        read={path: stamp_of(path) for path in _code_files()},
        folders=folders,
        written={},
        package=str(built.output),
        media=[(one.path, one.package_name, str(one.location)) for one in plan.shipment.media],
        mark=str(mark.file) if mark else "",
        branch=mark.branch if mark else "",
        notes=_note_files(plan, shapes),
        out=said[0],
        err=said[1],
        time=started,
    )
    read = input_files(plan.sources, start, plan.asked).union(mark.files if mark else ())
    _save(entry, manifest, started, read, built)
    clear_old()


def _save(entry: CacheEntry, manifest: Manifest, started: int, read: Iterable[str], built: Built) -> None:
    """Keep a manifest with the stamps of the files that the build read and wrote, and the collection."""
    manifest.time = started
    manifest.written |= {path: stamp(status) for path, status in built.written.items()}
    manifest.read |= {path: stamp_of(path) for path in set(read) - manifest.written.keys()}
    entry.save(manifest)


def _code_files() -> set[str]:
    """Return the files of the program that runs: each module's, and those of the note types it ships."""
    modules = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    return {file for file in modules if file} | {str(file) for file in BUILT_IN.rglob("*") if file.is_file()}


def _note_files(plan: Plan, shapes: Mapping[str, Shape]) -> dict[str, tuple[str, str, Shape]]:
    """Return each note file that can be built alone; not where something was found, for its place may shift.

    Notes with private texts are stamped in a file of their own, so their files are left out as well.
    """
    if plan.mark and plan.mark.branch and not plan.mark.seen:
        return {}  # the next build asks git what there is besides the lock
    private = {*plan.private, *plan.sources.stories}
    found_in = {finding.span.path for finding in plan.findings}
    sources = plan.sources
    return {
        str(sources.root / path): (path, str(Path(folder, OUTLINE_FILE)), shapes[path])
        for folder, paths in sources.files.notes.items()
        for path in paths
        if path in shapes and path not in found_in and private.isdisjoint(shapes[path][0])
    }
