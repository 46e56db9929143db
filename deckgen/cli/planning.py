"""What ``build``, ``check`` and ``status`` share: a project compiled, and what a build of it would ship."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import click

from deckgen.build.compile import BuildRequest, Compiled, compile_project, plan_shipment
from deckgen.lock.stamps import BuildTime, build_time
from deckgen.model.diagnostics import Finding, Span, did_you_mean, in_order
from deckgen.model.values import Struct
from deckgen.package.plan import Shipment
from deckgen.package.private import PrivateLine
from deckgen.source.folders import LOCK_FILE


class Plan(Struct, frozen=True):
    """A build that was worked out and not yet written.

    ``news`` are those of the findings that come of the comparison with the lock: they are said once.
    """

    compiled: Compiled
    shipment: Shipment
    private: Mapping[str, PrivateLine]
    findings: tuple[Finding, ...]
    now: BuildTime
    news: tuple[Finding, ...] = ()


def plan_build(
    root: Path,
    *,
    chapters: Collection[str] = (),
    with_stories: bool = True,
    allow_schema_change: bool = False,
    allow_deck_rename: bool = False,
    **how: Any,
) -> Plan:
    """Work out what a build of the project at ``root`` would ship now; no ``chapters`` means all.

    ``how`` is what ``compile_project`` may be told beside.
    """
    compiled, findings = compile_project(root, with_stories=with_stories, **how)
    _check_chapters(chapters, compiled.sources.chapters)
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now, more = build_time(epoch, time.time_ns() // 1_000_000, Span(LOCK_FILE))
    request = BuildRequest(now, set(chapters) or None, allow_schema_change, allow_deck_rename)
    shipment, private, even_more = plan_shipment(compiled, request)
    news = (*more, *even_more)
    return Plan(compiled, shipment, private, in_order((*findings, *news)), now, news)


def _check_chapters(chapters: Collection[str], known: Collection[str]) -> None:
    for chapter in chapters:
        if chapter not in known:
            hint = did_you_mean(chapter, known, f"The chapters are {', '.join(known) or 'none'}.")
            raise click.BadParameter(f"There is no chapter `{chapter}`. {hint}", param_hint="--chapter")
