"""The exact line and column of findings that were given the place of a whole text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from deckgen.model.diagnostics import Finding, Span, exact_spans
from deckgen.model.values import replace
from deckgen.source.files import read_file
from deckgen.yaml.decode import decode


def resolve_offsets(findings: Iterable[Finding], root: Path) -> list[Finding]:
    """Give each finding its exact line and column, which takes reading its file again.

    A file that can no longer be read is a finding of its own; what was found in it is reported at the start
    of the text in question.
    """
    findings = list(findings)
    asked: dict[str, list[Span]] = {}
    for finding in findings:
        if finding.span.nth:
            asked.setdefault(finding.span.path, []).append(finding.span)
    exact: dict[Span, Span] = {}
    for path, spans in asked.items():
        data, unreadable = read_file(root, path)
        findings += unreadable
        source, _ = decode(data or b"", path)
        exact |= exact_spans(spans, (source or "").split("\n"))
    return [replace(each, span=exact[each.span]) if each.span.nth else each for each in findings]
