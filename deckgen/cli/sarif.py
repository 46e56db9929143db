"""Findings as SARIF 2.1.0, the format that code hosts show beside the lines (OASIS, 2020)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from deckgen import __version__
from deckgen.cli.output import display_path
from deckgen.lint.all_rules import RULES
from deckgen.model.addresses import address_of_code
from deckgen.model.diagnostics import Code, Finding, Severity
from deckgen.source.files import hint_here

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def to_sarif(findings: Sequence[Finding], root: Path) -> dict[str, object]:
    """Return a SARIF log of one run; places are relative to the current folder."""
    codes = list(dict.fromkeys(finding.code for finding in findings))
    places = {code: number for number, code in enumerate(codes)}
    driver = {
        "name": "deckgen",
        "version": __version__,
        "rules": [_rule(code) for code in codes],
    }
    results = [_result(finding, places[finding.code], root) for finding in findings]
    # Columns are counted in characters, not in the UTF-16 units that SARIF assumes.
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: Code) -> dict[str, object]:
    return {
        "id": code.name,
        "shortDescription": {"text": f"{code.title}."},
        "fullDescription": {"text": code.why},
        "helpUri": address_of_code(code.name, is_rule=any(rule.code is code for rule in RULES)),
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
    }


def _result(finding: Finding, rule: int, root: Path) -> dict[str, object]:
    span = finding.span
    address = quote(display_path(root, span.path).replace("\\", "/"))
    return {
        "ruleId": finding.code.name,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message} {hint_here(finding.hint, root)}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": address},
                    "region": {"startLine": span.line, "startColumn": span.column},
                }
            }
        ],
    }
