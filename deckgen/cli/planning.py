"""What ``build``, ``check``, ``status`` and ``forget`` share: a build worked out at this time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from deckgen.build.plan import BuildRequest, Plan, UnknownChapterError, plan_build
from deckgen.cli.output import say, stop
from deckgen.cli.progress_line import ProgressLine
from deckgen.lock.stamps import build_time
from deckgen.model.diagnostics import Finding, Span, in_order
from deckgen.model.values import replace
from deckgen.package.spool import NoSpoolError, Spool
from deckgen.source.folders import LOCK_FILE


def request_now(**options: Any) -> tuple[BuildRequest, list[Finding]]:
    """Return what the author asks of a build at this time, and what is wrong with SOURCE_DATE_EPOCH."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now, findings = build_time(epoch, time.time_ns() // 1_000_000, Span(LOCK_FILE))
    return BuildRequest(now, **options), findings


def with_news(plan: Plan, news: list[Finding]) -> Plan:
    """Return a plan with findings that are not on the project itself."""
    once = (*news, *plan.findings_said_once)
    return (
        replace(plan, findings=in_order((*plan.findings, *news)), findings_said_once=once) if news else plan
    )


def say_waiting() -> None:
    """Say why a command does not go on."""
    say("Another build of this project is at work: waiting for its end.", err=True)


def cannot_plan(error: OSError) -> str:
    """Return a sentence on why nothing was worked out. What cannot be read is a finding nearly always."""
    why = error.strerror or error
    if isinstance(error, NoSpoolError):
        return f"Cannot write to the folder for temporary files: {why}."
    return f"Cannot read {error.filename or 'a file of the project'}: {why}."


@contextmanager
def says_what_cannot_be_planned() -> Iterator[None]:
    """End the command where a chapter is not there, or the folder for temporary files has no room."""
    try:
        yield
    except UnknownChapterError as error:
        raise click.BadParameter(str(error), param_hint="--chapter") from None
    except OSError as error:
        stop(cannot_plan(error))


def plan_now(root: Path, spool: Spool, **options: Any) -> Plan:
    """Work out what a build of the project at ``root`` would ship now."""
    request, news = request_now(**options)
    with says_what_cannot_be_planned(), ProgressLine() as progress:
        return with_news(plan_build(root, request, spool, progress=progress), news)
