"""Findings as commands of GitHub Actions, which shows them beside the lines of a pull request.

The format and its escapes: GitHub's documentation, "Workflow commands", and actions/toolkit.
"""

from __future__ import annotations

from pathlib import Path

from deckgen.cli.output import display_path
from deckgen.model.diagnostics import Finding, Severity
from deckgen.source.files import hint_here

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def to_command(finding: Finding, root: Path) -> str:
    """Return the line that GitHub Actions reads."""
    span = finding.span
    file = _escape_property(display_path(root, span.path))
    title = _escape_property(f"deckgen {finding.code.name}")
    place = f"file={file},line={span.line},col={span.column},title={title}"
    text = _escape(f"{finding.message} {hint_here(finding.hint, root)}")
    return f"::{_COMMANDS[finding.severity]} {place}::{text}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
