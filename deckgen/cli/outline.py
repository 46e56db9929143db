"""``deckgen outline``: take the outline of a chapter, or compare it with one in use."""

from __future__ import annotations

import os
import shlex
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deckgen.cli.documented import Documented
from deckgen.cli.named_path import NamedPath
from deckgen.cli.output import echo, paint, plural, print_findings, say, stop
from deckgen.cli.terminal import one_line
from deckgen.cli.writing import save, state_of
from deckgen.model.diagnostics import Span, has_errors
from deckgen.model.outline import Chapter
from deckgen.outline.taken_outline import TakenOutline
from deckgen.source.files import is_file, read_named_file
from deckgen.source.project import SETTINGS_FILE

if TYPE_CHECKING:
    from deckgen.model.note_type import NoteType
    from deckgen.outline.revise import Change, Revision

_COLOURS = {"new": "green", "gone": "red", "reworded": "yellow", "moved": "blue"}
_FILE = NamedPath(dir_okay=False)


@click.command(
    name="outline",
    cls=Documented,
    examples={
        "deckgen outline ch5.md -o new.yaml": "Write the outline of a chapter.",
        "deckgen outline ch5.md --diff o.yaml": "Show what the chapter says anew.",
    },
)
@click.argument("chapter", type=NamedPath(exists=True, dir_okay=False))
@click.option("-o", "--output", type=_FILE, help="The outline to write.  [default: print it]")
@click.option("--force", is_flag=True, help="Let --output replace a file.")
@click.option(
    "--diff",
    "outline",
    type=NamedPath(exists=True, dir_okay=False),
    help="Show what differs from this outline; exit 1 if anything does.",
)
@click.option(
    "--update", is_flag=True, help="With --diff: write the differences in, keeping ids, `needs` and comments."
)
@click.option(
    "--drop-gone", is_flag=True, help="With --update: delete what is gone from the chapter as well."
)
def command(
    *, chapter: Path, output: Path | None, force: bool, outline: Path | None, update: bool, drop_gone: bool
) -> None:
    """Take the outline of CHAPTER, a Markdown file.

    Each heading that holds something becomes a section, each list item, labelled line, quoted answer,
    remark and table row a point. Damaged characters are repaired on the way; CHAPTER itself is left
    as it is.
    """
    if outline and (output or force):
        raise click.UsageError("--diff compares with an outline; leave out --output and --force.")
    if update and not outline:
        raise click.UsageError("--update needs --diff OUTLINE: the outline to update.")
    if drop_gone and not update:
        raise click.UsageError("--drop-gone needs --diff OUTLINE --update: the outline to delete from.")
    if output and state_of(output) and not force:
        command = shlex.join(["--diff", str(output), "--update"])
        hint = f"`{command}` keeps its ids and your edits; `--force` replaces it."
        raise click.UsageError(f"{output} exists. {hint}")
    _refuse_chapter(chapter, outline or output)
    taken = take(chapter, beside=outline or output)
    if outline:
        _compare(taken, outline, update=update, drop_gone=drop_gone)
    else:
        _write(taken, output)


def _refuse_chapter(chapter: Path, outline: Path | None) -> None:
    """Refuse to write over the chapter, by whatever name or link: exit code 2."""
    with suppress(OSError):  # a file that is not there, or has just gone, is reported when it is read
        if outline and outline.samefile(chapter):
            raise click.UsageError(f"{outline} is the chapter itself. Name another file for the outline.")


def take(chapter: Path, beside: Path | None) -> TakenOutline:
    """Return the chapter's outline, its file named from the folder that the outline stands in."""
    from deckgen.outline.read_chapter import take_outline

    root, name = Path(chapter.anchor or "."), chapter.as_posix()
    folder = beside.parent if beside else Path()
    data, findings = read_named_file(chapter, Span(name))
    taken = None
    if data is not None:
        taken, findings = take_outline(data, name, _note_types(folder))
    print_findings(findings, root)
    if taken is None or has_errors(findings):
        stop("There is no outline to write.")
    return replace(taken, file=Path(os.path.relpath(chapter, folder)).as_posix())


def _note_types(folder: Path) -> tuple[NoteType, ...]:
    """Return the note types of the project that a folder is in; `check` reports what is wrong with them."""
    from deckgen.source.media import MediaLibrary
    from deckgen.source.note_type_folders import load_note_types
    from deckgen.source.project import NOTE_TYPES_FOLDER, find_root

    root = find_root(folder) or folder
    return load_note_types(root, NOTE_TYPES_FOLDER, MediaLibrary(root))[0]


def _write(taken: TakenOutline, output: Path | None) -> None:
    from deckgen.outline.taken_outline import format_outline

    text = format_outline(taken)
    if output is None:
        echo(text)
        return
    save(text, output, _project_of(output))
    count = sum(1 for _ in taken.points)
    say(f"Wrote {output}: {plural(len(taken.sections), 'section')}, {plural(count, 'point')}")


def _project_of(file: Path) -> Path | None:
    """Return the project that a file is named in, whatever links lead to; the outermost of several."""
    folders = [folder for folder in file.absolute().parents if is_file(folder / SETTINGS_FILE)]
    return folders[-1] if folders else None


def _compare(taken: TakenOutline, outline: Path, *, update: bool, drop_gone: bool) -> None:
    from deckgen.outline.revise import compare

    text, line_end, chapter = _read(outline)
    revision = compare(taken, chapter)
    for change in revision.changes:
        for line in _change_lines(change):
            say(line, painted=True)
    counts = Counter(change.what for change in revision.changes)
    summary = ", ".join(f"{count} {what}" for what, count in counts.items()) or "The outline is up to date"
    say(f"{summary}.")
    if update:
        updated = _updated(text, revision, taken, outline, drop_gone=drop_gone)
        if updated != text:
            save(updated, outline, _project_of(outline), line_end=line_end)
            say(f"Updated {outline}")
        if counts["gone"] and not drop_gone:
            say("What is gone is kept; `--drop-gone` deletes it.")
    else:
        sys.exit(1 if revision.changes else 0)


def _read(outline: Path) -> tuple[str, str, Chapter]:
    """Read the outline in use: its text, its line ends, what it says; exit code 1 where it has errors."""
    from deckgen.source.outline_files import read_outline
    from deckgen.yaml.decode import decode

    root, name = Path(outline.anchor or "."), outline.as_posix()
    kinds = [note_type.kind for note_type in _note_types(outline.parent)]
    data, findings = read_named_file(outline, Span(name))
    chapter = None
    if data is not None:
        chapter, findings = read_outline(data, name, kinds, "")
    print_findings(findings, root)
    if data is None or chapter is None or has_errors(findings):
        stop("Fix the outline first; nothing was compared.")
    return decode(data, name)[0] or "", "\r\n" if b"\r\n" in data else "\n", chapter


def _updated(text: str, revision: Revision, taken: TakenOutline, outline: Path, *, drop_gone: bool) -> str:
    from deckgen.outline.outline_lines import UnusualLayoutError
    from deckgen.outline.update import update_outline

    try:
        return update_outline(text, revision, taken, drop_gone=drop_gone)
    except UnusualLayoutError as error:
        stop(
            f"{outline}:{error.line}: each section and point must start on a line of its own, as `- id: …`. "
            "Nothing was written."
        )


def _change_lines(change: Change) -> Iterator[str]:
    """Yield a change as lines: what and where, then the words before and after."""
    terminal = sys.stdout.isatty()
    place = one_line(change.place)
    what = paint(f"{change.what:<8}", stream_is_terminal=terminal, fg=_COLOURS[change.what])
    if change.what == "moved":
        away = change.before not in ("", change.place)
        yield f"{what}  {one_line(f'{change.before} → ' if away else '')}{place}"
        if away:
            yield f"  In notes that cover it, write `{place}`."
        return
    yield f"{what}  {place}"
    if change.before:
        yield paint(f"  - {change.before}", stream_is_terminal=terminal, fg="red")
    if change.after:
        yield paint(f"  + {change.after}", stream_is_terminal=terminal, fg="green")
