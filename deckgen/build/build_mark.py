"""The mark of the last build on each branch: what was shipped, kept where git does not look.

The mark is a copy of the lock as the build left it. A file beside it says what the repository had then, and
holds two lists of lines as the lock has them: notes that were built here and that the lock lacks, and what
the build was about to ship, in case it was killed before it wrote the lock. No mark is ever needed: where one
is lost, git's history is asked.
"""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from urllib.parse import quote, unquote
from zlib import crc32

from deckgen.atomic_write import replace_file, replace_lines
from deckgen.build.manifest import user_folder
from deckgen.model.diagnostics import Span
from deckgen.model.limits import leads_outside
from deckgen.model.values import Struct
from deckgen.source.files import read_named_file


class MarkPlace(Struct, frozen=True):
    """Where a mark goes, with a hash of the tags and of other branches' marks that there are.

    ``head`` is the commit that is checked out, ``branch`` the file that names it. ``files``, of which that is
    one, and ``folders`` tell which commit, tags and marks there are: where one of them changes, the next
    build must look again.
    """

    file: Path
    seen: str = ""
    head: str = ""
    branch: str = ""
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


class Mark(Struct, frozen=True):
    """What stands beside the copy of the lock.

    ``seen`` is the hash of the place as it was then, ``head`` the commit whose history was known;
    ``not_in_lock`` are lines of notes that the lock lacks, ``announced`` those that the build was about to
    ship.
    """

    seen: str = ""
    head: str = ""
    not_in_lock: tuple[str, ...] = ()
    announced: tuple[str, ...] = ()


def branch_in(head: Path) -> str:
    """Return the full name of the branch that is checked out, by git's file; a commit where there is none."""
    return read_text(head).strip().removeprefix("ref: ")


def mark_in_git(common: Path, branch: str, project: str) -> Path:
    """Return the place of the mark of a branch, in git's own folder."""
    name = branch.removeprefix("refs/heads/")
    return common / "deckgen" / quote(project, safe="") / f"{quote(name or 'HEAD', safe='')}.lock"


def branch_of(mark_file: Path) -> str:
    """Return the branch that a mark in git's folder is of; a commit where no branch was checked out."""
    return unquote(mark_file.stem)


def other_marks(mark_file: Path) -> tuple[Path, ...]:
    """Return the marks of other branches than that of ``mark_file``; none where it cannot be told."""
    try:
        names = sorted(os.listdir(mark_file.parent))
    except OSError:
        return ()
    return tuple(
        mark_file.with_name(name) for name in names if name.endswith(".lock") and name != mark_file.name
    )


def mark_of_user(root: Path, project: str) -> Path | None:
    """Return where the mark of a project in no repository goes: in the user's folder for programs' state."""
    base = user_folder("XDG_STATE_HOME", ".local/state", mac="Application Support")
    if not base:
        return None
    own = crc32(os.fsencode(os.path.realpath(root)))
    return Path(base, "deckgen", f"{quote(project, safe='')}-{own:08x}.lock")


def read_mark(mark_file: Path) -> Mark:
    """Return what stands beside the copy of the lock."""
    first, *lines = read_text(_beside(mark_file)).split("\n")
    seen, _, head = first.partition(" ")
    end = lines.index("") if "" in lines else len(lines)
    return Mark(seen, head, tuple(lines[:end]), tuple(filter(None, lines[end:])))


def marked_lines(mark_file: Path) -> list[str]:
    """Return all lines of a mark."""
    mark = read_mark(mark_file)
    return [*read_text(mark_file).split("\n"), *mark.not_in_lock, *mark.announced]


def is_as_left(mark_file: Path, lock_file: Path) -> bool:
    """Tell whether the lock is as the build left it that wrote the mark, or would have left it."""
    try:
        is_same = filecmp.cmp(mark_file, lock_file, shallow=False)
    except OSError:
        return False
    announced = read_mark(mark_file).announced
    return is_same and (not announced or set(read_text(lock_file).split("\n")).issuperset(announced))


def announce_build(
    place: MarkPlace, not_in_lock: Iterable[str], announced: Callable[[], Iterable[str]]
) -> dict[str, os.stat_result]:
    """Note what a build is about to ship; where that fails there is no note, and no harm done.

    Args:
        place: where the mark goes.
        not_in_lock: lines of notes that the lock lacks.
        announced: returns the lines of what is shipped, which together would take as much memory as the lock.

    Returns:
        The status of the file that holds the note, by its path, from before it was moved there.
    """
    file = _beside(place.file)

    def lines() -> Iterator[str]:
        yield f"{place.seen} {place.head}"
        for line in chain(not_in_lock, ("",), announced()):
            yield f"\n{line}"

    with suppress(OSError):
        place.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return {str(file): replace_lines(file, lines)}
    return {}


def write_mark(place: MarkPlace, lock_file: Path) -> None:
    """Leave the mark of a build that was announced; where that fails there is none, and no harm done."""
    with suppress(OSError), lock_file.open("rb") as source:
        replace_file(place.file, lambda target: shutil.copyfileobj(source, target))


def leaves_git(mark_file: Path, common: Path) -> bool:
    """Tell whether a mark would not lie in git's folder ``common``, because of links in that."""
    return any(leads_outside(common, file) for file in (mark_file, _beside(mark_file)))


def _beside(mark_file: Path) -> Path:
    return mark_file.with_suffix(".built")


def read_text(file: Path) -> str:
    """Return the text of a file, empty where it cannot be read or is larger than any lock."""
    data, _ = read_named_file(file, Span(file.name))
    return (data or b"").decode(errors="replace").replace("\r\n", "\n")
