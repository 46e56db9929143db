"""Where a project is, which files belong to it, and what ``deckgen.yaml`` says."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path, PurePosixPath

from deckgen.model.diagnostics import Code, Finding, Severity, Span, did_you_mean
from deckgen.model.ids import KEBAB
from deckgen.model.settings import LintSettings, Settings
from deckgen.model.text import Text
from deckgen.model.values import Struct
from deckgen.source.files import FILE_UNREADABLE, is_file, shown_path, unreadable
from deckgen.source.folders import BUILD_FOLDER, listing_of, visible_names
from deckgen.source.theme import read_theme
from deckgen.yaml.mapping_reader import BAD_VALUE, WRONG_TYPE, MappingReader, parse_mapping, shape_of
from deckgen.yaml.nodes import Mapping as MappingNode

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
    "A note belongs to the chapter whose `outline.yaml` stands in its folder, or in one above it.",
)
NO_NOTES = Code(
    "no-notes",
    Severity.ERROR,
    "There is nothing to build",
    "A project needs a chapter: a folder with an `outline.yaml` and at least one file of notes.",
)
CODES = (BAD_ID, NO_CHAPTER, NO_NOTES)


class ProjectFiles(Struct, frozen=True):
    """The files of a project, each as a path relative to its root, sorted.

    ``notes`` are by the folder of the outline that they belong to; ``folders`` are all that were looked into,
    with the names in them, hidden ones aside; ``closed`` says of what is there and was not looked into.
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
    """List a project's outlines and, by the folder of the outline they belong to, its note files."""
    outlines: list[str] = []
    yaml_files: list[str] = []
    folders: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    errors: list[OSError] = []
    closed: list[Finding] = []
    for folder, subfolders, files in os.walk(root, onerror=errors.append, followlinks=True):
        relative = Path(folder).relative_to(root)
        names = visible_names((*subfolders, *files), at_root=not relative.parts)
        folders[relative.as_posix()] = names
        place = os.path.realpath(folder)
        if place in seen:  # a link that leads back up
            subfolders.clear()
            continue
        seen.add(place)
        wanted = [name for name in subfolders if not _is_skipped(relative / name)]
        inner = [name for name in wanted if is_file(Path(folder, name, SETTINGS_FILE))]
        folders |= {(relative / name).as_posix(): listing_of(f"{folder}/{name}") for name in inner}
        subfolders[:] = sorted(name for name in wanted if name not in inner)
        for name in visible_names(files):
            path = (relative / name).as_posix()
            if not name.lower().endswith((".yaml", ".yml")) or path in (SETTINGS_FILE, STORIES_FILE):
                continue
            if shown_path(path) != path:
                closed.append(_misnamed(path))
            elif name == OUTLINE_FILE:
                outlines.append(path)
            else:
                yaml_files.append(path)
    note_types = [f"{NOTE_TYPES_FOLDER}/{name}" for name in listing_of(f"{root}/{NOTE_TYPES_FOLDER}")]
    for name in (MEDIA_FOLDER, NOTE_TYPES_FOLDER, *note_types):  # a note type may be a link
        for folder, subfolders, files in os.walk(root / name, onerror=errors.append):
            folders[Path(folder).relative_to(root).as_posix()] = visible_names((*subfolders, *files))
    notes, stray = _by_chapter(outlines, yaml_files)
    closed += _closed_folders(root, errors)
    return ProjectFiles(root, tuple(sorted(outlines)), notes, stray, folders, tuple(closed))


def _by_chapter(
    outlines: Iterable[str], yaml_files: Iterable[str]
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Return the note files by the folder of their outline, and those that have none."""
    chapters: dict[str, list[str]] = {str(PurePosixPath(outline).parent): [] for outline in outlines}
    stray = []
    for path in sorted(yaml_files):
        home = next((str(parent) for parent in PurePosixPath(path).parents if str(parent) in chapters), None)
        if home is None:
            stray.append(path)
        else:
            chapters[home].append(path)
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
    """Report the folders that could not be looked into: but for hidden ones, there may be notes in them."""
    for error in errors:
        path = Path(error.filename).relative_to(root)
        is_hidden = any(part.startswith(".") for part in path.parts)
        if not is_hidden and not isinstance(error, FileNotFoundError | NotADirectoryError):
            yield unreadable("The folder", Span(shown_path(path.as_posix())), error)


def stray_findings(files: ProjectFiles) -> list[Finding]:
    """Report the note files that belong to no chapter."""
    hint = f"Move it into a chapter's folder, or write an {OUTLINE_FILE} beside it."
    return [NO_CHAPTER.at(Span(path), "This file belongs to no chapter.", hint) for path in files.stray]


def read_settings(data: bytes, kinds: Collection[str]) -> tuple[Settings | None, list[Finding]]:
    """Read deckgen.yaml; ``kinds`` are the lists of the project's note types."""
    root, findings = parse_mapping(data, SETTINGS_FILE, SETTINGS_FILE)
    if root is None:
        return None, findings
    reader = MappingReader(root, "deckgen.yaml", findings)
    name = reader.line("name", required=True)
    project_id = reader.text("id", required=True)
    language = reader.text("language")
    if language and not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", language.value):
        reader.report(
            BAD_VALUE, language, f"`{language.value}` is no language tag.", "Write one such as `en`."
        )
    if project_id and not KEBAB.match(project_id.value):
        hint = "Use lower-case letters, digits and hyphens."
        reader.report(BAD_ID, project_id, f"The project's id `{project_id.value}` is not kebab-case.", hint)
    if name and "::" in name.value:
        message = "The project's name holds `::`, which splits decks in Anki."
        reader.report(BAD_VALUE, name, message, "Leave out the `::`.")
    subdecks = _read_subdecks(reader.mapping("subdecks"), kinds, findings)
    ships_retired = reader.choice("retired", ("ship", "report")) != "report"
    learn_first = reader.text("learn_first")
    theme = read_theme(reader.mapping("theme"), findings)
    speech = _read_speech(reader)
    coverage = reader.mapping("coverage")
    fail_under = None
    if coverage is not None:
        coverage_reader = MappingReader(coverage, "`coverage`", findings)
        fail_under = coverage_reader.number("fail_under", 0, 100)
        coverage_reader.close()
    lint = _read_lint(reader.mapping("lint"), findings)
    reader.close()
    if name is None or project_id is None:
        return None, findings
    language_tag = language.value if language else "en"
    return (
        Settings(
            name=name.value,
            id=project_id.value,
            language=language_tag,
            subdecks=subdecks,
            fail_under=fail_under or 0,
            ships_retired=ships_retired,
            learn_first=learn_first.value if learn_first else "",
            theme=theme.css,
            stylesheet=theme.stylesheet,
            speech=speech,
            lint=lint,
        ),
        findings,
    )


def _read_speech(reader: MappingReader) -> str:
    """Return the language (``en_US``) in which Anki reads questions aloud; empty for none."""
    speech = reader.text("speech")
    if speech is None:
        return ""
    if not re.fullmatch(r"[a-z]{2,3}_[A-Z]{2}", speech.value):
        hint = "Write language and country as in `en_US`, or delete the key to read nothing aloud."
        reader.report(BAD_VALUE, speech, f"`{speech.value}` is no language that Anki could speak.", hint)
    return speech.value


def _read_lint(node: MappingNode | None, findings: list[Finding]) -> LintSettings:
    """Read ``lint:`` for its shape alone: which names there are, the linter knows."""
    if node is None:
        return LintSettings()
    reader = MappingReader(node, "`lint`", findings)
    ignore, enable = reader.texts("ignore"), reader.texts("enable")
    limits = {}
    for name, (key, _) in node.entries.items():
        rule = reader.mapping(name) if name not in ("ignore", "enable") else None
        if rule is not None:
            limits[name] = (key, _read_limits(rule, name, findings))
    return LintSettings(ignore, enable, limits)


def _read_limits(node: MappingNode, rule: str, findings: list[Finding]) -> dict[str, tuple[Text, Text]]:
    reader = MappingReader(node, f"`{rule}`", findings)
    limits = {}
    for name, (key, _) in node.entries.items():
        text = reader.text(name)
        if text is not None:
            limits[name] = (key, text)
    return limits


def _read_subdecks(
    node: MappingNode | None, kinds: Collection[str], findings: list[Finding]
) -> dict[str, str]:
    subdecks = {}
    for kind, (key, value) in node.entries.items() if node else ():
        if kind not in kinds:
            hint = did_you_mean(kind, kinds, f"The kinds are {', '.join(kinds)}.")
            findings.append(BAD_VALUE.at(key.span, f"`{kind}` is no kind of note.", hint))
        elif isinstance(value, Text) and "\n" not in value.value.strip():
            subdecks[kind] = value.value.strip()
        elif isinstance(value, Text):
            message = f"The subdeck of `{kind}` takes one line."
            findings.append(BAD_VALUE.at(value.span, message, "Write its name on one line, or '' for none."))
        else:
            message = f"The subdeck of `{kind}` is text, not {shape_of(value)}."
            findings.append(WRONG_TYPE.at(value.span, message, "Write its name, or '' for none."))
    return subdecks
