"""What readers may have: the lock, and what was built besides it."""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from deckgen.build.build_mark import MarkPlace, read_mark
from deckgen.build.git_history import EarlierBuilds, commit_with_lock, earlier_builds
from deckgen.build.repository import SPARSE_CHECKOUT
from deckgen.build.standing_package import package_stamps, standing_package, unlisted_notes
from deckgen.lock.earlier_locks import (
    Traces,
    newest_stamps,
    other_ids,
    traces_in,
    unknown_to,
    with_newest,
    with_stamps,
)
from deckgen.lock.future_stamps import all_stamps, with_stamps_kept, with_stamps_reset
from deckgen.lock.guids import guid_findings
from deckgen.lock.model import Lock
from deckgen.lock.stamps import SOURCE_DATE_EPOCH, readable_time
from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.model.values import Struct, field, replace
from deckgen.source.files import is_absent, is_file, read_file, relative_path
from deckgen.source.folders import LOCK_FILE

if TYPE_CHECKING:
    from deckgen.build.plan import BuildRequest

LOCK_BEHIND = Code(
    "lock-behind",
    Severity.INFO,
    "The lock is older than what readers may have",
    "`git revert`, `git checkout`, `git reset` or a backup restored an older lock. deckgen knows what was "
    "built since from git's history of the lock and from the last build on this machine. Notes that are "
    "newer there get a new stamp, are retired or come back, so that readers end up with what the sources "
    "say.",
)
LOCK_LOST = Code(
    "lock-lost",
    Severity.ERROR,
    "The lock is gone",
    "Without it every note counts as new: a renamed one arrives twice, a note type that grew conflicts for "
    "good, and all notes are sent as changed, so that readers lose their own tags and edits.",
)
LOCK_LINE_LOST = Code(
    "lock-line-lost",
    Severity.WARNING,
    "A line of the lock is missing",
    "Readers have the note, and the lock does not know it. A build sends it to all of them as a new one, so "
    "that they lose their own tags and edits on it. If it was renamed since, they keep the earlier one "
    "beside it.",
)
BUILT_HERE = Code(
    "built-here",
    Severity.INFO,
    "Notes that were built here are neither in the lock nor in the sources",
    "deckgen cannot know whether readers were given a package with them. If so, they should be retired.",
)
BUILT_ON_BRANCH = Code(
    "built-on-branch",
    Severity.INFO,
    "Another branch was built later than this one",
    "No one can tell whether that package was given to readers. If so, they have its notes with newer "
    "stamps, and keep them whatever this branch says. Of branches that another worktree has checked out "
    "nothing is said: they are being worked on.",
)
CODES = (LOCK_BEHIND, LOCK_LOST, LOCK_LINE_LOST, BUILT_HERE, BUILT_ON_BRANCH)


class Known(Struct, frozen=True):
    """What is known of what readers have.

    ``lock`` holds the newest line of each note. ``floors`` are stamps that were given elsewhere, by the GUID
    of a note and the Anki id of a note type: a new one must lie above. ``other_ids`` are ids that notes of
    the lock had elsewhere, or since, with their GUIDs. ``built`` is what was built on this branch,
    ``lost`` are the GUIDs of notes of which the package that stands alone tells, ``is_news`` says whether
    that was not said before, and ``mark`` where the mark of this build goes. ``lasting`` are findings that
    every build has, ``findings`` those that the next one may not have.
    """

    lock: Lock
    floors: Mapping[str | int, int] = field(default_factory=dict)
    other_ids: Mapping[str, str] = field(default_factory=dict)
    built: Traces = Traces()
    lost: frozenset[str] = frozenset()
    is_news: bool = False
    mark: MarkPlace | None = None
    findings: tuple[Finding, ...] = ()
    lasting: tuple[Finding, ...] = ()


def what_readers_have(root: Path, lock: Lock, request: BuildRequest, is_broken: bool) -> Known:
    """Bring a lock up to what was built besides it.

    Args:
        root: the project's folder.
        lock: as it stands.
        request: what the author asks of the build.
        is_broken: whether the lock could not be read.
    """
    if not lock.project or is_broken:
        return Known(lock)
    forgets = request.reset_future_stamps or request.start_anew
    if request.now.fixed and (forgets or request.keep_future_stamps):
        return Known(lock, findings=(_fixed(),))
    if request.keep_future_stamps:
        lock = with_stamps_kept(lock, (), request.now)
    latest = request.now.seconds if forgets else None
    # What a wrong clock stamped, or another branch built, may stand anywhere, so that all is looked at then
    # even after the last build here.
    gather = partial(traces_in, lock=lock, latest=latest)
    earlier = earlier_builds(root, lock.project, gather, ask_git=forgets or request.retire_built)
    void = _void_stamps(lock, earlier, latest)
    lasting = tuple(one for one in earlier.lasting if not (request.chapters and one.code is SPARSE_CHECKOUT))
    known = Known(lock, mark=earlier.mark, findings=earlier.findings, lasting=lasting)
    if request.start_anew:
        return replace(known, lock=Lock(lock.project, anew=request.now.seconds, void=void))
    if _broke_off(root, lock.project, earlier):
        lock, _ = with_newest(lock, earlier.built, add_notes=True)
    elif faults := _faults(root, lock, earlier):
        return replace(known, findings=(*known.findings, *faults))
    if request.now.fixed and not void.isdisjoint(all_stamps(lock)):
        return replace(known, findings=(*known.findings, _fixed()))
    return _brought_up(
        root, with_stamps_reset(lock, void, request.now) if void else lock, known, earlier, request
    )


def _fixed() -> Finding:
    message = "SOURCE_DATE_EPOCH is set, so deckgen cannot tell which stamps are in the future."
    return SOURCE_DATE_EPOCH.at(Span(LOCK_FILE), message, "Unset it for this build.")


def _faults(root: Path, lock: Lock, earlier: EarlierBuilds) -> list[Finding]:
    """Return what is wrong with the lock as a whole: it is lost, or holds what is not its project's."""
    if is_absent(root / LOCK_FILE):
        return list(_lost(root, lock.project, earlier))
    if earlier.is_last:
        return []
    traces = (earlier.shipped, earlier.built)
    guids = {guid for each in traces for guid in each.notes}
    data, findings = read_file(root, LOCK_FILE)
    text = (data or b"").decode(errors="replace")
    return [*findings, *guid_findings(lock, text, LOCK_FILE, guids, _where(earlier.mark))]


def _where(mark: MarkPlace | None) -> str:
    """Return what a line of an earlier lock can be copied from."""
    places = [f"`git log -p -- {LOCK_FILE}`"] if mark and mark.branch else []
    if mark and is_file(mark.file):
        places.append(f"{mark.file}, a copy of the last lock")
    return f"an earlier lock ({', or '.join(places)})" if places else "a backup"


def _brought_up(root: Path, lock: Lock, known: Known, earlier: EarlierBuilds, request: BuildRequest) -> Known:
    """Put into a lock what was built besides it, and say so."""
    newest, shipped = with_newest(lock, earlier.shipped, add_notes=True, are_committed=True)
    newest, built = with_newest(newest, earlier.built, add_notes=request.retire_built)
    if request.retire_built:
        for traces in (*earlier.beside.values(), earlier.meanwhile):
            newest, beside = with_newest(newest, traces, add_notes=True)
            built += beside
    others = (earlier.elsewhere, *earlier.beside.values(), earlier.meanwhile, earlier.built)
    newest = replace(newest, ahead=max(newest.ahead, *(traces.ahead for traces in others)))
    floors = newest_stamps(others)
    packaged: dict[str | int, int] = {}
    if not earlier.is_last:
        latest = request.now.seconds if request.reset_future_stamps else None
        packaged = package_stamps(root, newest, floors, latest)
    lost = unlisted_notes(packaged, newest).difference(floors)
    newest, raised = with_stamps(newest, packaged)
    floors |= packaged
    taken = {"the last build here": built, "the package in `build/`": raised, "git's history": shipped}
    findings = (*known.findings, *_behind(taken), *_built_beside(newest, earlier.beside))
    if request.keep_future_stamps:
        newest = with_stamps_kept(newest, floors.values(), request.now)
    if known.mark and max(floors.values(), default=0) > request.now.seconds:
        # A wrong clock gave them, so that the stamps of later builds must rise above them, too. Without a
        # hash of what was seen, the next build asks again.
        known = replace(known, mark=replace(known.mark, seen=""))
    return replace(
        known,
        lock=newest,
        floors=floors,
        other_ids=other_ids(newest, (*others, earlier.shipped)),
        built=earlier.built,
        lost=lost,
        is_news=not earlier.is_last,
        findings=findings,
    )


def _void_stamps(lock: Lock, earlier: EarlierBuilds, latest: int | None) -> frozenset[int]:
    """Return the stamps that nobody has: those that any lock knew, and what lies after ``latest``."""
    late = [its for its in (*all_stamps(lock), lock.ahead) if latest is not None and its > latest]
    traces = (
        earlier.shipped, earlier.built, *earlier.beside.values(), earlier.meanwhile, earlier.elsewhere
    )  # fmt: skip
    return lock.void.union(late, *(each.void for each in traces))


def _behind(taken: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    """Report the ids of notes that readers may have newer than the lock, by what tells of them."""
    ids = sorted({note_id for each in taken.values() for note_id in each})
    if ids:
        source = next(source for source, each in taken.items() if each)
        message = f"According to {source}, readers may have {_notes(ids)} in a newer version than the lock."
        hint = "`deckgen build` takes that into account. Commit the lock that it writes."
        yield LOCK_BEHIND.at(Span(LOCK_FILE), message, hint)


def _notes(ids: list[str]) -> str:
    """Say how many ids of notes, which hold a slash, and keys of note types there are, and name one."""
    sort = " or ".join(sorted({"notes" if "/" in each else "note types" for each in ids}, reverse=True))
    return f"`{ids[0]}`" if len(ids) == 1 else f"{len(ids)} {sort}, among them `{ids[0]}`,"


def _built_beside(lock: Lock, beside: Mapping[str, Traces]) -> Iterator[Finding]:
    """Report what was built on other branches and is newer there than the lock says, with the last day."""
    ids: set[str] = set()
    latest: dict[str, int] = {}
    for branch, traces in beside.items():
        theirs, newer = with_newest(lock, traces, add_notes=True)
        ids.update(newer)
        if newer:
            latest[branch] = max((theirs.notes.get(name) or theirs.note_types[name]).mod for name in newer)
    if ids:
        last, *others = sorted(latest, key=lambda branch: -latest[branch])
        day = readable_time(latest[last])[:10]
        were = "was" if len(ids) == 1 else "were"
        names = f"`{others[0]}`" if len(others) == 1 else f"{len(others)} others"
        also = f", and on {names}" if others else ""
        message = f"{_notes(sorted(ids))} {were} built later on the branch `{last}`, last on {day}{also}."
        hint = "If readers got that package: `deckgen build --retire-built`. If not, no action is needed."
        yield BUILT_ON_BRANCH.at(Span(LOCK_FILE), message, hint)


def _lost(root: Path, project: str, earlier: EarlierBuilds) -> Iterator[Finding]:
    """Yield the finding that a lock is gone, nothing where there never was one."""
    package = standing_package(root, project)
    if commit := earlier.shipped.notes and commit_with_lock(root, project):
        hint = f"Restore it: `git checkout {commit} -- {LOCK_FILE}`."
    elif (has_package := os.path.lexists(package)) or earlier.shipped.notes or _was_finished(earlier):
        last = shlex.quote(relative_path(package)) if has_package else "PACKAGE"
        which = "" if has_package else " from the last package that readers got"
        hint = f"Restore it from a backup, or rebuild it{which}: `deckgen recover {last}`."
    else:
        return
    message = "The lock is gone; without it, readers would get every note as new or changed."
    hint += " If nobody has the deck: `deckgen build --start-anew`."
    yield LOCK_LOST.at(Span(LOCK_FILE), message, hint)


def _broke_off(root: Path, project: str, earlier: EarlierBuilds) -> bool:
    """Tell whether the first build of all was killed after it wrote the package and before the lock."""
    is_first = not earlier.shipped.notes and not _was_finished(earlier)
    has_package_alone = is_absent(root / LOCK_FILE) and os.path.lexists(standing_package(root, project))
    return (
        has_package_alone
        and is_first
        and earlier.mark is not None
        and bool(read_mark(earlier.mark.file).shipped)
    )


def _was_finished(earlier: EarlierBuilds) -> bool:
    """Tell whether a build here came to its end: the first one may have been broken off."""
    return earlier.mark is not None and is_file(earlier.mark.file)


def built_here(root: Path, lock: Lock, known: Known) -> list[Finding]:
    """Report the notes that were built here and that the new ``lock`` does not have, or only as new ones."""
    if not known.is_news:
        return []
    ids = [note_id for note_id, _ in unknown_to(lock, known.built)]
    lost = list(_other_guids([note_id for note_id in ids if note_id in lock.notes], known))
    lost += _lost_lines(lock, known.lost, standing_package(root, lock.project))
    ids = [note_id for note_id in ids if note_id not in lock.notes]
    if not ids:
        return lost
    were, them = ("was", "it") if len(ids) == 1 else ("were", "them")
    message = f"{_notes(ids)} {were} built here, but neither the lock nor the sources have {them} now."
    hint = f"If readers have {them}, run `deckgen build --retire-built`. If not, no action is needed."
    return [*lost, BUILT_HERE.at(Span(LOCK_FILE), message, hint)]


def _other_guids(ids: list[str], known: Known) -> Iterator[Finding]:
    """Report the notes that were built under other GUIDs than they have now."""
    if ids:
        were, their, line = ("was", "its", "line") if len(ids) == 1 else ("were", "their", "lines")
        message = f"{_notes(ids)} {were} built here under another GUID than the lock has."
        hint = f"If {their} {line} in the lock {were} lost, copy the {line} from {_where(known.mark)}."
        hint += " If the lock was restored since, no action is needed."
        yield LOCK_LINE_LOST.at(Span(LOCK_FILE), message, hint)


def _lost_lines(lock: Lock, guids: Collection[str], file: Path) -> Iterator[Finding]:
    """Report the notes of the package ``file`` that ``lock`` does not have, or only as new ones."""
    names = {guid: f"a note with the GUID `{guid}`" for guid in guids}
    names |= {line.guid: f"`{note_id}`" for note_id, line in lock.notes.items() if line.guid in guids}
    if names:
        first = min(names.values())
        notes = first if len(names) == 1 else f"{len(names)} notes, among them {first},"
        line = "its line was" if len(names) == 1 else "their lines were"
        command = f"deckgen recover {shlex.quote(relative_path(file))}"
        message = f"The package in `build/` has {notes} and the lock does not: {line} lost."
        hint = f"Copy what is missing from a backup, or move the lock away and run `{command}`."
        yield LOCK_LINE_LOST.at(Span(LOCK_FILE), message, hint)
