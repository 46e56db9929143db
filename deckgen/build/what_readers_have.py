"""What readers may have: the lock, and what was built besides it."""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from deckgen.build.git_history import EarlierBuilds, MarkPlace, commit_with_lock, earlier_builds
from deckgen.lock.earlier_locks import Traces, traces_in, unknown_to, with_newest
from deckgen.lock.future_stamps import all_stamps, with_stamps_kept, with_stamps_reset
from deckgen.lock.guids import LOCK_GUIDS, guid_findings
from deckgen.lock.model import Lock
from deckgen.lock.stamps import EPOCH
from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.model.values import Struct, field, replace
from deckgen.source.files import relative_path
from deckgen.source.folders import BUILD_FOLDER, LOCK_FILE

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
BUILT_HERE = Code(
    "built-here",
    Severity.INFO,
    "Notes that were built here are neither in the lock nor in the sources",
    "deckgen cannot know whether readers were given a package with them. If so, they should be retired.",
)
CODES = (LOCK_BEHIND, LOCK_LOST, BUILT_HERE)


class Known(Struct, frozen=True):
    """What is known of what readers have.

    ``lock`` holds the newest line of each note. ``floors`` are stamps, by GUID, that were given to notes
    elsewhere: a new one must lie above. ``built`` is what was built on this branch, ``is_news`` whether that
    was not said before, and ``mark`` where the mark of this build goes.
    """

    lock: Lock
    floors: Mapping[str, int] = field(default_factory=dict)
    built: Traces = Traces()
    is_news: bool = False
    mark: MarkPlace | None = None
    findings: tuple[Finding, ...] = ()


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
        message = "SOURCE_DATE_EPOCH is set, so deckgen cannot tell which stamps are in the future."
        return Known(lock, findings=(EPOCH.at(Span(LOCK_FILE), message, "Unset it for this build."),))
    latest = request.now.seconds if forgets else None
    gather = partial(traces_in, void=lock.void, latest=latest)
    # What a wrong clock stamped may stand anywhere, so that git is asked then even after the last build here.
    earlier = earlier_builds(root, lock.project, gather, ask_git=forgets)
    void = _void_stamps(lock, earlier, latest)
    if request.start_anew:
        return Known(Lock(lock.project, anew=request.now.seconds, void=void), mark=earlier.mark)
    findings = list(earlier.findings)
    lock_file = root / LOCK_FILE
    if not lock_file.is_file() and (lost := _lost(root, lock.project, earlier)):
        return Known(lock, mark=earlier.mark, findings=(*findings, lost))
    if not earlier.is_last and lock_file.is_file():
        findings += guid_findings(lock, lock_file.read_text(errors="replace"), LOCK_FILE)
    if void:
        lock = with_stamps_reset(lock, void, request.now)
    newest, shipped = with_newest(lock, earlier.shipped, add_notes=True)
    newest, built = with_newest(newest, earlier.built, add_notes=request.retire_built)
    findings += _behind(shipped, built)
    floors = {
        guid: line.mod
        for traces in (earlier.elsewhere, earlier.built)
        for guid, (_, line) in traces.notes.items()
    }
    if request.keep_future_stamps:
        newest = with_stamps_kept(newest, floors.values(), request.now)
    return Known(newest, floors, earlier.built, not earlier.is_last, earlier.mark, tuple(findings))


def _void_stamps(lock: Lock, earlier: EarlierBuilds, latest: int | None) -> frozenset[int]:
    """Return the stamps that nobody has: those that the lock knows, and what lies after ``latest``."""
    if latest is None:
        return lock.void
    late = [stamp for stamp in all_stamps(lock) if stamp > latest]
    traces = (earlier.shipped, earlier.built, earlier.elsewhere)
    return lock.void.union(late, *(each.void for each in traces))


def _behind(shipped: Collection[str], built: Collection[str]) -> Iterator[Finding]:
    """Report the ids of notes that readers may have newer than the lock: shipped, and built here."""
    taken = sorted({*shipped, *built})
    if taken:
        source = "git's history" if not built else "the last build here"
        what = f"`{taken[0]}`"
        if len(taken) > 1:
            what = f"{len(taken)} notes or note types, among them {what},"
        message = f"According to {source}, readers may have {what} in a newer version than the lock."
        hint = "No action needed: the build takes that into account. Commit the lock that it writes."
        yield LOCK_BEHIND.at(Span(LOCK_FILE), message, hint)


def _lost(root: Path, project: str, earlier: EarlierBuilds) -> Finding | None:
    """Return the finding that a lock is gone, None where there never was one."""
    package = root / BUILD_FOLDER / f"{project}.apkg"
    if commit := earlier.shipped.notes and commit_with_lock(root, project):
        hint = f"Restore it: `git checkout {commit} -- {LOCK_FILE}`."
    elif (has_package := os.path.lexists(package)) or earlier.shipped.notes or earlier.built.notes:
        last = shlex.quote(relative_path(package)) if has_package else "PACKAGE"
        which = "" if has_package else " from the last package that readers got"
        hint = f"Restore it from a backup, or rebuild it{which}: `deckgen recover {last}`."
    else:
        return None
    message = "The lock is gone; without it, readers would get every note as new or changed."
    anew = " If nobody has the deck: `deckgen build --start-anew`."
    return LOCK_LOST.at(Span(LOCK_FILE), message, hint + anew)


def built_here(lock: Lock, known: Known) -> list[Finding]:
    """Report the notes that were built here and that the new ``lock`` does not have."""
    if not known.is_news:
        return []
    ids = [note_id for note_id, _ in unknown_to(lock, known.built)]
    lost = [_lost_line(note_id, known) for note_id in ids if note_id in lock.notes]
    ids = [note_id for note_id in ids if note_id not in lock.notes]
    if not ids:
        return lost
    notes = f"`{ids[0]}` was" if len(ids) == 1 else f"{len(ids)} notes, among them `{ids[0]}`, were"
    message = f"{notes} built on this machine, but neither the lock nor the sources have it now."
    hint = "If readers have it, run `deckgen build --retire-built`. If not, no action is needed."
    return [*lost, BUILT_HERE.at(Span(LOCK_FILE), message, hint)]


def _lost_line(note_id: str, known: Known) -> Finding:
    """Report a note that was built under another GUID than it has now."""
    message = f"`{note_id}` was built with another GUID before: its line in the lock was lost or replaced."
    where = f", or from {known.mark.file}, a copy of the last lock" if known.mark else ""
    hint = f"Copy the line from an earlier lock, which `git log -p -- deckgen.lock` shows{where}."
    return replace(LOCK_GUIDS.at(Span(LOCK_FILE), message, hint), severity=Severity.WARNING)
