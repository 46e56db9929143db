"""``deckgen build``: compile a project into an Anki package."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import click

from deckgen.build.cache_entry import CacheEntry
from deckgen.build.incremental import NotesDigest, notes_digest, remember_build
from deckgen.build.manifest import Key
from deckgen.build.plan import Plan, UnknownChapterError
from deckgen.build.project_renderer import RenderedFile
from deckgen.build.run import Built, build_package, default_output, keep_others_out
from deckgen.build.watch import saves
from deckgen.cli import candidates
from deckgen.cli.change_lines import change_lines
from deckgen.cli.documented import Documented
from deckgen.cli.named_path import NamedPath
from deckgen.cli.output import (
    display_path,
    fails,
    findings_and_counts,
    needs_extra,
    print_findings,
    project_argument,
    root_of,
    runs_until_ctrl_c,
    say,
    stop,
    strict_option,
    wrapped,
)
from deckgen.cli.planning import cannot_plan, request_now, say_waiting, with_news
from deckgen.cli.progress_line import ProgressLine
from deckgen.cli.quick_build import say_built, say_lock_changed, wrote
from deckgen.cli.summary import is_linted, remarks_line, summary_lines
from deckgen.cli.terminal import one_line
from deckgen.cli.writing import cannot_write, state_of, unreadable_media, what_is_kept
from deckgen.lock.changes import outgrew_slots
from deckgen.model.limits import OutsideLinkError
from deckgen.model.notes import MediaUnreadableError
from deckgen.model.stage_cache import StageCache
from deckgen.model.values import Struct
from deckgen.package.write import outdated_locks
from deckgen.source.folders import LOCK_FILE, STORIES_LOCK_FILE

_SCHEMA_STEPS = """\
The note types grew beyond their slots. Tell your readers, once, to import this package so:
  1. In the import dialogue tick "Merge note types" and set "Update notes" to "Always".
  2. At the next sync choose "Upload to AnkiWeb"; Anki asks, because the schema changed.
Their own edits and tags on the notes of this deck are overwritten that once; no review is lost."""


@click.command(
    name="build",
    cls=Documented,
    examples={
        "deckgen build": "Write build/<id>.apkg, and the lock.",
        "deckgen build --frozen -o deck.apkg": "In CI: fail if the lock is not up to date.",
    },
)
@project_argument
@click.option(
    "-o",
    "--output",
    type=NamedPath(dir_okay=False),
    help="The package to write.  [default: build/<id>.apkg in the project]",
)
@click.option(
    "--chapter",
    "chapters",
    multiple=True,
    metavar="ID",
    shell_complete=candidates.chapters,
    help="Build this chapter only, into build/<id>-ID.apkg by default; can be repeated.",
)
@click.option(
    "--frozen", is_flag=True, help="For CI: write only the package, and fail if a lock would change."
)
@click.option("--no-stories", is_flag=True, help="Leave out your stories.yaml, to share the package.")
@click.option("--allow-deck-rename", is_flag=True, help="Let a deck have its new name.")
@click.option("--allow-schema-change", is_flag=True, help="Let a note type outgrow its spare slots.")
@click.option("--retire-built", is_flag=True, help="Readers got what was built here: retire what is gone.")
@click.option("--start-anew", is_flag=True, help="Forget all earlier builds, for a deck that nobody has.")
@click.option(
    "--reset-future-stamps",
    is_flag=True,
    help="After a build with a wrong clock, if nobody has its package: stamp its notes with the present.",
)
@click.option(
    "--keep-future-stamps",
    is_flag=True,
    help="After a build with a wrong clock, if readers have its package: stamp changes above its stamps.",
)
@click.option(
    "--refresh", is_flag=True, help="Send notes again that only render differently with a newer library."
)
@click.option("--watch", is_flag=True, help="Build again after each save, until Ctrl-C.")
@click.option("--timings", is_flag=True, help="Show how long each stage took.")
@strict_option
@click.pass_obj
def command(
    remembered: tuple[Key, int] | None,
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
    if options["reset_future_stamps"] and options["keep_future_stamps"]:
        raise click.UsageError(
            "--reset-future-stamps and --keep-future-stamps exclude each other: the first is for a package "
            "that nobody has, the second for one that readers have."
        )
    job = _Job(root_of(project), frozen=frozen, **options)
    if job.output is not None and job.output.suffix != ".apkg":
        raise click.BadParameter(f"`{job.output}` does not end in .apkg.", param_hint="--output")
    if watch:
        _watch(job)
        return
    with ProgressLine() as progress:
        if remembered:
            built, out = _build_and_remember(*remembered, job, project, progress)
        else:
            built = _build(job, progress=progress)
            out = _summary(built, job)
    _print(built, out)
    if timings:
        say("Time:", *progress.lines(), err=True)


class _Job(Struct, frozen=True):
    """What the author asks for; the names are those of the options."""

    root: Path
    output: Path | None
    chapters: tuple[str, ...]
    frozen: bool
    no_stories: bool
    allow_deck_rename: bool
    allow_schema_change: bool
    refresh: bool
    retire_built: bool
    start_anew: bool
    reset_future_stamps: bool
    keep_future_stamps: bool
    strict: bool


def _build(job: _Job, **how: Any) -> Built:
    """Build once; print the findings, and end with exit code 1 where it cannot be done.

    ``how`` is what ``build_package`` may be told beside.
    """
    with keep_others_out(job.root, say_waiting):
        return _build_alone(job, **how)


def _build_alone(job: _Job, **how: Any) -> Built:
    root = job.root
    request, news = request_now(
        chapters=job.chapters,
        with_stories=not job.no_stories,
        allow_schema_change=job.allow_schema_change,
        allow_deck_rename=job.allow_deck_rename,
        refresh=job.refresh,
        retire_built=job.retire_built,
        start_anew=job.start_anew,
        reset_future_stamps=job.reset_future_stamps,
        keep_future_stamps=job.keep_future_stamps,
    )
    plans: list[Plan] = []
    earlier: dict[Path, tuple[int, int] | None] = {}  # what the build writes, as it was before

    def check(plan: Plan) -> None:
        plan = with_news(plan, news)
        plans.append(plan)
        print_findings(plan.findings, root)
        if fails(plan.findings, strict=job.strict):
            stop("Nothing was written.")
        if job.frozen:
            _stop_if_lock_changes(plan, root)
        output = job.output or default_output(plan, job.chapters)
        earlier.update({file: state_of(file) for file in (output, root / LOCK_FILE)})

    try:
        return build_package(root, job.output, request, on_plan=check, **how)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(what_is_kept(earlier)) from None
    except UnknownChapterError as error:
        raise click.BadParameter(str(error), param_hint="--chapter") from None
    except MediaUnreadableError as error:
        print_findings([unreadable_media(error)], root)
        stop("Nothing was written.")
    except OSError as error:
        if not plans:
            stop(cannot_plan(error))
        output = job.output or default_output(plans[0], job.chapters)
        is_lock = error.filename in (str(root / LOCK_FILE), str(root / STORIES_LOCK_FILE))
        came_late = is_lock and not isinstance(error, OutsideLinkError)  # which is seen before all is written
        late = f" {output} was written before it: the next build sends the same changes again."
        stop(cannot_write(error, output) + (late if came_late else ""))


def _build_and_remember(
    key: Key, started: int, job: _Job, project: Path, progress: ProgressLine
) -> tuple[Built, str]:
    """Build, and keep for the next build of ``project`` what this one went by."""
    entry = CacheEntry(key)
    digests: dict[str, NotesDigest] = {}

    def add(file: RenderedFile) -> None:
        digests[file.path] = notes_digest(file)

    try:
        built = _build(job, keep=entry.take, on_file=add, progress=progress)
    except BaseException:
        entry.drop()
        raise
    progress("Remembering")
    if is_linted(built.plan):
        digests.clear()  # what changes is built with all the rest, whose remarks are counted then
    out = _summary(built, job)
    err = findings_and_counts(built.plan.findings, job.root, colour=sys.stderr.isatty())
    remember_build(entry, started, built, digests, start=project.resolve(), said=(out, err))
    return built, out


def _watch(job: _Job) -> None:
    """Build now and after each save; a build that fails says why, and the next save is waited for."""
    cache = StageCache()
    is_first = True
    with runs_until_ctrl_c(), needs_extra("preview", "--watch"):
        for _ in saves(job.root):
            try:
                built = _build(job, cache=cache)
            except SystemExit:
                pass  # it has said why
            except click.BadParameter as error:
                if is_first:
                    raise
                say(error.format_message(), err=True)
            else:
                if is_first:
                    _print(built, _summary(built, job))
                else:
                    say(_change_line(built))
            if is_first:
                where = display_path(job.root, ".")
                say(f"Watching {where}: save to build again, Ctrl-C to end.", err=True)
            is_first = False


def _change_line(built: Built) -> str:
    """Return what a build after a save changed for readers: ``14:03:07 Wrote …: 1 note changed: ch36/a``."""
    plan = built.plan
    changes = plan.changes()
    what = "; ".join(change_lines(changes)) or "nothing changed for readers"
    return f"{time.strftime('%H:%M:%S')} Wrote {built.output} in {built.seconds:.1f} s: {what}"


def _summary(built: Built, job: _Job) -> str:
    lines = summary_lines(built.plan, job.chapters)
    if outgrew_slots(built.plan.before, built.plan.shipment.lock):
        lines.append(_SCHEMA_STEPS)
    lines.append(remarks_line(built.plan))
    shown = (wrapped(one_line(line)) if sys.stdout.isatty() else one_line(line) for line in lines)
    return "".join(f"{line}\n" for line in shown)


def _print(built: Built, out: str) -> None:
    say_built(wrote(built.output, built.size, built.seconds), out, "")
    if built.plan.shipment.lock != built.plan.lock:
        say_lock_changed(built.plan.sources.root / LOCK_FILE)


def _stop_if_lock_changes(plan: Plan, root: Path) -> None:
    stories_lock = root / STORIES_LOCK_FILE
    outdated = outdated_locks(plan.shipment, plan.private, root / LOCK_FILE, stories_lock)
    if not outdated:
        return
    for file in outdated:
        say(f"{display_path(root, file.name)} is not up to date with the sources.", err=True)
    for line in change_lines(plan.changes()):
        say(f"  {line}", err=True)
    without = " `--no-stories` builds without your own stories." if stories_lock in outdated else ""
    commit = " and commit the lock" if root / LOCK_FILE in outdated else ""
    stop(f"Nothing was written. Run the same command without `--frozen`{commit}.{without}")
