"""``deckgen build``: compile a project into an Anki package."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import click

from deckgen.build.cache_entry import Place
from deckgen.build.compile import Take
from deckgen.build.patch import NoteMarks
from deckgen.build.watch import saves
from deckgen.cli.change_lines import change_lines
from deckgen.cli.incremental import say_lock_changed, size_in_words
from deckgen.cli.output import (
    display_path,
    ends_by_ctrl_c,
    fails,
    needs_extra,
    print_findings,
    project_argument,
    root_of,
    stop,
    strict_option,
)
from deckgen.cli.planning import Plan, plan_build
from deckgen.cli.progress_line import Stages
from deckgen.cli.remembering import remember_build
from deckgen.cli.summary import summary_lines
from deckgen.cli.writing import cannot_write, unreadable_media
from deckgen.lock.changes import find_changes
from deckgen.model.notes import MediaUnreadableError
from deckgen.model.progress import Tell, tell_nobody
from deckgen.model.spool import NoteStore
from deckgen.model.stage_cache import Memory
from deckgen.model.values import Struct
from deckgen.package.write import Written, wait_until, write_shipment
from deckgen.source.folders import LOCK_FILE, STORIES_LOCK_FILE

_SCHEMA_STEPS = """\
The note types grew beyond their slots. Tell your readers, once, to import this package so:
  1. In the import dialogue tick "Merge note types" and set "Update notes" to "Always".
  2. At the next sync choose "Upload to AnkiWeb"; Anki asks, because the schema changed.
Their own edits and tags on the notes of this deck are overwritten that once; no review is lost."""


@click.command(name="build")
@project_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The package to write.  [default: build/<project id>.apkg]",
)
@click.option("--chapter", "chapters", multiple=True, help="Build this chapter alone; can be repeated.")
@click.option("--frozen", is_flag=True, help="Fail if the lock would change, and write nothing: for CI.")
@click.option("--no-stories", is_flag=True, help="Leave out stories.yaml: a package to share.")
@click.option("--allow-deck-rename", is_flag=True, help="Ship a deck under its new name.")
@click.option("--allow-schema-change", is_flag=True, help="Let a note type outgrow its spare slots.")
@click.option("--watch", is_flag=True, help="Build again after each save, until Ctrl-C.")
@click.option("--timings", is_flag=True, help="Say where the time went, stage by stage.")
@strict_option
@click.pass_obj
def command(
    remembered: tuple[Place, int] | None,
    /,
    project: Path,
    *,
    watch: bool,
    frozen: bool,
    timings: bool,
    **options: Any,
) -> None:
    """Compile PROJECT into an Anki package.

    PROJECT is a folder with a deckgen.yaml, or one below it.
    """
    if watch and frozen:
        raise click.UsageError("--frozen and --watch exclude each other: a watched build writes the lock.")
    wish = _Wish(root_of(project), frozen=frozen, **options)
    if wish.output is not None and wish.output.suffix != ".apkg":
        raise click.BadParameter(f"`{wish.output}` does not end in .apkg.", param_hint="--output")
    if watch:
        _watch(wish)
    else:
        with _stages() as stages, NoteStore() as store:
            if remembered and wish.is_for_all():
                built = _build_to_remember(*remembered, wish, project, stages=stages, store=store)
            else:
                built = _build(wish, stages, store=store)
        _print_summary(built, wish)
        if timings:
            click.echo("\n".join(["Time:", *stages.lines()]), err=True)


@contextmanager
def _stages() -> Iterator[Stages]:
    stages = Stages()
    try:
        yield stages
    finally:
        stages.end()


class _Wish(Struct, frozen=True):
    """What the author asks for; the names are those of the options."""

    root: Path
    output: Path | None
    chapters: tuple[str, ...]
    frozen: bool
    no_stories: bool
    allow_deck_rename: bool
    allow_schema_change: bool
    strict: bool

    def is_for_all(self) -> bool:
        """Tell whether the next build with the same words would do the same: no part, no exception."""
        return not (self.chapters or self.allow_deck_rename or self.allow_schema_change)


class _Built(NamedTuple):
    """A build that was written: what it ships, where to, the files written, and the seconds it took."""

    plan: Plan
    output: Path
    written: Written
    seconds: float


def _build(
    wish: _Wish,
    tell: Tell = tell_nobody,
    *,
    memory: Memory | None = None,
    store: NoteStore | None = None,
    take: Callable[[str], None] | None = None,
    take_notes: Take | None = None,
) -> _Built:
    """Build once; print the findings, and end with exit code 1 where it cannot be done.

    Args:
        wish: what the author asks for.
        tell: is told of each stage.
        memory: of earlier builds.
        store: for the notes, so that they need little memory until they are written.
        take: is given the collection that the package was made from, and may move it.
        take_notes: is given the notes of each file with what they were rendered to.
    """
    started = time.perf_counter()
    root = wish.root
    plan = _plan(wish, memory=memory, take=take_notes, store=store, tell=tell)
    print_findings(plan.findings, root)
    if fails(plan.findings, strict=wish.strict):
        stop("Nothing was written.")
    if wish.frozen:
        _stop_if_lock_changes(plan, root)
    wait_until(plan.shipment.latest_change, plan.now)
    output = wish.output or default_output(plan)
    lock_file, private_file = root / LOCK_FILE, root / STORIES_LOCK_FILE
    try:
        written = write_shipment(
            plan.shipment,
            output,
            lock_file,
            private_file,
            plan.private,
            take=take,
            tell=tell,
        )
    except MediaUnreadableError as error:
        print_findings([unreadable_media(error)], root)
        stop("Nothing was written.")
    except OSError as error:
        came_late = error.filename in (str(lock_file), str(private_file))
        late = f" {output} was written before it: the next build sends the same changes again."
        stop(cannot_write(error, output) + (late if came_late else ""))
    return _Built(plan, output, written, time.perf_counter() - started)


def _plan(wish: _Wish, **how: Any) -> Plan:
    try:
        return plan_build(
            wish.root,
            chapters=wish.chapters,
            with_stories=not wish.no_stories,
            allow_schema_change=wish.allow_schema_change,
            allow_deck_rename=wish.allow_deck_rename,
            keeps_sources=False,
            **how,
        )
    except OSError as error:  # what cannot be read is a finding: this is of the texts that wait in a file
        stop(f"Cannot write to the folder for temporary files: {error.strerror or error}.")


def _build_to_remember(
    place: Place, started: int, wish: _Wish, project: Path, *, stages: Stages, store: NoteStore
) -> _Built:
    """Build, and keep for the next build of ``project`` what this one went by."""
    marks = NoteMarks()
    try:
        built = _build(wish, stages, store=store, take=place.take, take_notes=marks.take)
    except BaseException:
        place.drop()
        raise
    stages("Remembering")
    remember_build(
        place,
        started,
        built.plan,
        marks.by_path,
        start=project.resolve(),
        output=built.output,
        written=built.written,
        summary=summary_lines(built.plan, wish.chapters),
    )
    return built


def _watch(wish: _Wish) -> None:
    """Build now and after each save; a build that fails says why, and the next save is waited for."""
    gc.enable()  # this goes on for hours
    memory = Memory()
    is_first = True
    with ends_by_ctrl_c(), needs_extra("preview", "--watch"):
        for _ in saves(wish.root):
            try:
                built = _build(wish, memory=memory)
            except SystemExit:
                pass  # it has said why
            except click.BadParameter as error:
                if is_first:
                    raise
                click.echo(error.format_message(), err=True)
            else:
                if is_first:
                    _print_summary(built, wish)
                else:
                    click.echo(_change_line(built))
            if is_first:
                where = display_path(wish.root, ".")
                click.echo(f"Watching {where}: save to build again, Ctrl-C to end.", err=True)
            is_first = False


def _change_line(built: _Built) -> str:
    """Return what a build after a save changed for readers: ``14:03:07 Wrote …: 1 note changed: ch36/a``."""
    plan = built.plan
    changes = find_changes(plan.compiled.lock, plan.shipment.lock, plan.shipment.renamed)
    what = "; ".join(change_lines(changes)) or "nothing changed for readers"
    return f"{time.strftime('%H:%M:%S')} Wrote {built.output} in {built.seconds:.1f} s: {what}"


def _print_summary(built: _Built, wish: _Wish) -> None:
    plan = built.plan
    click.echo(
        f"Wrote {built.output} ({size_in_words(built.written.package.st_size)}) in {built.seconds:.1f} s"
    )
    for line in summary_lines(plan, wish.chapters):
        click.echo(line)
    if _outgrew_slots(plan):
        click.echo(_SCHEMA_STEPS)
    if plan.shipment.lock != plan.compiled.lock:
        say_lock_changed(wish.root)


def default_output(plan: Plan) -> Path:
    """Return where a package goes that has no name of its own."""
    return Path("build") / f"{plan.compiled.sources.settings.id}.apkg"


def _stop_if_lock_changes(plan: Plan, root: Path) -> None:
    if plan.shipment.lock == plan.compiled.lock:
        return
    click.echo(f"{display_path(root, LOCK_FILE)} is not up to date with the sources:", err=True)
    for line in change_lines(find_changes(plan.compiled.lock, plan.shipment.lock, plan.shipment.renamed)):
        click.echo(f"  {line}", err=True)
    stop("Nothing was written. Run `deckgen build` and commit the lock.")


def _outgrew_slots(plan: Plan) -> bool:
    before, after = plan.compiled.lock.note_types, plan.shipment.lock.note_types
    return any(
        len(after[key].slots.fields) != len(old.slots.fields)
        or len(after[key].slots.cards) != len(old.slots.cards)
        for key, old in before.items()
        if not old.is_cloze
    )
