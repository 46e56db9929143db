"""Where a project is, and which files belong to it."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from deckgen.model.diagnostics import Code, Finding, Severity, Span
from deckgen.model.limits import leads_outside
from deckgen.model.values import Struct
from deckgen.source.files import FILE_UNREADABLE, is_file, outside, shown_path, unreadable, walk
from deckgen.source.folders import BUILD_FOLDER, listing_of, visible_names

SETTINGS_FILE = "deckgen.yaml"
STORIES_FILE = "stories.yaml"
OUTLINE_FILE = "outline.yaml"
MEDIA_FOLDER = "media"
NOTE_TYPES_FOLDER = "notetypes"

BAD_ID = Code(
    "bad-id",
    Severity.ERROR,
    "An id is not in kebab-case",
    "Ids become GUIDs, tags and addresses (`ch36/blast-radius`); lower-case letters, digits and single "
    "hyphens work in all of them.",
    bad="id: Blast radius",
    good="id: blast-radius",
)
NO_CHAPTER = Code(
    "no-chapter",
    Severity.ERROR,
    "A note file belongs to no chapter",
    "A note belongs to the chapter whose `outline.yaml` is in its folder, or in one above it. Without an "
    "outline, a folder beside deckgen.yaml is a chapter of its own; a file there belongs to none.",
)
NO_NOTES = Code(
    "no-notes",
    Severity.ERROR,
    "There is nothing to build",
    "A project needs a chapter: a folder with at least one file of notes, and with an `outline.yaml` if "
    "its coverage is to be measured.",
)
TOO_MANY_NOTES = Code(
    "too-many-notes",
    Severity.ERROR,
    "A project has more notes than Anki can use",
    "Anki slows down beyond some 100,000 notes, and a project from elsewhere shall not fill this machine's "
    "memory. `DECKGEN_MAX_NOTES` in the environment sets another limit.",
)
CODES = (BAD_ID, NO_CHAPTER, NO_NOTES, TOO_MANY_NOTES)


class ProjectFiles(Struct, frozen=True):
    """The files of a project, each as a path relative to its root, sorted.

    Attributes:
        root: the project's folder.
        outlines: the outline files.
        notes: the note files, by the folder of their chapter: that of an outline, else the one at the top.
        stray: note files that are in no folder, and belong to no outline.
        folders: each folder that was searched, with the visible names in it.
        closed: findings on the folders and files that could not be read.
    """

    root: Path
    outlines: tuple[str, ...]
    notes: Mapping[str, tuple[str, ...]]
    stray: tuple[str, ...]
    folders: Mapping[str, tuple[str, ...]]
    closed: tuple[Finding, ...] = ()


def find_root(start: Path) -> Path | None:
    """Return the nearest folder, from ``start`` upwards, that holds a deckgen.yaml."""
    start = start.resolve()
    return next((folder for folder in (start, *start.parents) if is_file(folder / SETTINGS_FILE)), None)


def list_files(root: Path) -> ProjectFiles:
    """List a project's outlines and, by the folder of their chapter, its note files."""
    folders: dict[str, tuple[str, ...]] = {}
    errors: list[OSError] = []
    outlines: list[str] = []
    yaml_files: list[str] = []
    closed: list[Finding] = []
    for path in _walk(root, folders, errors, closed):
        if not path.lower().endswith((".yaml", ".yml")) or path in (SETTINGS_FILE, STORIES_FILE):
            continue
        if shown_path(path) != path:
            closed.append(_misnamed(path))
        elif path.rpartition("/")[2] == OUTLINE_FILE:
            outlines.append(path)
        else:
            yaml_files.append(path)
    note_types = [f"{NOTE_TYPES_FOLDER}/{name}" for name in listing_of(f"{root}/{NOTE_TYPES_FOLDER}")]
    for name in (MEDIA_FOLDER, NOTE_TYPES_FOLDER, *note_types):  # a note type may be a link
        if leads_outside(root, root / name):
            if name == MEDIA_FOLDER:  # of a note type's, each file is reported as it is read
                closed.append(outside("The folder", Span(name)))
            continue
        for folder, subfolders, files in walk(str(root / name), errors.append):
            folders[Path(folder).relative_to(root).as_posix()] = visible_names((*subfolders, *files))
    notes, stray = _by_chapter(outlines, yaml_files)
    closed += _closed_folders(root, errors)
    return ProjectFiles(root, tuple(sorted(outlines)), notes, stray, folders, tuple(closed))


def _walk(
    root: Path, folders: dict[str, tuple[str, ...]], errors: list[OSError], closed: list[Finding]
) -> Iterator[str]:
    """Yield the path of each visible file that may be of the project, folder by folder.

    Each folder is added to ``folders`` with the names in it, each that cannot be read to ``errors``, and the
    finding on each that lies outside the project to ``closed``.
    """
    seen: set[str] = set()
    for folder, subfolders, files in walk(str(root), errors.append, follow_links=True):
        relative = Path(folder).relative_to(root)
        place = os.path.realpath(folder)
        if leads_outside(root, Path(folder)):
            closed.append(outside("The folder", Span(shown_path(relative.as_posix()))))
            subfolders.clear()
            continue
        folders[relative.as_posix()] = visible_names((*subfolders, *files), at_root=not relative.parts)
        if place in seen:  # a link back to a folder above
            subfolders.clear()
            continue
        seen.add(place)
        wanted = [name for name in subfolders if not _is_skipped(relative / name)]
        inner = [name for name in wanted if is_file(Path(folder, name, SETTINGS_FILE))]
        folders |= {(relative / name).as_posix(): listing_of(f"{folder}/{name}") for name in inner}
        subfolders[:] = sorted(name for name in wanted if name not in inner)
        yield from ((relative / name).as_posix() for name in visible_names(files))


def _by_chapter(
    outlines: Iterable[str], yaml_files: Iterable[str]
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Return the note files by the folder of their chapter, and those that have none."""
    chapters: dict[str, list[str]] = {str(PurePosixPath(outline).parent): [] for outline in outlines}
    stray = []
    for path in sorted(yaml_files):
        parents = [str(parent) for parent in PurePosixPath(path).parents]
        home = next((parent for parent in parents if parent in chapters), None)
        if home is None and len(parents) == 1:
            stray.append(path)
        else:
            chapters.setdefault(home or parents[-2], []).append(path)
    return {folder: tuple(paths) for folder, paths in chapters.items()}, tuple(stray)


def _is_skipped(relative: Path) -> bool:
    at_top = len(relative.parts) == 1
    return relative.name.startswith(".") or (
        at_top and relative.name in (MEDIA_FOLDER, NOTE_TYPES_FOLDER, BUILD_FOLDER, "lost+found")
    )


def _misnamed(path: str) -> Finding:
    hint = "Rename it: on another machine these bytes are another name, or none."
    return FILE_UNREADABLE.at(Span(shown_path(path)), "The file's name, or its folder's, is not UTF-8.", hint)


def _closed_folders(root: Path, errors: Iterable[OSError]) -> Iterable[Finding]:
    """Report the folders that cannot be read, hidden ones aside: there may be notes in them."""
    for error in errors:
        path = Path(error.filename).relative_to(root)
        is_hidden = any(part.startswith(".") for part in path.parts)
        if not is_hidden and not isinstance(error, FileNotFoundError | NotADirectoryError):
            yield unreadable("The folder", Span(shown_path(path.as_posix())), error)


def stray_findings(files: ProjectFiles) -> list[Finding]:
    """Report the note files that belong to no chapter."""
    hint = f"Move it into a folder, which is then a chapter, or write an {OUTLINE_FILE} beside it."
    return [NO_CHAPTER.at(Span(path), "This file belongs to no chapter.", hint) for path in files.stray]
